import type { Setting } from '../config/setting.js'
import type { AnyDecoder, Decoded } from '../decode/decoder.js'
import type { Tagged } from '../failure/failure.js'
import type { Duration } from '../message/duration.js'
import type { May } from '../result/result.js'
import type { Context } from '../step/step.js'

/** Stands for "no cursor of the user's own": `fetch` goes by `ctx.since`, or reads everything. */
export type NoCursor = AnyDecoder & { readonly none: never }

/** The cursor that a decoder gives. */
export type CursorOf<C extends AnyDecoder> = [C] extends [NoCursor] ? undefined : Decoded<C> | undefined

/** What `fetch` and `ids` get: all that a step gets, so that a client's reads can be called with it. */
export interface PollContext extends Context {
  /**
   * With `time`: ask for what changed at or after this moment (epoch milliseconds), which is the newest time seen, less
   * the `lookback`. The same for all pages of a run. `undefined` when nothing was seen yet.
   */
  readonly since: number | undefined
}

/** What one call of `fetch` found. */
export interface Page<C> {
  /** As they came; each is decoded by `decode`. */
  readonly items: readonly unknown[]
  /** Where the next call begins. Committed with the items. Left out: where this one began. */
  readonly cursor?: C | undefined
  /** There is more: `fetch` is called again at once. */
  readonly more?: boolean | undefined
}

/** When to poll less often. */
export interface BackOff {
  /** How many polls are then left out. */
  readonly multiplier: number
  /** After so many polls in a row that found nothing new. Left out: never. */
  readonly afterIdle?: number
  /** After so many in a row that failed. Default 3. */
  readonly afterFailures?: number
}

/** How what was removed at the remote is found. */
export interface Deletions {
  /** How often the ids are listed. */
  readonly every: Duration
  /**
   * All ids that there are now, in any order: an array, or an async generator that gives ids or pages of ids. May throw,
   * or return, a failure. A listing that does not end well deletes nothing.
   */
  ids(ctx: PollContext): May<readonly string[] | Tagged> | AsyncIterable<string | readonly string[]>
  /**
   * The share of the known ids that one listing may make vanish, from 0 to 1: beyond it, the listing is not believed.
   * Default 0.5. Up to ten ids may always vanish, but an empty listing is believed at 1 only.
   */
  readonly most?: number
  /** How long a listing may take. Default 10 min. */
  readonly timeout?: Duration
}

/** Options of `poll`. `D`: the items' decoder. `C`: the cursor's. */
export interface PollOptions<D extends AnyDecoder, C extends AnyDecoder = NoCursor> {
  /** The source's name; its position in the journal goes by it. */
  readonly name: string
  /** From the end of one poll to the next. The first comes at start. */
  readonly every: Duration
  /** What an item is: an io-ts codec or a Standard Schema. What does not decode is dead-lettered, and holds up nothing. */
  readonly decode: D
  /** The cursor of `fetch`: an io-ts codec, whose `encode` is used, or a Standard Schema of what JSON can carry. */
  readonly cursor?: C
  /** Gets the items that are new since the cursor, which is `undefined` the first time. May throw, or return, a failure. */
  fetch(cursor: CursorOf<C>, ctx: PollContext): May<Page<CursorOf<C>> | Tagged>
  /** What tells one item from another. */
  id(item: Decoded<D>): string
  /** What tells one version of an item from another. Default: a fingerprint of the item as it came. */
  version?(item: Decoded<D>): string | number
  /** When an item changed: epoch milliseconds. Gives `ctx.since`. */
  time?(item: Decoded<D>): number
  /** With `time`: how far back before the newest time to ask again, for remotes whose index lags. Default none. */
  readonly lookback?: Duration
  /**
   * The most items that are remembered as seen. Default 10,000. With `time` those from the lookback on, else those of the
   * last two runs that found any.
   */
  readonly remember?: number
  /**
   * Which of two cursors is ahead: positive when the first is. A page whose cursor goes back is refused. Default: numbers
   * are compared, others are not. `false`: none are.
   */
  readonly compare?:
    | false
    | ((next: Exclude<CursorOf<C>, undefined>, before: Exclude<CursorOf<C>, undefined>) => number)
  /** Polls again at once as long as a poll found something. Default: no. A page with `more` always does. */
  readonly greedy?: boolean
  /** Default: `{ multiplier: 4, afterFailures: 3 }`. A remote that says when to come again is heard, up to 1 h. */
  readonly backOff?: BackOff
  /** How long one call of `fetch` may take (`ctx.signal` aborts then), and then decoding its page. Default 1 min. */
  readonly timeout?: Duration
  /** The type of the messages. Default `'item'`. */
  readonly type?: string
  /** What `fetch` reads from the configuration: checked at start, with all else. */
  readonly settings?: readonly Setting<unknown>[] | undefined
}
