import type { Json } from '../../message/json.js'
import type { Clock } from '../../ports/clock.js'
import type { Random } from '../../ports/random.js'
import type { Deployable } from '../../route/deployable.js'
import type { Waits } from '../interleaved-clock.js'
import { network } from './network.js'
import type { Stage } from './process.js'
import type { Scripted } from './sender.js'
import type { SimulatedSend, Simulation } from './world.js'

/** Within which messages are sent that do not say when: virtual milliseconds. */
const SPREAD = 20_000

/** What one run's world is made with. */
export class Actor implements Simulation {
  readonly seed: number
  readonly random: Random
  readonly clock: Clock
  readonly script: Scripted[] = []
  readonly owed: { readonly flow: string; readonly raw: Json }[] = []
  healed = false
  readonly #stage: Stage & { readonly waits: Waits }
  readonly #only: ReadonlySet<number> | undefined
  #made = 0
  #closed = false

  /** `only`: which of the messages and items this run has, by number from 1. */
  constructor(
    seed: number,
    random: Random,
    clock: Clock,
    stage: Stage & { readonly waits: Waits },
    only: ReadonlySet<number> | undefined,
  ) {
    this.seed = seed
    this.random = random
    this.clock = clock
    this.#stage = stage
    this.#only = only
  }

  /** Messages and items that the world has made, those left out too. */
  get made(): number {
    return this.#made
  }

  below(n: number): number {
    return Math.floor(this.random.next() * n)
  }
  chance(of: number): boolean {
    return this.random.next() < of
  }
  pause(): Promise<void> {
    return new Promise((resolve) => this.#stage.engine.ready(undefined, resolve))
  }
  send(flow: string | Deployable, raw: Json, options: SimulatedSend = {}): void {
    if (this.#closed) throw new TypeError('simulate: send: only while the world is made')
    // Drawn also where it is left out, so that the others stay as they are.
    const at = options.at ?? Math.floor(this.random.next() * SPREAD)
    const n = ++this.#made
    if (this.#only !== undefined && !this.#only.has(n)) return
    this.script.push({ n, flow: nameOf(flow), raw, text: JSON.stringify(raw), at, options })
  }
  feed<A extends Json>(flow: string | Deployable, items: readonly A[]): readonly A[] {
    const kept = items.filter(() => {
      const n = ++this.#made
      return this.#only === undefined || this.#only.has(n)
    })
    for (const raw of kept) this.owed.push({ flow: nameOf(flow), raw })
    return kept
  }
  network(
    name: string,
    real: (request: Request) => Promise<Response>,
  ): (request: Request) => Promise<Response> {
    return network(this.#stage, name, real)
  }

  /** The world is made. */
  close(): void {
    this.#closed = true
  }
}

const nameOf = (flow: string | Deployable): string =>
  typeof flow === 'string'
    ? flow
    : (flow as unknown as { readonly definition: { readonly name: string } }).definition.name
