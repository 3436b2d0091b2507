import type { Circuit } from './circuit.js'

/** Who keeps a destination from taking calls, by a person's wish, and for how long that has been. */
export class Hold {
  readonly #by: Set<object> = new Set()
  #from = 0
  // What the circuit had counted as parked when it began: what is both parked and held counts once.
  #parkedBefore = 0

  get held(): boolean {
    return this.#by.size > 0
  }

  /** Milliseconds of the present hold during which it was not parked anyway. */
  ms(circuit: Circuit, now: number): number {
    if (!this.held) return 0
    return Math.max(0, now - this.#from - (circuit.parkedMs(now) - this.#parkedBefore))
  }

  /** Gives whether it is held only since this. */
  add(by: object, from: number, circuit: Circuit): boolean {
    const first = !this.held
    this.#by.add(by)
    if (!first) return false
    this.#from = from
    this.#parkedBefore = circuit.parkedMs(from)
    return true
  }

  /** Gives whether nobody holds it any more. */
  remove(by: object): boolean {
    return this.#by.delete(by) && !this.held
  }
}
