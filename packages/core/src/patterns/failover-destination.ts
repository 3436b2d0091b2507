import type { Destination, Gate, Leave } from '../destination/destination.js'
import type { Json } from '../message/json.js'
import type { Clock } from '../ports/clock.js'

const LEAVE: Leave = () => {}

/**
 * The destination of a target that calls one of several. It is parked only while all of theirs are, so its messages are
 * claimed as long as any can take them. Who enters it takes no slot: that is taken of the one that is called.
 *
 * `use`: whether calls go to the first that is open, or to all of them.
 */
export const destinationOfMany = (
  name: string,
  destinations: readonly Destination[],
  use: 'first' | 'all',
): Destination => {
  const unique = [...new Set(destinations)]
  const gates = new WeakMap<Clock, Gate>()
  return {
    name,
    whenParked: 'wait',
    members: unique,
    gate(clock) {
      const root = clock.root ?? clock
      let gate = gates.get(root)
      if (gate === undefined) gates.set(root, (gate = new GateOfMany(unique, root, use)))
      return gate
    },
  }
}

class GateOfMany implements Gate {
  readonly #members: readonly { readonly name: string; readonly gate: Gate }[]
  readonly #use: 'first' | 'all'

  constructor(destinations: readonly Destination[], clock: Clock, use: 'first' | 'all') {
    this.#members = destinations.map((d) => ({ name: d.name, gate: d.gate(clock) }))
    this.#use = use
  }

  parkedUntil(): number {
    return Math.min(...this.#members.map((m) => m.gate.parkedUntil()))
  }
  parkedWhy(): 'asked' | 'failing' | undefined {
    const until = this.parkedUntil()
    if (until === 0) return undefined
    return this.#members.find((m) => m.gate.parkedUntil() === until)?.gate.parkedWhy()
  }
  free(): number {
    const free = this.#members.filter((m) => m.gate.parkedUntil() === 0).map((m) => m.gate.free())
    return this.#use === 'first' ? (free[0] ?? 0) : free.reduce((sum, n) => sum + n, 0)
  }
  enter(): Leave {
    return LEAVE
  }
  mayRepeat(): boolean {
    return true
  }
  /** No longer than all of them were at once, as far as can be told. */
  parkedMs(): number {
    return Math.min(...this.#members.map((m) => m.gate.parkedMs()))
  }
  hold(by: object, since: number): void {
    for (const m of this.#members) m.gate.hold(by, since)
  }
  release(by: object): void {
    for (const m of this.#members) m.gate.release(by)
  }
  held(): boolean {
    return this.#members.every((m) => m.gate.held())
  }
  /** What is known of each, by name: other processes learn of it, though no hop names their destinations. */
  snapshot(): Json {
    return Object.fromEntries(this.#members.map((m) => [m.name, m.gate.snapshot()]))
  }
  restore(snapshot: Json): void {
    if (typeof snapshot !== 'object' || snapshot === null || Array.isArray(snapshot)) return
    const known = new Map(Object.entries(snapshot))
    for (const { name, gate } of this.#members) {
      const theirs = known.get(name)
      if (theirs !== undefined) gate.restore(theirs)
    }
  }
  watch(f: () => void): () => void {
    const stops = this.#members.map((m) => m.gate.watch(f))
    return () => {
      for (const stop of stops) stop()
    }
  }
}
