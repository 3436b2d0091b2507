import type { IncomingMessage, ServerResponse } from 'node:http'
import { systemClock, type Clock } from '@xconnector/core'
import { RepeatedHeader } from '../verify/repeated-header.js'
import { judgeLength } from './body-limits.js'
import type { Head } from './head.js'
import { CROWDED, NOTHING_HELD, type Holdings } from './holdings.js'
import { NodeHead } from './node-head.js'
import { readNodeBody, wasRead } from './node-body.js'
import { writeReply } from './node-reply.js'
import { parsedBefore } from './parsed-before.js'
import type { Limits, Taker, Watch } from './place.js'
import { problem } from './problem.js'
import type { Reply } from './reply.js'
import { NOT_FOUND, type Routes } from './routes.js'

/** A listener for `node:http`, and a middleware: with `next` given, what is not of the ingress goes on. */
export type NodeHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  next?: (error?: unknown) => void,
) => void

/** The most headers a request may have. Node itself limits their bytes. */
const MOST_HEADERS = 256

/** What a node handler works with. */
export interface NodeHandlerParts {
  readonly routes: Routes
  readonly limits: Limits
  readonly holdings: Holdings
  readonly clock: Clock | undefined
  /** Senders wait to be told to send the body: `checkContinue`. */
  readonly waits: boolean
}

/** The node side of an ingress. Never throws. */
export const nodeHandler =
  ({ routes, limits: common, holdings, clock: own, waits }: NodeHandlerParts): NodeHandler =>
  (request, response, next) => {
    let clock = own ?? systemClock
    let { maxBytes } = common
    let waiting = waits
    const proceed = (): void => {
      if (waiting) response.writeContinue()
      waiting = false
    }
    // The body of a sender that was not told to send never comes, and what comes instead must not be taken for it.
    const put = (reply: Reply): void =>
      writeReply(request, response, waiting ? { ...reply, close: true } : reply, clock, maxBytes, waiting)
    const write = (reply: Reply): void => {
      try {
        put(reply)
      } catch {
        // Such as a header of a format of the user's that cannot be written. Nobody else is left to take the error.
        put(problem(500))
      }
    }
    try {
      const head = new NodeHead(request)
      const place = routes.find(head)
      if (place === NOT_FOUND && typeof next === 'function') return next()
      if ('status' in place) return write(place)
      const taker = place.open(head)
      if ('status' in taker) return write(taker)
      clock = own ?? taker.clock
      if (taker.as === 'whole' && taker.limits !== undefined) maxBytes = taker.limits.maxBytes
      const refused = refusedBefore(request, head, taker, maxBytes)
      if (refused !== undefined) return write(refused)
      if (taker.as === 'stream') return void taker.take(head, request, proceed).then(write)
      const holding = hasBody(request) ? holdings.enter(head.header('content-length')) : NOTHING_HELD
      if (holding === undefined) return write(CROWDED)
      const end = (reply: Reply): void => {
        holding.leave()
        write(reply)
      }
      proceed()
      readNodeBody(request, taker.limits ?? common, clock, holding, (got) => {
        if (got === 'gone') {
          holding.leave()
          return taker.log.debug({ source: taker.name }, 'the sender of a request left')
        }
        if (!Buffer.isBuffer(got)) return end(got)
        void taker.take(head, got, watchOf(response)).then(end)
      })
    } catch (thrown) {
      write(thrown instanceof RepeatedHeader ? problem(400, { detail: thrown.message }) : problem(500))
    }
  }

// HTTP/2 frames bodies without a header that says so.
const hasBody = ({ headers, httpVersionMajor }: IncomingMessage): boolean =>
  (httpVersionMajor >= 2 && headers['content-length'] === undefined) ||
  headers['transfer-encoding'] !== undefined ||
  (headers['content-length'] ?? '0') !== '0'

// Written to or not: while it is watched, it has not been answered.
const watchOf =
  (response: ServerResponse): Watch =>
  (f) => {
    response.once('close', f)
    return () => void response.off('close', f)
  }

const refusedBefore = (
  request: IncomingMessage,
  head: Head,
  taker: Taker,
  maxBytes: number,
): Reply | undefined => {
  if (request.rawHeaders.length > 2 * MOST_HEADERS) return problem(431, { close: true })
  if (wasRead(request)) return parsedBefore(taker)
  return judgeLength(head.header('content-length'), taker.as === 'whole' ? maxBytes : Infinity)
}
