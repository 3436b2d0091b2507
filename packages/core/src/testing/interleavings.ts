import { JournalUnavailable } from '../failure/journal-unavailable.js'
import { systemClock } from '../ports/clock.js'
import type { Random } from '../ports/random.js'
import type { Deployable } from '../route/deployable.js'
import type { Faults } from './interleave-faults.js'
import { cluster, type Cluster, type ClusterOptions } from './interleaved-cluster.js'
import { Interleaver } from './interleaver.js'
import { InterleavingFailed } from './interleaving-failed.js'
import { Killed } from './killed.js'
import { testFlow, type FlowTest, type TestOptions } from './test-flow.js'
import type { VirtualClock } from './virtual-clock.js'

/** Options of `interleavings`. */
export interface InterleavingsOptions {
  /** How many orders are tried, one a seed. Default 1000. */
  readonly seeds?: number
  /** The first seed. Default 1. */
  readonly from?: number
  /** What strikes the processes. Default: nothing; calls only overtake each other. */
  readonly faults?: Faults
  /** Real milliseconds that one run may take before it counts as stuck. Default 5,000. */
  readonly patience?: number
}

/** One order of things: the run of one seed. */
export interface Interleaving {
  readonly seed: number
  /** For the body's own decisions: the same in every run of this seed. */
  readonly random: Random
  /** The virtual time of all processes. */
  readonly clock: VirtualClock
  /** A flow under test, as `testFlow` gives it; its journal and the steps that it calls are in this run's hand. */
  testFlow(flow: Deployable, options?: Omit<TestOptions, 'interleave'>): FlowTest
  /** A flow in several processes on one memory store, whose leases end by time. */
  cluster(flow: Deployable, options: Omit<ClusterOptions, 'interleave'>): Cluster
  /** Waits while some other things happen: for stand-ins of steps. `name` is what the trace calls it. */
  pause(name: string): Promise<void>
  /** A whole number from 0 up to `n`, `n` excluded. */
  below(n: number): number
  /** Whether something of this chance happens: 0 never, 1 always. */
  chance(of: number): boolean
  /** Does it again and again while it rejects with `JournalUnavailable` or `Killed`: as a sender that gets no answer does. */
  insist<A>(f: () => Promise<A>): Promise<A>
  /** From now on nothing strikes. What was struck goes on from where it is. */
  calm(): void
}

/** What `interleavings` has done. */
export interface Interleaved {
  readonly seeds: number
  /** How many of the runs differed from all before in the order of what happened. */
  readonly orders: number
  /** Steps of all runs together. */
  readonly steps: number
  /** Places at which a fault could have struck, of all runs together. */
  readonly points: number
  /** What happened in the last run, as a short text: equal runs give equal texts. */
  readonly hash: string
  /** What happened in the last run, line by line. */
  readonly trace: readonly string[]
}

/**
 * Runs `body` once a seed, each time in another order: every call of the journal (accept, claim, commit, mark, read,
 * extend), and every call of a target or of a step that something stands in for, takes effect and answers after some
 * steps of whatever else is going on, and calls under way at one time overtake each other. Optionally faults strike at
 * these very points. Everything, virtual time included, is decided by the seed, so that one seed always gives the same
 * run, provided that the body draws on nothing but `run`: give destinations that can be parked `random: run.random`.
 *
 * Time moves as in `testFlow`: while `settle`, `run` or `send` is awaited; besides only when an answer that is awaited
 * needs it.
 *
 * @example
 * await interleavings({ seeds: 1000, faults: { crash: 0.01, reject: 0.02 } }, async (run) => {
 *   const calls: string[] = []
 *   const put = async (order: Order) => {
 *     calls.push(order.id)
 *     await run.pause('put is under way')
 *     return run.chance(0.1) ? new Unavailable() : { ok: true }
 *   }
 *   await using t = run.testFlow(publish, { replace: { put } })
 *   await Promise.all(['a', 'b'].map((id) => run.insist(() => t.give({ id }, { dedupe: id }))))
 *   const { pending, dead } = await t.settle()
 *   expect({ pending, dead }).toEqual({ pending: 0, dead: [] })
 *   expect(new Set(calls)).toEqual(new Set(['a', 'b']))
 * })
 *
 * @throws InterleavingFailed of the first seed whose body rejects, with its trace.
 * @throws TypeError naming the option, when `seeds`, `from` or a chance makes no sense.
 */
export const interleavings = async (
  options: InterleavingsOptions,
  body: (run: Interleaving) => Promise<void>,
): Promise<Interleaved> => {
  const { faults } = options
  const patience = whole('patience', options.patience ?? 5000, 1)
  if (typeof body !== 'function')
    throw new TypeError(`interleavings: body: expected a function, got ${typeof body}`)
  const seeds = whole('seeds', options.seeds ?? 1000, 1)
  const from = whole('from', options.from ?? 1, 0)
  let steps = 0
  let points = 0
  let last: Interleaver | undefined
  const orders = new Set<number>()
  for (let seed = from; seed < from + seeds; seed++) {
    const one = (last = new Interleaver(seed, { faults }))
    try {
      await watched(one, patience, body(runOf(one)))
    } catch (thrown) {
      throw new InterleavingFailed(one, thrown)
    }
    steps += one.steps
    points += one.points
    orders.add(one.trace.order)
  }
  const [hash, trace] = [last?.trace.hash() ?? '', last?.trace.lines() ?? []]
  return { seeds, orders: orders.size, steps, points, hash, trace }
}

const whole = (option: string, n: number, least: number): number => {
  if (Number.isSafeInteger(n) && n >= least) return n
  throw new TypeError(
    `interleavings: ${option}: expected a whole number of ${least} or more, got ${String(n)}`,
  )
}

const runOf = (one: Interleaver): Interleaving => ({
  seed: one.seed,
  random: one.random,
  clock: one.clock,
  testFlow: (flow, options) => testFlow(flow, { seed: one.draw(), ...options, interleave: one }),
  cluster: (flow, options) => cluster(flow, { ...options, interleave: one }),
  pause: (name) => one.pause(name),
  below: (n) => Math.floor(one.random.next() * n),
  chance: (of) => one.random.next() < of,
  insist: (f) => insist(one, f),
  calm: () => one.calm(),
})

const insist = async <A>(one: Interleaver, f: () => Promise<A>): Promise<A> => {
  for (;;)
    try {
      return await f()
    } catch (thrown) {
      if (!(thrown instanceof Killed || thrown instanceof JournalUnavailable)) throw thrown
      await one.pause('the sender tries again')
    }
}

/** A body that waits for what never comes would have the test run into its time limit, and nobody would learn of the seed. */
const watched = async (one: Interleaver, patience: number, body: Promise<void>): Promise<void> => {
  let cancel = (): void => {}
  const stuck = new Promise<never>((_, reject) => {
    cancel = systemClock.after(patience, () =>
      reject(new Error(`after ${patience} real ms and ${one.steps} steps the run has not ended`)),
    )
  })
  await Promise.race([body, stuck]).finally(cancel)
}
