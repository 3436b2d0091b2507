import type { Random } from '../ports/random.js'

/** A place at which a process may be struck: before a call of its journal or a step, and after it. */
export interface Point {
  /** Counts up from 1 over the whole run. */
  readonly n: number
  readonly process: string
  /** The call of the journal: `accept`, `claim`, `extend`, `mark`, `commit`, `read`; or `step` and the step's name. */
  readonly call: string
  /** `before`: the call has had no effect yet. `after`: it had, and the process has not heard of it. */
  readonly when: 'before' | 'after'
}

/**
 * What strikes a process at a point. `reject`: the journal's call fails with `JournalUnavailable`; after a call that took
 * effect this breaks the word of a journal, as a lost connection would. It is nothing to a step. `crash`: the process is
 * killed, and another starts on the same store. A freeze: none of the process's code runs for so many virtual
 * milliseconds, while the leases that it holds go on.
 */
export type Fault = 'reject' | 'crash' | { readonly freezeMs: number }

/** How often each fault strikes: chances from 0 to 1, each 0 when left out. */
export interface Chances {
  /** At each journal call: it fails, and nothing was written. */
  readonly reject?: number
  /** At each `commit`, `mark` and `extend`: it fails, though it was written. */
  readonly rejectAfter?: number
  /** At each point. */
  readonly crash?: number
  /** At each point: for up to `freezeMs`. */
  readonly freeze?: number
  /** The longest freeze: virtual milliseconds. Default 60,000, twice the default lease. */
  readonly freezeMs?: number
  /** Crashes in one run at most. Default 3: entries in flight at five are dead letters. */
  readonly crashes?: number
  /** Rejections in one run at most. Default 20. */
  readonly rejects?: number
}

/** Decides what strikes at a point: chances, or a function that says so. */
export type Faults = Chances | ((point: Point, random: Random) => Fault | undefined)

const WRITES: ReadonlySet<string> = new Set(['commit', 'mark', 'extend'])

/** The function behind the chances. */
export const striking = (
  faults: Faults | undefined,
  random: Random,
): ((point: Point) => Fault | undefined) | undefined => {
  if (faults === undefined) return undefined
  if (typeof faults === 'function') return (point) => faults(point, random)
  const { reject = 0, rejectAfter = 0, crash = 0, freeze = 0, freezeMs = 60_000 } = faults
  check({ reject, rejectAfter, crash, freeze })
  let crashes = faults.crashes ?? 3
  let rejects = faults.rejects ?? 20
  return ({ call, when }) => {
    const chance = random.next()
    if (chance < crash) return crashes-- > 0 ? 'crash' : undefined
    if (chance < crash + freeze) return { freezeMs: Math.floor(random.next() * freezeMs) }
    const fails =
      when === 'before' ? (call.startsWith('step ') ? 0 : reject) : WRITES.has(call) ? rejectAfter : 0
    return chance < crash + freeze + fails && rejects-- > 0 ? 'reject' : undefined
  }
}

const check = (chances: Readonly<Record<string, number>>): void => {
  for (const [name, chance] of Object.entries(chances))
    if (!(chance >= 0 && chance <= 1))
      throw new TypeError(`interleavings: faults.${name}: expected a chance from 0 to 1, got ${chance}`)
}
