import type { Context, Tagged } from '@xconnector/core'
import type { BufferedBody } from '../body/buffered-body.js'
import type { BytesBody } from './byte-stream.js'

/** What becomes a body of JSON. */
export type JsonBody<A> =
  | { readonly _A: A; readonly encode: (input: never) => unknown }
  | { readonly '~standard': { readonly types?: { readonly input: A } | undefined } }
  | ((input: A, ctx: Context) => unknown)

/**
 * How a target's input becomes its body, and what the input's type is:
 * - an io-ts codec: the input is the codec's type, and is sent encoded;
 * - a Standard Schema: the input is what the schema takes, and is sent as it is;
 * - a function: from the input (and the context) to what is sent; `json<A>()` sends it as it is;
 * - `form()`, `text()`, `binary()`: what is made as a whole, in place of JSON;
 * - `bytes(open)`, `multipart(parts)`, `ndjsonBody(rows)`: a stream. `E`: what opening and reading it fails with.
 *
 * Bodies are not checked before they are sent: the compiler has done so, and the remote will.
 */
export type Body<A, E extends Tagged = never> = JsonBody<A> | BufferedBody<A> | BytesBody<A, E>

/** A body that is the input as it is, of the given type. */
export const json =
  <A>(): ((input: A) => A) =>
  (input) =>
    input

/** The function in a body option. */
export const encoderOf = <A>(body: JsonBody<A>): ((input: A, ctx: Context) => unknown) => {
  // Schemas of arktype are functions too, and must not be called to encode.
  if ('~standard' in body) return (input) => input
  if (typeof body === 'function') return body
  if (typeof body?.encode === 'function') return (input) => body.encode(input as never)
  throw new TypeError(
    'body: expected an io-ts codec, a Standard Schema, a function, or one of form, text, binary, bytes, multipart, ndjsonBody',
  )
}

/** Whether a body is a stream. */
export const isBytes = <A, E extends Tagged>(body: Body<A, E> | undefined): body is BytesBody<A, E> =>
  typeof body === 'object' && body !== null && 'open' in body && typeof body.open === 'function'
