import { insides, type Plan } from './guard-plan.js'

/** A part of a plan is written as a function of its own from this weight on, and where it is shared from the lesser. */
const HEAVY = 80
const SHARED = 6

/** Collects the source of a guard: names, constants, and the functions for the parts that stand alone. */
export class Writer {
  /** What the source cannot spell: predicates, sets of keys. Named `k0`, `k1`, … in the source. */
  readonly constants: unknown[] = []
  readonly functions: string[] = []
  readonly #named = new Map<string, Map<Plan, string>>()
  readonly #weights = new Map<Plan, number>()
  readonly #uses = new Map<Plan, number>()
  #count = 0

  constructor(root: Plan) {
    this.#weigh(root)
  }

  /** A name not used before. Names are made here, never from a codec. */
  name(prefix: string): string {
    return `${prefix}${this.#count++}`
  }

  /** The expression for a value that the source cannot spell. */
  constant(value: unknown): string {
    const known = this.constants.indexOf(value)
    return `k${known === -1 ? this.constants.push(value) - 1 : known}`
  }

  /** The expression for a key or a literal. Text is quoted as JSON, so that it can never become code. */
  literal(value: unknown): string {
    if (typeof value === 'string') return JSON.stringify(value)
    if (Number.isFinite(value) && !Object.is(value, -0)) return `(${String(value)})`
    return typeof value === 'boolean' || value === null ? String(value) : this.constant(value)
  }

  /** Whether a plan is written as a function of its own: it recurs, is shared, or is large. */
  standsAlone(plan: Plan): boolean {
    if (plan.kind === 'recursive') return true
    const weight = this.#weights.get(plan) ?? 1
    return weight >= HEAVY || (weight >= SHARED && (this.#uses.get(plan) ?? 0) > 1)
  }

  /** The name of a plan's own function, written by `body` the first time it is asked for. */
  function(role: string, plan: Plan, body: (name: string) => string): string {
    const of = this.#named.get(role) ?? new Map<Plan, string>()
    this.#named.set(role, of)
    const known = of.get(plan)
    if (known !== undefined) return known
    const name = this.name(role)
    of.set(plan, name)
    this.functions.push(body(name))
    return name
  }

  /** The weight of a plan: how many plans are written inline for it. */
  #weigh(plan: Plan): number {
    this.#uses.set(plan, (this.#uses.get(plan) ?? 0) + 1)
    const known = this.#weights.get(plan)
    if (known !== undefined) return known >= HEAVY ? 1 : known
    this.#weights.set(plan, 1)
    const weight = insides(plan).reduce((sum, inner) => sum + this.#weigh(inner), 1)
    this.#weights.set(plan, weight)
    return weight >= HEAVY || plan.kind === 'recursive' ? 1 : weight
  }
}
