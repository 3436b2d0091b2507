import type { Duration } from '../../message/duration.js'
import type { Context } from '../../step/step.js'
import type { Signal } from './durable-rules.js'
import type { GroupClosed } from './group-closed.js'
import type { Group, ListGroup } from './joined.js'
import type { KeyMissing } from './key-missing.js'

/** What becomes of a message whose key's group is complete. Without it, such a message opens a new group. */
export interface Late<T> {
  /** For how long the key of a complete group is remembered as closed. */
  readonly remember: Duration
  /** `refuse`: it fails with `GroupClosed`. `discard`: it is done, counted as discarded. */
  readonly verb: T
}

/** Which messages belong together, and when a group is complete. At least one way to be complete always holds: `within`. */
export interface Grouping<in A, K, W, T> {
  /** Messages of one key are one group. Left out: all messages are. One that gives `undefined` has no group. */
  readonly key?: (body: A, ctx: Context) => K
  /** A message without a key: `fail` with `KeyMissing` (default), or `discard` it. */
  readonly withoutKey?: W
  /** Complete with so many messages. */
  readonly size?: number
  /** Complete when so long nothing was added. */
  readonly silence?: Duration
  /** Complete at the next whole multiple of this, by the clock: all groups at the same time. */
  readonly every?: Duration
  /** Complete so long after its first message, whatever else. Default 24 h. */
  readonly within?: Duration
  /** Whether a group that is complete by time goes on (default), or vanishes, counted as discarded. */
  readonly timedOut?: 'emit' | 'discard'
  readonly late?: Late<T>
  /** A group that is opened completes the one that was opened before it. For messages that come group after group. */
  readonly closesOlder?: boolean
  /** Whether a message is a signal that completes groups. */
  readonly signal?: (body: A, ctx: Context) => Signal | undefined
  /** When the runtime stops: groups stay in the journal and go on at the next start (default), or are complete. */
  readonly atStop?: 'keep' | 'complete'
}

/** Groups that are lists of what was added, in order. At most 10,000 of it, unless `size` says otherwise. */
export interface ListOptions<in A, K, W, T> extends Grouping<A, K, W, T> {
  readonly into?: undefined
  /** The message begins a new group: the open one is complete without it. */
  readonly begins?: (body: A, group: ListGroup, ctx: Context) => boolean
  /** The group is complete with this message, which is in it. */
  readonly ends?: (body: A, group: ListGroup, ctx: Context) => boolean
}

/** Groups that are folded into one value as messages come. */
export interface FoldOptions<in A, in out V, K, W, T> extends Grouping<A, K, W, T> {
  /** `start`: the value of a group's first message; `add`: with one more. Values are JSON, and may be changed in place. */
  readonly into: {
    readonly start: (body: A, ctx: Context) => V
    readonly add: (value: V, body: A, ctx: Context) => V
  }
  /** The message begins a new group: the open one is complete without it. */
  readonly begins?: (body: A, group: Group<V>, ctx: Context) => boolean
  /** The group is complete with this message, which is in it. */
  readonly ends?: (body: A, group: Group<V>, ctx: Context) => boolean
}

/** The failures that grouping brings, by its options. */
export type GroupFailure<K, W, T> =
  | (undefined extends K ? (W extends 'discard' ? never : KeyMissing) : never)
  | (T extends 'refuse' ? GroupClosed : never)
