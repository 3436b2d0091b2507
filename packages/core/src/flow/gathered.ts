/* oxlint-disable typescript/no-explicit-any */
import type { Tagged } from '../failure/failure.js'
import type { Filtered } from '../failure/filtered.js'
import type { NoReply } from '../failure/no-reply.js'
import type { PartialFailure } from '../failure/partial-failure.js'
import type { Settle } from '../ports/journal.js'
import type { Result } from '../result/result.js'
import type { Parts } from './typed.js'

/** What a branch replies: nothing, when it filtered. */
export type ReplyOf<P extends [any, any, any]> = Filtered extends P[2] ? P[0] | undefined : P[0]

/** What a branch may fail with: also with what it routes itself, and with no reply where such a route ends it quietly. */
export type FailureOf<P extends [any, any, any]> =
  | P[1]
  | (Extract<P[2], Tagged> extends never ? never : Extract<P[2], Tagged> | NoReply)

/** The body after a gather: with `all` every reply, with `bestEffort` a result per branch, else what came. */
export type Gathered<Bs, S> = S extends 'all'
  ? { readonly [K in keyof Bs]: ReplyOf<Parts<Bs[K]>> }
  : S extends 'bestEffort'
    ? { readonly [K in keyof Bs]: Result<FailureOf<Parts<Bs[K]>>, ReplyOf<Parts<Bs[K]>>> }
    : { readonly [K in keyof Bs]?: ReplyOf<Parts<Bs[K]>> }

/** The same for the items of a `gatherEach`, in their order. */
export type GatheredEach<B, E extends Tagged, X, S> = S extends 'all'
  ? readonly ReplyOf<[B, E, X]>[]
  : S extends 'bestEffort'
    ? readonly Result<FailureOf<[B, E, X]>, ReplyOf<[B, E, X]>>[]
    : readonly (B | undefined)[]

/** What a join adds to a flow's failures: nothing, when failures are part of the body. */
export type GatherErrors<B extends string, S> = S extends 'bestEffort' ? never : PartialFailure<B>

/** How a gather joins. */
export interface GatherOptions<S extends Settle> {
  /** When the replies are enough. */
  readonly settle: S
  /** Prefix of its branches' hops: for a flow with two gathers whose branches have the same names. */
  readonly name?: string
}
