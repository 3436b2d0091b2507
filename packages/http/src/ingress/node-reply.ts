import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock } from '@xconnector/core'
import type { Reply } from './reply.js'

const LINGER_MS = 1000
const LINGER_BYTES = 8 * 1024 * 1024

/**
 * Writes an answer. One that leaves (much of) the request unread closes the connection, but only after the sender had a
 * chance to see it: a socket closed over unread bytes is reset, and the answer is lost with it.
 *
 * @param silent the sender was not told to send, and does not.
 */
export const writeReply = (
  request: IncomingMessage,
  response: ServerResponse,
  reply: Reply,
  clock: Clock,
  maxBytes: number,
  silent: boolean = false,
): void => {
  if (response.destroyed || response.headersSent) return
  const close = reply.close === true || leavesMuch(request, maxBytes)
  // RFC 9110, 8.6: a 204 has no length, and a 304 that of what it stands for.
  const length =
    reply.status === 204 || reply.status === 304 ? {} : { 'content-length': Buffer.byteLength(reply.body) }
  if (!close) {
    response.writeHead(reply.status, { ...reply.headers, ...length })
    response.end(reply.body)
    return
  }
  response.writeHead(reply.status, { ...reply.headers, ...length, connection: 'close' })
  if (request.complete || silent) response.end(reply.body)
  else linger(request, response, reply.body, clock)
}

const leavesMuch = (request: IncomingMessage, maxBytes: number): boolean => {
  if (request.complete) return false
  const length = request.headers['content-length']
  return length === undefined
    ? request.headers['transfer-encoding'] !== undefined
    : !(Number(length) <= maxBytes)
}

const linger = (
  request: IncomingMessage,
  response: ServerResponse,
  body: Reply['body'],
  clock: Clock,
): void => {
  let thrownAway = 0
  let over = false
  const end = (): void => {
    if (over) return
    over = true
    cancel()
    if (!response.destroyed) response.end()
  }
  const cancel = clock.after(LINGER_MS, end, { background: true })
  request.on('data', (chunk: Buffer) => {
    thrownAway += chunk.length
    if (thrownAway > LINGER_BYTES) end()
  })
  request.on('end', end)
  request.on('error', end)
  request.on('close', end)
  response.write(body)
  request.resume()
}
