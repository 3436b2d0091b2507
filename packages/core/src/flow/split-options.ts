/* oxlint-disable typescript/no-explicit-any */
import type { DecodeFailed } from '../failure/decode-failed.js'
import type { Tagged } from '../failure/failure.js'
import type { Settle } from '../ports/journal.js'
import type { May } from '../result/result.js'
import type { Items } from '../run/items.js'
import type { Context, Step, Target } from '../step/step.js'
import type { Flow } from './flow.js'
import type { ItemOutcome, RunReport } from './run-report.js'
import type { Branch, Typed } from './typed.js'

/** What a splitting function gives: items at hand or as they come; `null` for none. */
export type Rows<I> = Items<I> | null | Promise<Items<I> | null>

/** What a splitting function knows beside the body. */
export interface SplitContext extends Context {
  /** Rows of it that are committed already: where to begin, with `seek`. 0 at first. */
  readonly position: number
}

/** What becomes of a row that does not decode. */
export type OnBad = 'dead-letter' | 'skip' | 'stop'

/**
 * How a message is split. Durably, a chunk of items and the position move in one commit, and other work goes on between two
 * chunks. `I`: an item; `B`: what an item ends with; `Out`: the body that is split.
 */
export interface SplitOptions<Out, I, B, E extends Tagged = never> {
  /** Items written in one commit. Default 500; fewer when they are large. */
  readonly chunk?: number
  /**
   * The key of an item: items of one key are worked on in order, others overtake. Default: they inherit the key of the
   * message. Where it throws, the item is a dead letter of its own.
   */
  readonly key?: (item: I) => string
  /** Items of one message are worked on in their order, one at a time at each hop. */
  readonly ordered?: boolean
  /**
   * `stop`: an item that fails stops those behind it. Durably they wait, in order, until its dead letter is replayed or
   * discarded. In memory no more are begun, and they run one at a time unless `concurrency` is given. Default `go on`.
   */
  readonly onFailure?: 'go on' | 'stop'
  /** Items at a time, in memory. Default 16; 1 with `ordered` or `onFailure: 'stop'`. */
  readonly concurrency?: number
  /**
   * The function itself begins at `ctx.position`. Left out, what it gives after a restart or a retry is read from its
   * beginning, and what is committed already is passed over: it must give the same items again.
   */
  readonly seek?: boolean
  /** Makes it a batch run, with progress and one report. One split of a flow may be one. */
  readonly run?: RunOptions<Out, B, E>
}

/** Options of a split that decodes its rows: bodies of items are what the decoder gives, and need not be JSON. */
export interface DecodingSplitOptions<Out, D, I, B, E extends Tagged = never> extends SplitOptions<
  Out,
  I,
  B,
  E
> {
  /**
   * An io-ts codec, a Standard Schema (zod, valibot, arktype), or what `decodeWith` made of one: that is faster for io-ts.
   * The row as it came is what is stored.
   */
  readonly decode: D
  /**
   * A row that does not decode: `dead-letter` (default): its item fails with `DecodeFailed`, by its route, and its dead
   * letter holds the row. `skip`: it is left out, counted and logged. `stop`: the message itself fails with `DecodeFailed`,
   * after the chunks before it.
   */
  readonly onBad?: OnBad
}

/** An item whose row is decoded where it begins: a sub-flow of it may route or recover `DecodeFailed` itself. */
// A target is named beside the steps that it is one of, as in `Branch`.
export type DecodedItem<A, B, E extends Tagged, X> =
  | Target<A, B, E>
  | Step<A, B, E>
  | ((start: Flow<A, A, DecodeFailed>) => Typed<B, E, X>)

/** How a batch run tells of itself. */
export interface RunOptions<Out, B, E extends Tagged = never> {
  /** Gets the report: a target, or a small sub-flow, at hops `<split>/report`. */
  readonly report?: Branch<RunReport, any, E>
  /**
   * What became of an item, by the body that it ended with (the reply, where it is a single target). Where it throws, the
   * item counts as unchanged, and that is logged. Left out, all are counted as unchanged.
   */
  readonly outcome?: (result: B, ctx: Context) => ItemOutcome
  /** How many rows there are, where that is known before they are read: for the progress. */
  readonly total?: (body: Out, ctx: Context) => May<number | undefined>
  /**
   * A run that is to start while an earlier one of this flow is not over: `queue` (default): it waits for the end of that.
   * `allow`: both run. `skip`: its message is discarded, and that is logged.
   */
  readonly overlap?: 'allow' | 'queue' | 'skip'
}

/** How a `gatherEach` splits and joins. */
export interface GatherEachOptions<S extends Settle, I> {
  /** When the replies are enough. */
  readonly settle: S
  /** Items of one message at most. Default 10,000; more are `StepFailed`. */
  readonly max?: number
  /** As for `split`. */
  readonly key?: (item: I) => string
  /** As for `split`. */
  readonly ordered?: boolean
  /** Items at a time, in memory. Default 16; 1 with `ordered`. */
  readonly concurrency?: number
}
