import type { IncomingMessage } from 'node:http'
import type { Clock } from '@xconnector/core'
import { TOO_SLOW, tooLarge } from './body-limits.js'
import { CROWDED, type Holding } from './holdings.js'
import type { Reply } from './reply.js'
import type { Limits } from './place.js'

/**
 * Reads a request's body as one buffer, within limits of size and time. `done` is called once: with the body, with the
 * answer instead, or with `'gone'` when the sender left before the end.
 */
export const readNodeBody = (
  request: IncomingMessage,
  limits: Limits,
  clock: Clock,
  holding: Holding,
  done: (got: Buffer | Reply | 'gone') => void,
): void => {
  let chunks: Buffer[] | undefined
  let first: Buffer | undefined
  let size = 0
  let over = false
  const settle = (got: Buffer | Reply | 'gone'): void => {
    if (over) return
    over = true
    cancel()
    request.off('data', onData)
    done(got)
  }
  const onData = (chunk: Buffer): void => {
    size += chunk.length
    if (size > limits.maxBytes) return settle(tooLarge(limits.maxBytes))
    if (!holding.add(chunk.length)) return settle({ ...CROWDED, close: true })
    if (first === undefined) first = chunk
    else (chunks ??= [first]).push(chunk)
  }
  const cancel = clock.after(limits.timeoutMs, () => settle(TOO_SLOW), { background: true })
  request.on('data', onData)
  request.on('end', () => {
    // Most bodies come in one piece, which is then used as it is.
    settle(
      request.complete ? (chunks === undefined ? (first ?? EMPTY) : Buffer.concat(chunks, size)) : 'gone',
    )
  })
  request.on('error', () => settle('gone'))
  request.on('close', () => settle('gone'))
}

const EMPTY = Buffer.alloc(0)

/** Whether somebody has read the body before. An empty object is what older parsers leave on bodies that they skip. */
export const wasRead = (request: IncomingMessage): boolean => {
  if (request.readableDidRead || request.readableEnded) return true
  const body = (request as { body?: unknown }).body
  if (body === undefined) return false
  return !(
    typeof body === 'object' &&
    body !== null &&
    !Buffer.isBuffer(body) &&
    Object.keys(body).length === 0
  )
}
