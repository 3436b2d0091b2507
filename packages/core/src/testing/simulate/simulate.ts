import { FAULT_KINDS, type FaultKind } from './fault.js'
import { checkSimulate, seedsOf, type Flows, type SimulateOptions } from './options.js'
import { runSeed, type Run } from './run-seed.js'
import { shrink, type Shrunk } from './shrink.js'
import { SimulationFailed } from './simulation-failed.js'
import type { Ledger } from './ledger.js'

/** What `simulate` has done. Sums are over all runs. */
export interface Simulated {
  readonly seeds: number
  /** Messages that their senders know to be safe. */
  readonly acknowledged: number
  readonly calls: number
  /** Faults that struck, by kind. */
  readonly faults: Readonly<Record<FaultKind, number>>
  /** The fewest faults of one run. */
  readonly fewestFaults: number
  /** Lives of processes that ended, by a fault, and were followed by another. */
  readonly restarts: number
  readonly steps: number
  readonly points: number
  readonly virtualMs: number
  /** The names of the laws that were asked. */
  readonly laws: readonly string[]
  /** Tells what happened apart from what happens elsewhere: the same runs give the same. Eight hexadecimal digits. */
  readonly hash: string
  /** All that is known of the last run. */
  readonly ledger: Ledger
  /** What happened in the last run, line by line. */
  readonly story: () => readonly string[]
}

/**
 * Runs whole flows, once a seed, in a world that the seed decides: the real runtime in one or several processes, on a
 * virtual clock and a memory journal, with every call of the journal, of a step and of a webhook taking its turn; calls
 * overtake each other, and faults strike at these very points. Then nothing strikes any more, and everything must come to
 * rest; then the laws are asked. What a seed does, it does each time.
 *
 * @example
 * await simulate([orders], {
 *   seeds: { from: 1, count: 1000 },
 *   world(sim) {
 *     for (let n = 0; n < 20; n++) sim.send(orders, { n }, { dedupe: String(n) })
 *     return { steps: { put: () => (sim.chance(0.1) ? new Down({}) : { ok: true }) } }
 *   },
 *   invariants: [...laws.all, law('all orders are booked', ({ calls }) => …)],
 * })
 *
 * @throws SimulationFailed of the first seed that breaks a law, with its shortest story.
 * @throws TypeError naming the option that makes no sense; and whatever the world throws while it is made.
 */
export const simulate = async (flows: Flows, options: SimulateOptions): Promise<Simulated> => {
  const plan = checkSimulate(flows, options)
  const { from, count } = seedsOf(options)
  const faults = Object.fromEntries(FAULT_KINDS.map((kind) => [kind, 0])) as Record<FaultKind, number>
  const sums = { acknowledged: 0, calls: 0, restarts: 0, steps: 0, points: 0, virtualMs: 0 }
  let fewestFaults = Infinity
  let order = 0
  let last: Run | undefined
  for (let seed = from; seed < from + count; seed++) {
    const run = (last = await runSeed(plan, seed, options.only))
    if (run.broken !== undefined) {
      const part = options.only
      const shortest: Omit<Shrunk, 'tries'> = part === undefined ? await shrink(plan, run) : { run, part }
      throw new SimulationFailed(shortest.run, shortest.part, shortest.unlike)
    }
    for (const { kind } of run.faults) faults[kind]++
    fewestFaults = Math.min(fewestFaults, run.faults.length)
    sums.acknowledged += run.acknowledged
    sums.calls += run.ledger.calls.length
    sums.restarts += run.restarts
    sums.steps += run.steps
    sums.points += run.points
    sums.virtualMs += run.ledger.virtualMs
    order = Math.imul(order ^ run.story.order, 0x01000193)
  }
  const { ledger, story } = last!
  return {
    seeds: count,
    ...sums,
    faults,
    fewestFaults,
    laws: ['drains', ...plan.laws.map((l) => l.name)],
    get hash() {
      return count === 1 ? story.hash() : (order >>> 0).toString(16).padStart(8, '0')
    },
    ledger,
    story: () => story.lines(),
  }
}
