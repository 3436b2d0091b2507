import type { IncomingMessage, ServerResponse } from 'node:http'
import { systemClock, type Clock } from '@xconnector/core'
import { judgeLength } from './body-limits.js'
import { NodeHead } from './node-head.js'
import { readNodeBody, wasRead } from './node-body.js'
import { writeReply } from './node-reply.js'
import { parsedBefore } from './parsed-before.js'
import { problem } from './problem.js'
import { openFor, receive } from './receive.js'
import { RepeatedHeader } from '../verify/repeated-header.js'
import type { Limits } from './route.js'
import { find, NOT_FOUND, type Routes } from './routes.js'

/** A listener for `node:http`, and a middleware: with `next` given, what is no webhook goes on. */
export type NodeHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  next?: (error?: unknown) => void,
) => void

/** The most headers a request may have. Node itself limits their bytes. */
const MOST_HEADERS = 256

/** The node side of an ingress. Never throws. */
export const nodeHandler = (routes: Routes, limits: Limits, own: Clock | undefined): NodeHandler => {
  const { maxBytes } = limits
  return (request, response, next) => {
    let clock = own ?? systemClock
    try {
      const head = new NodeHead(request)
      const route = find(routes, head)
      if (route === NOT_FOUND && typeof next === 'function') return next()
      if ('status' in route) return writeReply(request, response, route, clock, maxBytes)
      const opening = openFor(route)
      if ('status' in opening) return writeReply(request, response, opening, clock, maxBytes)
      clock = own ?? opening.intake.clock
      const refused =
        request.rawHeaders.length > 2 * MOST_HEADERS
          ? problem(431, { close: true })
          : wasRead(request)
            ? parsedBefore(route, opening)
            : judgeLength(head.header('content-length'), maxBytes)
      if (refused !== undefined) return writeReply(request, response, refused, clock, maxBytes)
      readNodeBody(request, limits, clock, (got) => {
        if (got === 'gone')
          return opening.intake.log.debug({ source: route.source }, 'the sender of a webhook left')
        if (!Buffer.isBuffer(got)) return writeReply(request, response, got, clock, maxBytes)
        void receive(route, opening, head, got).then((reply) =>
          writeReply(request, response, reply, clock, maxBytes),
        )
      })
    } catch (thrown) {
      const reply = thrown instanceof RepeatedHeader ? problem(400, { detail: thrown.message }) : problem(500)
      writeReply(request, response, reply, clock, maxBytes)
    }
  }
}
