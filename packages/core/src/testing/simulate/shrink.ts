import { systemClock } from '../../ports/clock.js'
import { faultText, readFault } from './fault.js'
import { linesOf } from './fault-plan.js'
import type { Part, Plan } from './options.js'
import { runSeed, type Run } from './run-seed.js'

/** A failing run, and the part of the seed that it is. */
export interface Shrunk {
  readonly run: Run
  readonly part: Part
  /** Runs that it took. */
  readonly tries: number
  /** The seed did something else when it was run again. */
  readonly unlike?: true
}

/** Real milliseconds after which the story is short enough. */
const LONGEST = 20_000

/** Other orders in which a shorter run is tried, where it does not fail in the first. */
const ORDERS = 4

/**
 * Makes the story of a failing run shorter: fewer messages, then fewer faults, then sooner ones, as long as the same law is broken. Both by
 * delta debugging (Zeller, Hildebrandt, 2002): half of them, then smaller parts, then one by one.
 */
export const shrink = async (plan: Plan, failed: Run): Promise<Shrunk> => {
  const { seed, broken } = failed
  let tries = 0
  // Real time: nobody waits longer for a shorter story.
  const until = systemClock.now() + LONGEST
  let best: { run: Run; part: Part } = {
    run: failed,
    part: { messages: upTo(failed.made), faults: linesOf(failed.faults) },
  }
  const fails = async (part: Part): Promise<boolean> => {
    if (tries >= plan.shrink || systemClock.now() > until) return false
    tries++
    const run = await runSeed(plan, seed, part).catch(() => undefined)
    if (run?.broken?.law !== broken?.law) return false
    best = { run: run!, part: { ...part, faults: linesOf(run!.faults) } }
    return true
  }
  /** With these messages: under the same faults, in other orders, or under faults drawn anew. */
  const fewer = async (messages: readonly number[]): Promise<boolean> => {
    const { faults = [], order = 0 } = best.part
    if (await fails({ messages, faults, order })) return true
    for (let n = 1; n <= ORDERS; n++)
      if ((await fails({ messages, faults, order: n })) || (await fails({ messages, order: n }))) return true
    return false
  }
  /** Each fault at the first time that something comes to its point, where that does as well: it needs nothing before it. */
  const sooner = async (): Promise<void> => {
    for (let i = 0; i < (best.part.faults ?? []).length; i++) {
      const faults = best.part.faults ?? []
      const struck = readFault(faults[i]!)
      if (struck.nth > 1)
        await fails({ ...best.part, faults: faults.with(i, faultText({ ...struck, nth: 1 })) })
    }
  }
  // The whole, replayed by its list, is where it begins: what it cannot bring back is told as it was.
  if (plan.shrink === 0) return { ...best, part: {}, tries }
  if (!(await fails(best.part))) {
    const again = await runSeed(plan, seed).catch(() => undefined)
    const like = again?.broken?.law === broken?.law && again?.story.order === failed.story.order
    return { ...best, part: {}, tries, ...(!like && { unlike: true }) }
  }
  for (let before = -1; before !== tries && sizeOf(best.part) !== before;) {
    before = sizeOf(best.part)
    await reduced(best.part.messages ?? [], fewer, () => best.part.messages ?? [])
    await reduced(
      best.part.faults ?? [],
      (faults) => fails({ ...best.part, faults }),
      () => best.part.faults ?? [],
    )
    await sooner()
    if (sizeOf(best.part) === before) break
  }
  return { ...best, tries }
}

/** Messages, faults, and, counting for less, how late the faults are. */
const sizeOf = ({ messages = [], faults = [] }: Part): number =>
  messages.length + faults.length + faults.reduce((sum, f) => sum + readFault(f).nth, 0) / 1e6

const upTo = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => i + 1)

/** Leaves out parts of a list, smaller and smaller ones, as long as `holds` of what is left. */
const reduced = async <A>(
  list: readonly A[],
  holds: (rest: readonly A[]) => Promise<boolean>,
  now: () => readonly A[],
): Promise<void> => {
  for (let size = Math.ceil(list.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2))
    for (let at = 0; at < now().length;) {
      const rest = now().filter((_, i) => i < at || i >= at + size)
      if (!(await holds(rest))) at += size
    }
}
