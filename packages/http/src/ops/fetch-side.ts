import type { Clock } from '@xconnector/core'
import { judgeLength } from '../ingress/body-limits.js'
import { readFetchBody } from '../ingress/fetch-body.js'
import type { FetchHandler } from '../ingress/fetch-handler.js'
import { FetchHead } from '../ingress/fetch-head.js'
import { CROWDED } from '../ingress/holdings.js'
import { problem } from '../ingress/problem.js'
import type { Reply } from '../ingress/reply.js'
import { guarded } from './guarded-reply.js'
import type { Bodies } from './node-side.js'
import type { Flowing, Streamed } from './route.js'
import { serve, type Serving } from './serve.js'

/** The WHATWG side. Never rejects. */
export const fetchSide =
  (serving: Serving, bodies: Bodies): FetchHandler =>
  async (request) => {
    try {
      const head = new FetchHead(request)
      const body = (): Promise<Buffer | Reply> => bodyOf(request, head, bodies, serving.clock)
      const answer = await serve(serving, { head, original: request, body })
      if (answer === undefined) return written(request, guarded(problem(404)))
      return 'open' in answer ? stream(request, answer) : written(request, answer)
    } catch {
      return written(request, guarded(problem(500)))
    }
  }

const written = (request: Request, { status, headers, body }: Reply): Response => {
  const none = body.length === 0 || request.method === 'HEAD'
  return new Response(none ? null : (body as string), { status, headers })
}

const bodyOf = async (
  request: Request,
  head: FetchHead,
  { limits, holdings }: Bodies,
  clock: Clock,
): Promise<Buffer | Reply> => {
  if (request.bodyUsed) return problem(500, { detail: 'somebody has read the body before' })
  const length = head.header('content-length')
  const wrong = judgeLength(length, limits.maxBytes)
  if (wrong !== undefined) return wrong
  const holding = holdings.enter(length)
  if (holding === undefined) return CROWDED
  return readFetchBody(request, limits, clock, holding).finally(() => holding.leave())
}

const stream = (request: Request, { status, headers, open }: Streamed): Response => {
  if (request.method === 'HEAD') return new Response(null, { status, headers })
  const encoder = new TextEncoder()
  let flowing: Flowing | undefined
  let over = false
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        flowing = open({
          write(text) {
            if (over) return true
            controller.enqueue(encoder.encode(text))
            return (controller.desiredSize ?? 0) > 0
          },
          end() {
            if (over) return
            over = true
            controller.close()
          },
        })
      },
      pull: () => flowing?.ready(),
      cancel() {
        over = true
        flowing?.gone()
      },
    },
    { highWaterMark: 64 * 1024, size: (chunk) => chunk.byteLength },
  )
  return new Response(body, { status, headers })
}
