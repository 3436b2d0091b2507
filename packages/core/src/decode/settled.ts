import { DecodeFailed } from '../failure/decode-failed.js'
import { left, type Result } from '../result/result.js'
import type { Verdict } from './verdict.js'

/** A verdict as a result. */
export const settled = (verdict: Verdict<unknown>): Result<DecodeFailed, unknown> =>
  verdict._tag === 'Left' ? left(new DecodeFailed(verdict.left)) : verdict

/** What a decoder that threw has found: nothing is told of the value. */
export const decoderThrew = (cause: unknown): Result<DecodeFailed, never> => {
  const message = `the decoder threw ${cause instanceof Error ? cause.name : `a ${typeof cause}`}`
  return left(new DecodeFailed([{ path: [], message }], placeOf(cause, message)))
}

/** An error with the frames of another, without its message: that may quote the value. */
const placeOf = (cause: unknown, message: string): Error => {
  const place = new Error(message)
  const frames =
    cause instanceof Error ? (cause.stack ?? '').split('\n').filter((l) => /^\s+at /.test(l)) : []
  place.stack = [`Error: ${message}`, ...frames].join('\n')
  return place
}
