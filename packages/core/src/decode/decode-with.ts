import type { Decoder as IoTsDecoder } from 'io-ts'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { DecodeFailed } from '../failure/decode-failed.js'
import type { May, Result } from '../result/result.js'
import type { AnyDecoder, Decoded } from './decoder.js'
import { guarded } from './guarded.js'
import { decoderThrew, settled } from './settled.js'
import { byStandardSchema } from './standard-schema.js'
import type { Verdict } from './verdict.js'

/**
 * A function that decodes values by an io-ts codec or a Standard Schema (zod, valibot, arktype).
 *
 * Synchronous where the decoder is. On the left a `DecodeFailed` whose issues say where and what was expected; they
 * never echo the value. A decoder that throws or rejects gives a `DecodeFailed` too, with the place of the throw as its
 * cause. io-ts codecs that neither transform nor strip are compiled to a guard at the first value: same verdict, same
 * issues, a fraction of the time.
 *
 * @throws TypeError when `decoder` is neither.
 */
export const decodeWith = <const D extends AnyDecoder>(
  decoder: D,
): ((value: unknown) => May<Result<DecodeFailed, Decoded<D>>>) => {
  const decide = decider(decoder)
  return (value) => {
    try {
      const verdict = decide(value)
      const result = verdict instanceof Promise ? verdict.then(settled, decoderThrew) : settled(verdict)
      return result as May<Result<DecodeFailed, Decoded<D>>>
    } catch (cause) {
      return decoderThrew(cause)
    }
  }
}

/** The verdict of a decoder, before a failure is built. */
export const decider = (
  decoder: AnyDecoder,
  option = 'decoder',
): ((value: unknown) => May<Verdict<unknown>>) => {
  // arktype's schemas are functions: the Standard Schema mark is asked for first.
  if (isHolder(decoder) && '~standard' in decoder) return byStandardSchema(decoder as StandardSchemaV1)
  if (isHolder(decoder) && typeof (decoder as { decode?: unknown }).decode === 'function')
    return guarded(decoder as IoTsDecoder<unknown, unknown>)
  throw new TypeError(`${option}: expected an io-ts codec or a Standard Schema (zod, valibot, arktype)`)
}

const isHolder = (value: unknown): value is object =>
  (typeof value === 'object' && value !== null) || typeof value === 'function'
