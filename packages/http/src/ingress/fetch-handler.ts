import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { systemClock, type Clock } from '@xconnector/core'
import { RepeatedHeader } from '../verify/repeated-header.js'
import { judgeLength } from './body-limits.js'
import { readFetchBody } from './fetch-body.js'
import { FetchHead } from './fetch-head.js'
import { CROWDED, type Holdings } from './holdings.js'
import { parsedBefore } from './parsed-before.js'
import type { Limits, Watch } from './place.js'
import { problem } from './problem.js'
import type { Reply } from './reply.js'
import type { Routes } from './routes.js'

/** A WHATWG handler: Hono, Next, Deno, tests. Never rejects. */
export type FetchHandler = (request: Request) => Promise<Response>

/** The WHATWG side of an ingress. */
export const fetchHandler = (
  routes: Routes,
  common: Limits,
  holdings: Holdings,
  own: Clock | undefined,
): FetchHandler => {
  const answer = async (request: Request): Promise<Reply> => {
    const head = new FetchHead(request)
    const place = routes.find(head)
    if ('status' in place) return place
    const taker = place.open(head)
    if ('status' in taker) return taker
    if (request.bodyUsed) return parsedBefore(taker)
    if (taker.as === 'stream') {
      const stream = streamOf(request)
      return taker.take(head, stream, () => {}).finally(() => stream.destroy())
    }
    const limits = taker.limits ?? common
    const length = head.header('content-length')
    const wrong = judgeLength(length, limits.maxBytes)
    if (wrong !== undefined) return wrong
    if (request.body === null) return taker.take(head, EMPTY, watchOf(request))
    const holding = holdings.enter(length)
    if (holding === undefined) return CROWDED
    try {
      const got = await readFetchBody(request, limits, own ?? taker.clock ?? systemClock, holding)
      return Buffer.isBuffer(got) ? await taker.take(head, got, watchOf(request)) : got
    } finally {
      holding.leave()
    }
  }
  return async (request) => {
    const reply = await answer(request).catch((thrown: unknown) =>
      thrown instanceof RepeatedHeader ? problem(400, { detail: thrown.message }) : problem(500),
    )
    try {
      return responseOf(request, reply)
    } catch {
      // Such as a header of a format of the user's that cannot be written.
      return responseOf(request, problem(500))
    }
  }
}

const responseOf = (request: Request, { status, headers, body }: Reply): Response => {
  // What a HEAD would have got is told by its headers alone.
  const none = body.length === 0 || request.method === 'HEAD'
  return new Response(none ? null : (body as string), { status, headers })
}

const EMPTY = Buffer.alloc(0)

const watchOf =
  ({ signal }: Request): Watch =>
  (f) => {
    if (signal.aborted) f()
    else signal.addEventListener('abort', f, { once: true })
    return () => signal.removeEventListener('abort', f)
  }

const streamOf = ({ body }: Request): Readable =>
  body === null
    ? Readable.from([], { objectMode: false })
    : Readable.fromWeb(body as ReadableStream<Uint8Array>)
