import type { Clock } from '../ports/clock.js'
import type { May } from '../result/result.js'
import type { Json } from '../message/json.js'
import type { CircuitOpen } from '../failure/circuit-open.js'
import type { ToldLimit } from './learned-limit.js'

/**
 * What the remote was seen to do. `ambiguous`: it may have acted. `refused`: it answered that it cannot now. `unsent`: it
 * was not called after all.
 */
export interface Seen {
  readonly as: 'ok' | 'refused' | 'failed' | 'ambiguous' | 'unsent'
  /**
   * Epoch milliseconds before which it asked not to be called, or at which its window ends. Parks the destination until
   * then, unless it was `ok` and `remaining` is not 0. A time in the past says nothing.
   */
  readonly retryAt?: number
  /** Calls that it says are left in its window. */
  readonly remaining?: number
  /** How often it says it may be called: kept from then on, beside the limits of the destination's own. */
  readonly limits?: readonly ToldLimit[]
}

/** Leaves the destination; the first report counts. */
export type Leave = (seen: Seen) => void

/** Nothing is left of the retry budget. */
export interface Later {
  /** Epoch milliseconds at which to ask again. */
  readonly until: number
}

/**
 * A named remote: one circuit, one rate limit, one concurrency limit and one retry budget, shared by all flows and plain
 * calls. A value that names and configures; what happens to it lives in a `Gate`, one for each clock, so that a test with a
 * clock of its own meets a fresh remote.
 */
export interface Destination {
  readonly name: string
  /** What a call does while it is parked: wait, or fail with `CircuitOpen`. Flows always wait, in the journal. */
  readonly whenParked: 'wait' | 'fail'
  /** What it is called with at most, where it says so: for estimates. */
  readonly limits?: DestinationLimits
  /** What it is made of, where it stands for several; empty where nothing is called, and messages only wait. */
  readonly members?: readonly Destination[]
  gate(clock: Clock): Gate
}

/** How fast a destination may be called. */
export interface DestinationLimits {
  /** Calls inside at a time; where that adapts itself, what it begins with. */
  readonly concurrency: number
  /** `limit` calls every `per` milliseconds. */
  readonly rate?: { readonly limit: number; readonly per: number }
}

/** A destination at work under one clock. */
export interface Gate {
  /**
   * Epoch milliseconds until which it takes no calls; 0 when it is open. While it is held nobody knows the end: then it is
   * always a second ahead, or the end of a parking that lasts longer.
   */
  parkedUntil(): number
  /**
   * Why it is parked: the remote asked for it (`Retry-After`, a used-up limit), or calls to it failed. Undefined when it is
   * open, or when nobody knows.
   */
  parkedWhy(): 'asked' | 'failing' | undefined
  /**
   * Calls it would let in right now: the concurrency limit less those inside and those queueing; fewer while it is being
   * released or its rate limit is used up, none while it is parked.
   */
  free(): number
  /**
   * Takes a slot, waiting in line for one when all are taken or the rate limit is used up: synchronous when it need not
   * wait. `now`: never waits for a parking to end (for flows, whose messages wait in the journal): gives `'parked'`, also
   * when the parking begins while it waits. `wait`: as `whenParked` says. Rejects with the signal's reason.
   *
   * `repeat`: it repeats a call that failed. Then it takes one from the retry budget; when nothing is left, it is told at
   * once when to ask again, whichever way it waits.
   */
  enter(
    signal: AbortSignal | undefined,
    how: 'now' | 'wait',
    repeat?: boolean,
  ): May<Leave | 'parked' | Later | CircuitOpen>
  /**
   * Whether a call that is inside may be repeated at once, without entering again (a client's quick retry). Takes one from
   * the retry budget.
   */
  mayRepeat(): boolean
  /** Milliseconds it has been parked or held up to now, over its whole life. */
  parkedMs(): number
  /**
   * Somebody paused it, at `since` (epoch milliseconds): it takes no calls, as if it was parked, until each of those who hold
   * it has released it. Those inside end as they end.
   */
  hold(by: object, since: number): void
  /** The contrary of `hold`. When nobody holds it any more, it is released in a ramp, as after a parking. */
  release(by: object): void
  /** Whether anybody holds it. */
  held(): boolean
  /** What other processes must know of it: when and how long it was parked. The same until that changes. */
  snapshot(): Json
  /**
   * Takes over what another process saw, or what was known before a restart: the later parking and the longer time win, so
   * what is old or known changes nothing. What is no snapshot is ignored.
   */
  restore(snapshot: Json): void
  /** Calls `f` after it was parked or opened, or slots grew, by whatever happens here (not by `restore`). */
  watch(f: () => void): () => void
}
