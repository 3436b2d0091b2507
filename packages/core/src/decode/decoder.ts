import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { Decoder as IoTsDecoder } from 'io-ts'

/** Anything that turns an unknown value into an `A`, or says why not: an io-ts codec, or a Standard Schema. */
export type Decoder<A> = IoTsDecoder<unknown, A> | StandardSchemaV1<unknown, A>

/** A looser form, as a constraint: schemas with a narrow input fit too. */
// oxlint-disable-next-line typescript/no-explicit-any
export type AnyDecoder = IoTsDecoder<any, any> | StandardSchemaV1<any, any>

/** What a decoder gives. */
export type Decoded<D> =
  // oxlint-disable-next-line typescript/no-explicit-any
  D extends StandardSchemaV1<any, any>
    ? StandardSchemaV1.InferOutput<D>
    : // oxlint-disable-next-line typescript/no-explicit-any
      D extends IoTsDecoder<any, infer A>
      ? A
      : never
