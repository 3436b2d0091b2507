import type { Decoder } from 'io-ts'
import type { Issue } from '../failure/decode-failed.js'
import { left, right } from '../result/result.js'
import { compile, type Guard } from './guard.js'
import type { Codec } from './io-ts-origin.js'
import { byIoTs } from './io-ts.js'
import type { Verdict } from './verdict.js'

/**
 * Decodes by an io-ts codec: by a compiled guard where the verdict is sure and decoding would give the value itself, by
 * io-ts otherwise. Compiled at the first value, once for each function that this gives.
 */
export const guarded = (codec: Decoder<unknown, unknown>): ((value: unknown) => Verdict<unknown>) => {
  const decode = byIoTs(codec)
  let guard: Guard | null | undefined
  return (value) => {
    if (guard === undefined) guard = compile(codec as unknown as Codec) ?? null
    if (guard === null) return decode(value)
    const verdict = guard.check(value)
    if (verdict === 1) return right(value)
    if (verdict === 0) {
      const issues: Issue[] = []
      if (guard.collect(value, issues) === 0 && issues.length > 0) return left(issues)
    }
    return decode(value)
  }
}
