import type { Clock } from '../ports/clock.js'

interface Group {
  left: number
  /** Lines that were left out. */
  more: number
  readonly sum: (more: number) => void
  readonly cancel: () => void
}

/** Over which lines are counted: milliseconds. */
const WINDOW = 60_000

/** Groups that are counted apart at one time; what goes beyond is counted as one. */
const MOST = 500

/** The group of all that are too many to be counted apart. */
const OTHERS = ''

/**
 * Bounds what is logged in a storm: so many lines of a group in a minute; those left out are summed up in one line at
 * the minute's end. Holds one timer for each group that had a line within the last minute.
 */
export class LineLimit {
  readonly #clock: Clock
  readonly #others: (more: number) => void
  readonly #groups = new Map<string, Group>()
  #closed = false

  /** @param others sums up what belongs to too many groups to be counted apart. */
  constructor(clock: Clock, others: (more: number) => void) {
    this.#clock = clock
    this.#others = others
  }

  /** Whether one more line of a group may be written: `most` in a minute. `sum` is told how many more there were. */
  allows(name: string, most: number, sum: (more: number) => void): boolean {
    const group = this.#groups.get(name) ?? this.#begin(name, most, sum)
    if (group.left > 0) {
      group.left--
      return true
    }
    group.more++
    return false
  }

  /** Sums up what was left out so far, and ends every timer. */
  close(): void {
    this.#closed = true
    for (const name of this.#groups.keys()) this.#end(name)
  }

  #begin(name: string, most: number, sum: (more: number) => void): Group {
    if (name !== OTHERS && this.#groups.size >= MOST)
      return this.#groups.get(OTHERS) ?? this.#begin(OTHERS, most, this.#others)
    const cancel = this.#closed
      ? () => {}
      : this.#clock.after(WINDOW, () => this.#end(name), { background: true })
    const group: Group = { left: most, more: 0, sum, cancel }
    this.#groups.set(name, group)
    return group
  }

  #end(name: string): void {
    const group = this.#groups.get(name)
    this.#groups.delete(name)
    group?.cancel()
    if (group !== undefined && group.more > 0) group.sum(group.more)
  }
}
