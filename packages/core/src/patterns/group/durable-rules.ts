import type { Context } from '../../step/step.js'
import type { Joined } from './joined.js'
import type { Rules } from './rules.js'

/** What a message does that completes groups. */
export interface Signal {
  /** `own`: the group of its key. `all`: every group of this pattern that is open. */
  readonly completes: 'own' | 'all'
  /** Whether it is added to the group of its key first. Default false: it only signals, and is done. */
  readonly joins?: boolean
}

/** How a pattern keeps groups in the journal: its options, checked. */
export interface DurableRules extends Rules<unknown, unknown, Context> {
  readonly name: string
  /** Left out: all messages are of one group. */
  readonly key: ((body: unknown, ctx: Context) => unknown) | undefined
  readonly withoutKey: 'fail' | 'discard'
  readonly signal: ((body: unknown, ctx: Context) => Signal | undefined) | undefined
  /** For so many milliseconds the key of a complete group is closed. */
  readonly late: { readonly ms: number; readonly refuse: boolean } | undefined
  readonly timedOut: 'emit' | 'discard'
  readonly closesOlder: boolean
  readonly atStop: boolean
  /** The body that goes on. */
  give(joined: Joined<unknown>): unknown
}
