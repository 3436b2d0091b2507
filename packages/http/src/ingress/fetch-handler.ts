import { systemClock, type Clock } from '@xconnector/core'
import { judgeLength, TOO_SLOW, tooLarge } from './body-limits.js'
import { FetchHead } from './fetch-head.js'
import { parsedBefore } from './parsed-before.js'
import { problem } from './problem.js'
import { openFor, receive } from './receive.js'
import type { Reply } from './reply.js'
import type { Limits } from './route.js'
import { find, type Routes } from './routes.js'

/** A WHATWG handler: Hono, Next, Deno, tests. Never rejects. */
export type FetchHandler = (request: Request) => Promise<Response>

/** The WHATWG side of an ingress. */
export const fetchHandler = (routes: Routes, limits: Limits, own: Clock | undefined): FetchHandler => {
  const answer = async (request: Request): Promise<Reply> => {
    const head = new FetchHead(request)
    const route = find(routes, head)
    if ('status' in route) return route
    const opening = openFor(route)
    if ('status' in opening) return opening
    if (request.bodyUsed) return parsedBefore(route, opening)
    const wrong = judgeLength(head.header('content-length'), limits.maxBytes)
    if (wrong !== undefined) return wrong
    const got = await readFetchBody(request, limits, own ?? opening.intake.clock)
    return Buffer.isBuffer(got) ? receive(route, opening, head, got) : got
  }
  return async (request) => {
    const { status, headers, body } = await answer(request).catch(() => problem(500))
    return new Response(body === '' ? null : body, { status, headers })
  }
}

const CUT = problem(400, { detail: 'the body ended early' })

const readFetchBody = async (
  request: Request,
  limits: Limits,
  clock: Clock = systemClock,
): Promise<Buffer | Reply> => {
  const reader = request.body?.getReader()
  if (reader === undefined) return Buffer.alloc(0)
  const chunks: Uint8Array[] = []
  let size = 0
  let slow = false
  const cancel = clock.after(
    limits.timeoutMs,
    () => {
      slow = true
      void reader.cancel().catch(() => {})
    },
    { background: true },
  )
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (slow) return TOO_SLOW
      if (done) return Buffer.concat(chunks, size)
      size += value.length
      if (size > limits.maxBytes) {
        void reader.cancel().catch(() => {})
        return tooLarge(limits.maxBytes)
      }
      chunks.push(value)
    }
  } catch {
    return slow ? TOO_SLOW : CUT
  } finally {
    cancel()
  }
}
