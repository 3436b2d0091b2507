import { decodeWith, type AnyDecoder, type May } from '@xconnector/core'

/** How a flow's body becomes JSON: an io-ts codec encodes it, a Standard Schema decodes, and so strips it. */
export type ResponseCodec =
  | { encode(body: never): unknown }
  | { readonly '~standard': { readonly types?: { readonly input: unknown } | undefined } }

/** What a response codec takes. */
export type ResponseInput<R> = R extends {
  readonly '~standard': { readonly types?: { readonly input: infer A } | undefined }
}
  ? A
  : R extends { encode(body: infer A): unknown }
    ? A
    : never

/** Stands for a response codec that does not take what the flow gives. */
export interface DoesNotTake<Out> {
  readonly 'the response must take what the flow gives': Out
}

/** What a response codec must be beside that: one that takes the flow's body. */
export type Fitting<R, Out> = [R] extends [ResponseCodec]
  ? [Out] extends [ResponseInput<R>]
    ? unknown
    : DoesNotTake<Out>
  : unknown

/** The value that is sent as JSON for a body, or what is wrong with the body. */
export type Shape = (body: unknown) => May<{ readonly value: unknown } | { readonly flaw: string }>

/** The function in a response option; without one the body is sent as it is. */
export const shapeOf = (
  response: ResponseCodec | ((body: never) => unknown) | undefined,
  option: string,
): Shape => {
  if (response === undefined) return (value) => ({ value })
  if (response === null || !['object', 'function'].includes(typeof response))
    throw new TypeError(`${option}: ${EXPECTED}`)
  // Schemas of arktype are functions too, and zod's have an `encode`.
  if ('~standard' in response) {
    const decode = decodeWith(response as AnyDecoder)
    return async (body) => {
      const result = await decode(body)
      return result._tag === 'Right' ? { value: result.right } : { flaw: result.left.message }
    }
  }
  if (typeof response === 'function') return (body) => ({ value: response(body as never) })
  if (typeof response?.encode === 'function') return (body) => ({ value: response.encode(body as never) })
  throw new TypeError(`${option}: ${EXPECTED}`)
}

const EXPECTED = 'expected an io-ts codec, a Standard Schema or a function'
