import { left, type Result } from '../result/result.js'
import { decodeWith } from './decode-with.js'
import type { AnyDecoder, Decoded } from './decoder.js'

/**
 * A reader for `config` from any decoder: it decodes the variable's text. The decoder must answer at once, without a
 * promise.
 *
 * @example config({ REGION: decoded(t.keyof({ eu: null, us: null })), RETRIES: decoded(z.coerce.number()) })
 */
export const decoded = <const D extends AnyDecoder>(
  decoder: D,
): { read(text: string | undefined, variable: string): Result<string, Decoded<D>> } => {
  const decode = decodeWith(decoder)
  return {
    read(text) {
      const result = decode(text === '' ? undefined : text)
      if (result instanceof Promise) {
        result.catch(() => undefined)
        return left('a decoder that answers without a promise')
      }
      return result._tag === 'Right'
        ? result
        : left(result.left.issues.map((issue) => issue.message.replace(/^expected /, '')).join('; '))
    },
  }
}
