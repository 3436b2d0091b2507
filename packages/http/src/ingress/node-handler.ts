import type { IncomingMessage, ServerResponse } from 'node:http'
import { systemClock, type Clock } from '@xconnector/core'
import { RepeatedHeader } from '../verify/repeated-header.js'
import { judgeLength } from './body-limits.js'
import type { Head } from './head.js'
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

/** The node side of an ingress. Never throws. */
export const nodeHandler =
  (routes: Routes, common: Limits, own: Clock | undefined): NodeHandler =>
  (request, response, next) => {
    let clock = own ?? systemClock
    let { maxBytes } = common
    const write = (reply: Reply): void => writeReply(request, response, reply, clock, maxBytes)
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
      if (taker.as === 'stream') return void taker.take(head, request).then(write)
      readNodeBody(request, taker.limits ?? common, clock, (got) => {
        if (got === 'gone') return taker.log.debug({ source: taker.name }, 'the sender of a request left')
        if (!Buffer.isBuffer(got)) return write(got)
        void taker.take(head, got, watchOf(response)).then(write)
      })
    } catch (thrown) {
      write(thrown instanceof RepeatedHeader ? problem(400, { detail: thrown.message }) : problem(500))
    }
  }

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
