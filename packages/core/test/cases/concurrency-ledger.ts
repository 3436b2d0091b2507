import type { Context, Tagged } from '../../src/index.js'
import type { Interleaving } from '../../src/testing/index.js'
import type { Order } from '../semantics/remote.js'

/** One effect at a remote: what it was first asked for under a key. */
export interface Effect {
  readonly key: string
  readonly input: Order
}

/** A remote that takes each idempotency key once, and knows in which order it was called. */
export class Ledger {
  readonly name: string
  /** By key, in the order in which they took effect. */
  readonly effects: Effect[] = []
  /** Every call, in the order in which they began. */
  readonly begun: Effect[] = []
  /** The most calls of one key at a time. */
  most = 0
  readonly #run: Interleaving
  readonly #fails: (input: Order, nth: number) => Tagged | undefined
  /** Told of each call when it begins: its key, and which attempt it is. */
  begins: (key: string, attempt: number) => void = () => {}
  readonly #inside = new Map<string, number>()

  /** `fails`: what the nth call of a key, from 1, fails with before it takes effect. */
  constructor(
    run: Interleaving,
    name: string,
    fails: (input: Order, nth: number) => Tagged | undefined = () => undefined,
  ) {
    this.#run = run
    this.name = name
    this.#fails = fails
  }

  /** Stands in for a target. */
  readonly stand = async (input: Order, ctx: Context): Promise<unknown> => {
    const { key } = ctx
    this.begins(key, ctx.attempt)
    this.begun.push({ key, input })
    const nth = this.begun.filter((e) => e.key === key).length
    const inside = (this.#inside.get(key) ?? 0) + 1
    this.#inside.set(key, inside)
    this.most = Math.max(this.most, inside)
    await this.#run.pause(`${this.name} is at it`)
    this.#inside.set(key, this.#inside.get(key)! - 1)
    const failure = this.#fails(input, nth)
    if (failure !== undefined) return failure
    if (!this.effects.some((e) => e.key === key)) this.effects.push({ key, input })
    return {}
  }

  /** The numbers of the orders that took effect, in order of number. */
  numbers(): readonly number[] {
    return this.effects.map((e) => e.input.n).toSorted((a, b) => a - b)
  }
}
