import {
  left,
  right,
  type DecodeFailed,
  type Decoder,
  type Issue,
  type May,
  type Result,
} from '@xconnector/core'

/** What a decoding function says: a value, or what is wrong and where. */
export type Decoding<A> = Result<Pick<DecodeFailed, 'issues'>, A>

/** A decoder from a function: a Standard Schema, since that is the form that any decoder can be given in. */
export const ownDecoder = <A>(decode: (value: unknown) => May<Decoding<A>>): Decoder<A> => ({
  '~standard': {
    version: 1,
    vendor: 'xconnector',
    validate(value: unknown) {
      const result = decode(value)
      return result instanceof Promise ? result.then(judged) : judged(result)
    },
  },
})

/** The same issues, seen from further out. */
export const within = <A>(path: readonly string[], result: Result<DecodeFailed, A>): Decoding<A> =>
  result._tag === 'Right'
    ? right(result.right)
    : left({
        issues: result.left.issues.map((i): Issue => ({ path: [...path, ...i.path], message: i.message })),
      })

const judged = <A>(result: Decoding<A>): { value: A } | { issues: Issue[] } =>
  result._tag === 'Right' ? { value: result.right } : { issues: [...result.left.issues] }
