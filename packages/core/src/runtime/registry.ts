import type { Plan } from '../plan/plan.js'
import type { Hop } from '../plan/hop.js'
import type { HopRef } from '../ports/journal.js'

/** A hop of a deployed flow, with where its entries may be waiting under an older name. */
export interface Deployed {
  readonly plan: Plan
  readonly hop: Hop
  readonly ref: HopRef
  readonly limit: number
  /** Whether entries of it may have a deadline. */
  readonly timed: boolean
}

/** Every hop that this runtime works on, by flow and name. */
export class Registry {
  readonly #byRef = new Map<string, Deployed>()
  readonly #aliases = new Map<string, Deployed>()

  add(d: Deployed): void {
    this.#byRef.set(keyOf(d.ref), d)
  }
  /** An old name of a hop. */
  alias(ref: HopRef, to: Deployed): void {
    this.#aliases.set(keyOf(ref), to)
  }
  get(ref: HopRef): Deployed | undefined {
    return this.#byRef.get(keyOf(ref)) ?? this.#aliases.get(keyOf(ref))
  }
  /** The hops, and the old names, with what they stand for. */
  all(): readonly (readonly [HopRef, Deployed])[] {
    const refs = (m: ReadonlyMap<string, Deployed>): (readonly [HopRef, Deployed])[] =>
      [...m].map(([k, d]) => [refOf(k), d] as const)
    return [...refs(this.#byRef), ...refs(this.#aliases)]
  }
}

const keyOf = (r: HopRef): string => `${r.flow}\n${r.hop}`
const refOf = (key: string): HopRef => {
  const cut = key.indexOf('\n')
  return { flow: key.slice(0, cut), hop: key.slice(cut + 1) }
}
