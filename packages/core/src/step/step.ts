import type { Setting } from '../config/setting.js'
import type { Destination, Leave } from '../destination/destination.js'
import type { OutcomeUnknown } from '../failure/outcome-unknown.js'
import type { StepFailed } from '../failure/step-failed.js'
import type { Tagged } from '../failure/failure.js'
import type { CircuitOpen } from '../failure/circuit-open.js'
import type { Message } from '../message/message.js'
import type { Json } from '../message/json.js'
import type { Clock } from '../ports/clock.js'
import type { May, Result } from '../result/result.js'
import type { Item } from './item.js'

/** The log of a step: entries carry the flow, hop, message and attempt. */
export interface StepLog {
  debug(message: string, data?: object): void
  info(message: string, data?: object): void
  warn(message: string, data?: object): void
  error(message: string, data?: object): void
}

/** Ends an attempt without an outcome: its destination is parked, the message waits in the journal. */
export interface Parked {
  readonly _tag: 'Parked'
  readonly kind: 'transient'
  readonly destination: string
  /** Epoch milliseconds. */
  readonly until: number
}

/** What every user function and every step gets beside the body. */
export interface Context {
  readonly message: Message
  /** The idempotency key: the same over retries, crashes and lost leases of this hop. */
  readonly key: string
  /** 1 for the first attempt. */
  readonly attempt: number
  /** Aborts at the deadline, when the caller aborts, or when a stopping runtime's grace is over. */
  readonly signal: AbortSignal
  /** Epoch milliseconds. */
  readonly deadline: number | undefined
  /** Which item it is of the split that it came from; of the innermost, where splits are nested. */
  readonly item?: Item | undefined
  readonly clock: Clock
  readonly log: StepLog
  /** Overrides of configuration, given by tests. */
  readonly config: Readonly<Record<string, string>>
  /** Runs a small effect once for this hop, over retries and crashes; its JSON result is remembered. */
  once<A>(name: string, f: () => Promise<A>): Promise<A>
  /**
   * For targets and reads: takes a slot of the destination. Gives the function that reports what was seen, or what to
   * return on the left instead of calling.
   */
  enter(destination: Destination): May<Leave | Result<CircuitOpen | Parked, never>>
}

/** `none`: reads and pure steps. The others change something: at most one of them ends a hop. */
export type Effect = 'none' | 'idempotent' | 'keyed' | 'unsafe'

/**
 * The body that a step takes, in types only. As the first member of a step it is what the compiler speaks of when a body
 * does not fit, instead of a function further down.
 */
export interface Takes<in A> {
  (body: A): void
}

// Optional members are `| undefined`, or the compiler explains exactOptionalPropertyTypes with every wrong body.
/**
 * Takes a body, gives a body or a typed failure. Steps inside a hop run again on retry, so a step with effect `none`
 * must be a read or pure.
 */
export interface Step<in A, out B, out E extends Tagged = never> {
  /** In types only, never set: see `Takes`. */
  readonly takes?: Takes<A> | undefined
  readonly name: string
  /** The remote it calls, if any. */
  readonly destination?: Destination | undefined
  readonly effect: Effect
  /** What it reads from the configuration: checked at start, all at once. */
  readonly settings?: readonly Setting<unknown>[] | undefined
  run(input: A, ctx: Context): May<Result<E, B>>
  /** For a dry run: what would be sent for this body, without secrets. */
  readonly preview?: ((input: A, ctx: Context) => May<Json>) | undefined
}

/** A step with an effect on a destination. `idempotent`: a repeat is harmless. `keyed`: deduplicated by the key. */
export interface Target<in A, out B, out E extends Tagged = never> extends Step<A, B, E> {
  /** In types only, never set. First here too, for a type's own members are compared before those it inherits. */
  readonly takes?: Takes<A> | undefined
  readonly destination: Destination
  readonly effect: Exclude<Effect, 'none'>
  /** Asked after an ambiguous outcome: did it take effect? */
  readonly reconcile?: ((input: A, ctx: Context) => Promise<Reconciled<B>>) | undefined
  /** The same target for another body: mapped inside the target's hop, never stored. */
  with<A2>(map: (body: A2, ctx: Context) => A): Target<A2, B, E | StepFailed>
}

/** The answer to "did it take effect?". */
export type Reconciled<B> = { readonly found: B } | 'absent' | 'unknown'

/** What an effect adds to a target's failures. */
export type EffectFailure<F extends Effect> = F extends 'unsafe' ? OutcomeUnknown : never
