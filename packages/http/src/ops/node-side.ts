import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock } from '@xconnector/core'
import { judgeLength } from '../ingress/body-limits.js'
import { CROWDED, type Holdings } from '../ingress/holdings.js'
import { readNodeBody, wasRead } from '../ingress/node-body.js'
import type { NodeHandler } from '../ingress/node-handler.js'
import { NodeHead } from '../ingress/node-head.js'
import { writeReply } from '../ingress/node-reply.js'
import type { Limits } from '../ingress/place.js'
import { problem } from '../ingress/problem.js'
import type { Reply } from '../ingress/reply.js'
import { guarded } from './guarded-reply.js'
import type { Flowing, Streamed } from './route.js'
import { serve, type OpsArrival, type Serving } from './serve.js'

/** What both sides work with beside. */
export interface Bodies {
  readonly limits: Limits
  readonly holdings: Holdings
}

/** The node side. Never throws. */
export const nodeSide =
  (serving: Serving, bodies: Bodies): NodeHandler =>
  (request, response, next) => {
    const { clock } = serving
    const write = (reply: Reply): void => writeReply(request, response, reply, clock, bodies.limits.maxBytes)
    const failed = (): void => write(guarded(problem(500)))
    try {
      const head = new NodeHead(request)
      const body = (): ReturnType<OpsArrival['body']> => bodyOf(request, head, bodies, clock)
      const answer = serve(serving, { head, original: request, body })
      if (answer === undefined) return typeof next === 'function' ? next() : write(guarded(problem(404)))
      answer.then((a) => ('open' in a ? stream(request, response, a) : write(a))).catch(failed)
    } catch {
      failed()
    }
  }

const bodyOf = async (
  request: IncomingMessage,
  head: NodeHead,
  { limits, holdings }: Bodies,
  clock: Clock,
): Promise<Buffer | { readonly parsed: unknown } | Reply> => {
  // A body parser that ran before has what is wanted of it.
  if (wasRead(request)) {
    const { body } = request as { readonly body?: unknown }
    return body === undefined || Buffer.isBuffer(body) || typeof body === 'string'
      ? problem(500, { detail: 'somebody has read the body before and left no JSON' })
      : { parsed: body }
  }
  const length = head.header('content-length')
  const wrong = judgeLength(length, limits.maxBytes)
  if (wrong !== undefined) return wrong
  const holding = holdings.enter(length)
  if (holding === undefined) return CROWDED
  const got = await new Promise<Buffer | Reply | 'gone'>((resolve) => {
    readNodeBody(request, limits, clock, holding, resolve)
  }).finally(() => holding.leave())
  return got === 'gone' ? problem(400, { detail: 'the body ended early' }) : got
}

const stream = (
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, open }: Streamed,
): void => {
  if (response.destroyed || response.headersSent) return
  response.writeHead(status, headers)
  if (request.method === 'HEAD') return void response.end()
  response.flushHeaders()
  let over = false
  const flowing: Flowing = open({
    write: (text) => over || response.write(text),
    end: () => {
      if (over) return
      over = true
      response.end()
    },
  })
  response.on('drain', () => flowing.ready())
  response.on('close', () => {
    over = true
    flowing.gone()
  })
  response.on('error', () => {})
}
