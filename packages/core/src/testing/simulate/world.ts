import type { Json } from '../../message/json.js'
import type { Clock } from '../../ports/clock.js'
import type { Random } from '../../ports/random.js'
import type { May } from '../../result/result.js'
import type { Deployable } from '../../route/deployable.js'
import type { Context, Reconciled } from '../../step/step.js'
import type { Stand } from '../record.js'

/**
 * What stands in for a target or a read: a step, or a function that gives a reply or a failure; with `reconcile`, for
 * unsafe targets. The stand-in of a `keyed` target is called once a key: the first good reply is given to repeats, as the
 * remote has promised; `keys: 'forgotten'`: it is called each time.
 */
export type Remote =
  | Stand
  | {
      // oxlint-disable-next-line typescript/no-explicit-any
      answer(input: any, ctx: Context): May<unknown>
      // oxlint-disable-next-line typescript/no-explicit-any
      reconcile?(input: any, ctx: Context): Promise<Reconciled<unknown>>
      readonly keys?: 'forgotten'
    }

/** What surrounds the flows in one run: made anew for each seed. */
export interface World {
  /**
   * Stand-ins by the names of steps: targets, reads, alert targets. Their destinations are entered, so that limits, circuits
   * and parking are at work. Without one the real step is at work, and alert targets take every alert.
   */
  readonly steps?: Readonly<Record<string, Remote>>
  /** Whether the world has seen all that it waits for: sources of their own have found what there is. Asked at rest. */
  done?(): boolean
}

/** How a message is sent. */
export interface SimulatedSend {
  /** When: virtual milliseconds since the start. Default: by chance, in the first 20 seconds. */
  readonly at?: number
  readonly dedupe?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly type?: string
  readonly undecodable?: 'dead-letter' | 'refuse'
}

/** One run, as its world sees it. */
export interface Simulation {
  readonly seed: number
  /** For the world's own decisions: the same in every run of this seed. */
  readonly random: Random
  /** Virtual time. */
  readonly clock: Clock
  /** Whether nothing strikes any more, and the world should work: what failed for good may succeed from now on. */
  readonly healed: boolean
  /** A whole number from 0 up to `n`, `n` excluded. */
  below(n: number): number
  /** Whether something of this chance happens: 0 never, 1 always. */
  chance(of: number): boolean
  /** Waits while some other things happen. */
  pause(): Promise<void>
  /**
   * A webhook: sends a message to a flow, through its source's decoder, to any of the processes, again and again until it
   * has an answer. While the world is made, not later.
   */
  send(flow: string | Deployable, raw: Json, options?: SimulatedSend): void
  /**
   * Items that a source of its own (a poll) has to find: each must have been taken in by the end, as it is. Gives those that
   * this run has: a run that is being shortened has fewer.
   */
  feed<A extends Json>(flow: string | Deployable, items: readonly A[]): readonly A[]
  /**
   * A fetch through the simulated network: requests that never arrive or arrive twice, slow answers, answers that are lost
   * (both reject, as `fetch` does). For real clients whose transport can be given a fetch, and for fakes that are one. While
   * `real` is at work, virtual time and everything else stand still.
   */
  network(
    name: string,
    real: (request: Request) => Promise<Response>,
  ): (request: Request) => Promise<Response>
}
