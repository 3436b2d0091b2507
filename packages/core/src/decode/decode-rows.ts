import type { Decoder as IoTsDecoder } from 'io-ts'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { DecodeFailed } from '../failure/decode-failed.js'
import type { May, Result } from '../result/result.js'
import type { AnyDecoder, Decoded } from './decoder.js'
import { byIoTs } from './io-ts.js'
import { decoderThrew, settled } from './settled.js'
import { byStandardSchema } from './standard-schema.js'

/** What decodes one value after another: a codec, a schema, or the function that `decodeWith` made of one. */
export type RowDecoder = AnyDecoder | ((row: unknown) => May<Result<DecodeFailed, unknown>>)

/** What it gives. */
export type DecodedRow<D> = D extends AnyDecoder
  ? Decoded<D>
  : // oxlint-disable-next-line typescript/no-explicit-any
    D extends (row: any) => May<Result<DecodeFailed, infer A>>
    ? A
    : never

/**
 * A function that decodes by whatever was given. Codecs and schemas are asked as they are: the guards that `decodeWith`
 * compiles are in no bundle of a flow that does not ask for them.
 *
 * @throws TypeError when `decoder` is none of the three.
 */
export const decodeRows = (decoder: RowDecoder): ((row: unknown) => May<Result<DecodeFailed, unknown>>) => {
  // arktype's schemas are functions: the Standard Schema mark is asked for first.
  if (isHolder(decoder) && '~standard' in decoder)
    return guarding(byStandardSchema(decoder as StandardSchemaV1), settled)
  if (typeof decoder === 'function') return guarding(decoder, (r) => r)
  if (isHolder(decoder) && typeof (decoder as { decode?: unknown }).decode === 'function')
    return guarding(byIoTs(decoder as IoTsDecoder<unknown, unknown>), settled)
  throw new TypeError(
    'decoder: expected an io-ts codec, a Standard Schema (zod, valibot, arktype), or what decodeWith gives',
  )
}

const guarding =
  <V>(decode: (row: unknown) => May<V>, settle: (v: V) => Result<DecodeFailed, unknown>) =>
  (row: unknown): May<Result<DecodeFailed, unknown>> => {
    try {
      const v = decode(row)
      return v instanceof Promise ? v.then(settle).catch(decoderThrew) : settle(v)
    } catch (thrown) {
      return decoderThrew(thrown)
    }
  }

const isHolder = (value: unknown): value is object =>
  (typeof value === 'object' && value !== null) || typeof value === 'function'
