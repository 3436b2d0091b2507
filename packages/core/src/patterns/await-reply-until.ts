import type { Json } from '../message/json.js'
import type { Reply } from './await-reply-row.js'

/**
 * When several answers are enough. `all`: each of these has answered (`by`); answers of others do not count. `quorum`: so
 * many answerers; answers without `by` are one each. Or a function of what came.
 */
export type Until<A, R> =
  | { readonly all: (body: A) => readonly string[] }
  | { readonly quorum: number }
  | ((replies: readonly Reply<R>[], body: A) => boolean)

/** The answers that count, and whether they are enough. */
export interface Collected {
  readonly replies: readonly Reply<Json>[]
  readonly enough: boolean
}

/** Sums up what came. */
export type Collect = (replies: readonly Reply<Json>[], body: unknown) => Collected

/** @throws TypeError when it is no policy. */
export const collectUntil = <A, R>(what: string, until: Until<A, R>): Collect => {
  if (typeof until === 'function')
    return (replies, body) => ({
      replies,
      enough: until(replies as readonly Reply<never>[], body as A) === true,
    })
  const { all, quorum } = (until ?? {}) as { readonly all?: (body: A) => readonly string[]; quorum?: unknown }
  if (typeof all === 'function')
    return (replies, body) => {
      const names = new Set(all(body as A))
      const counted = replies.filter((r) => r.by !== undefined && names.has(r.by))
      return { replies: counted, enough: new Set(counted.map((r) => r.by)).size === names.size }
    }
  if (!Number.isInteger(quorum) || (quorum as number) < 1)
    throw new TypeError(
      `${what}: until: expected { all }, { quorum: a whole number of 1 or more } or a function, got ${JSON.stringify(until)}`,
    )
  return (replies) => ({ replies, enough: replies.length >= (quorum as number) })
}

/** The first answer is enough. */
export const first: Collect = (replies) => ({ replies: replies.slice(0, 1), enough: replies.length > 0 })
