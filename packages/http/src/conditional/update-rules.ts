import type { AnyDecoder, Context, Decoded, Random } from '@xconnector/core'
import { isDeepStrictEqual } from 'node:util'
import { encoderOf } from '../client/body.js'
import { mergePatched } from './merge-patch.js'
import type { UpdateOptions } from './update-options.js'

const MERGE_PATCH = 'application/merge-patch+json'

const SHORTEST_MS = 50
const LONGEST_MS = 2000

/** Milliseconds before the next attempt: full jitter. */
export const waitAfter = (attempt: number, random: Random): number =>
  Math.ceil(random.next() * Math.min(LONGEST_MS, SHORTEST_MS * 2 ** (attempt - 1)))

/** The options of an update, checked. */
export interface Rules<A, T, B> {
  readonly attempts: number
  readonly type: string
  /** What is to be sent; `undefined`: the change is there. */
  wanted(current: T, input: A, ctx: Context): { readonly body: B } | undefined
  encode(body: B, ctx: Context): unknown
}

/** @throws TypeError naming the option that makes no sense. */
export const rulesOf = <P extends string, A, R extends AnyDecoder, B>(
  { merge, done, body, create, method = 'PUT', type, attempts = 5 }: UpdateOptions<P, A, R, B>,
  at: string,
): Rules<A, Decoded<R>, B> => {
  if (method !== 'PUT' && method !== 'PATCH')
    throw new TypeError(`${at} method: expected 'PUT' or 'PATCH', got ${JSON.stringify(method)}`)
  if (!Number.isSafeInteger(attempts) || attempts < 1)
    throw new TypeError(`${at} attempts: expected a whole number of 1 or more, got ${String(attempts)}`)
  for (const [option, f] of Object.entries({ merge, done: done ?? merge, create: create ?? merge }))
    if (typeof f !== 'function') throw new TypeError(`${at} ${option}: expected a function, got ${typeof f}`)
  const sentAs = type ?? (method === 'PATCH' ? MERGE_PATCH : 'application/json')
  const isPatch = method === 'PATCH'
  if (isPatch && sentAs !== MERGE_PATCH && done === undefined)
    throw new TypeError(`${at} done: expected a function, for nobody knows what a patch of ${sentAs} makes`)
  const encode = body === undefined ? undefined : encoderOf(body)
  return {
    attempts,
    type: sentAs,
    encode: (value, ctx) => (encode === undefined ? value : encode(value, ctx)),
    wanted(current, input, ctx) {
      if (done?.(current, input, ctx) === true) return undefined
      const made = merge(current, input, ctx)
      if (made === undefined) return undefined
      if (done !== undefined) return { body: made }
      const now = plain(current)
      const then = isPatch ? mergePatched(now, plain(made)) : plain(made)
      return isDeepStrictEqual(then, now) ? undefined : { body: made }
    },
  }
}

// As JSON carries it: members that are undefined are not there, and an object's class does not matter. A bigint is the
// number that it is, or, past 2^53 - 1, its digits: as `integers: 'text'` gives it.
const plain = (value: unknown): unknown => {
  const text = JSON.stringify(value, (_, inner: unknown) =>
    typeof inner !== 'bigint' ? inner : Number.isSafeInteger(Number(inner)) ? Number(inner) : String(inner),
  ) as string | undefined
  return text === undefined ? undefined : (JSON.parse(text) as unknown)
}
