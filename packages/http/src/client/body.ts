/**
 * How a target's input becomes its JSON body, and what the input's type is:
 * - an io-ts codec: the input is the codec's type, and is sent encoded;
 * - a Standard Schema: the input is what the schema takes, and is sent as it is;
 * - a function: from the input to what is sent; `json<A>()` sends it as it is.
 *
 * Bodies are not checked before they are sent: the compiler has done so, and the remote will.
 */
export type Body<A> =
  | { readonly _A: A; readonly encode: (input: never) => unknown }
  | { readonly '~standard': { readonly types?: { readonly input: A } | undefined } }
  | ((input: A) => unknown)

/** A body that is the input as it is, of the given type. */
export const json =
  <A>(): ((input: A) => A) =>
  (input) =>
    input

/** The function in a body option. */
export const encoderOf = <A>(body: Body<A>): ((input: A) => unknown) => {
  // Schemas of arktype are functions too, and must not be called to encode.
  if ('~standard' in body) return (input) => input
  if (typeof body === 'function') return body
  if (typeof body?.encode === 'function') return (input) => body.encode(input as never)
  throw new TypeError('body: expected an io-ts codec, a Standard Schema or a function')
}
