import type { Tagged } from '@xconnector/core'
import type { BytesBody } from './byte-stream.js'

/** What becomes a body of JSON. */
export type JsonBody<A> =
  | { readonly _A: A; readonly encode: (input: never) => unknown }
  | { readonly '~standard': { readonly types?: { readonly input: A } | undefined } }
  | ((input: A) => unknown)

/**
 * How a target's input becomes its body, and what the input's type is:
 * - an io-ts codec: the input is the codec's type, and is sent encoded;
 * - a Standard Schema: the input is what the schema takes, and is sent as it is;
 * - a function: from the input to what is sent; `json<A>()` sends it as it is;
 * - `bytes(open)`: a stream in place of JSON. `E`: what opening and reading it fails with.
 *
 * Bodies are not checked before they are sent: the compiler has done so, and the remote will.
 */
export type Body<A, E extends Tagged = never> = JsonBody<A> | BytesBody<A, E>

/** A body that is the input as it is, of the given type. */
export const json =
  <A>(): ((input: A) => A) =>
  (input) =>
    input

/** The function in a body option. */
export const encoderOf = <A>(body: JsonBody<A>): ((input: A) => unknown) => {
  // Schemas of arktype are functions too, and must not be called to encode.
  if ('~standard' in body) return (input) => input
  if (typeof body === 'function') return body
  if (typeof body?.encode === 'function') return (input) => body.encode(input as never)
  throw new TypeError('body: expected an io-ts codec, a Standard Schema, a function or bytes(…)')
}

/** Whether a body is a stream. */
export const isBytes = <A, E extends Tagged>(body: Body<A, E> | undefined): body is BytesBody<A, E> =>
  typeof body === 'object' && body !== null && 'open' in body && typeof body.open === 'function'
