import { problem } from './problem.js'
import type { Reply } from './reply.js'

/** 413: names the limit. */
export const tooLarge = (maxBytes: number): Reply =>
  problem(413, { detail: `expected at most ${maxBytes} bytes`, close: true })

/** 408: the body did not come in time. */
export const TOO_SLOW: Reply = problem(408, { detail: 'the body did not come in time', close: true })

/** 400: the length is no number. */
export const BAD_LENGTH: Reply = problem(400, {
  detail: 'content-length: expected a number of bytes',
  close: true,
})

/** What a content-length says: the answer when it is malformed or too large. */
export const judgeLength = (length: string | undefined, maxBytes: number): Reply | undefined => {
  if (length === undefined) return undefined
  if (!/^\d{1,15}$/.test(length)) return BAD_LENGTH
  return Number(length) > maxBytes ? tooLarge(maxBytes) : undefined
}
