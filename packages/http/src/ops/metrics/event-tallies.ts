import type { FailedEvent, HopRef, Runtime, RuntimeEvents } from '@xconnector/core'
import { Histogram } from './histogram.js'

/** What came of the attempts of one hop, since the process started. */
export class HopTally {
  readonly flow: string
  readonly hop: string
  readonly durations: Histogram = new Histogram()
  readonly failures: Map<string, number> = new Map()
  done = 0
  retried = 0
  /** Attempts that were the last. */
  dead = 0
  /** All that died here: what was poison too, which no attempt was made of. */
  letters = 0
  fenced = 0

  constructor({ flow, hop }: HopRef) {
    this.flow = flow
    this.hop = hop
  }
}

/** Tags of one hop that are counted by name. A flow's tags are finite; this bounds what is not of its types. */
const MOST_TAGS = 100

type Accepted = RuntimeEvents['accepted'][0]['as']
type Drift = RuntimeEvents['drift'][0]['what']

/** Counts a runtime's events. Every one costs a look into two maps and some additions. */
export class EventTallies {
  readonly #hops = new Map<string, Map<string, HopTally>>()
  readonly #accepted = new Map<string, Map<Accepted, number>>()
  readonly #runs = new Map<string, number>()
  readonly #drift = new Map<string, Map<Drift, number>>()
  #troubles = 0
  readonly #stop: () => void

  /** @param hops what is deployed: counted from 0, so that the first of anything is seen as a rise. */
  constructor(events: Runtime['events'], hops: readonly HopRef[]) {
    for (const ref of hops) this.#hop(ref)
    const done = (e: RuntimeEvents['done'][0]): void => {
      const hop = this.#hop(e)
      hop.done++
      hop.durations.observe(e.ms / 1000)
    }
    const retry = (e: FailedEvent): void => {
      const hop = this.#hop(e)
      hop.retried++
      this.#failed(hop, e)
    }
    const dead = (e: FailedEvent): void => {
      const hop = this.#hop(e)
      hop.letters++
      if (e.attempt > 0) hop.dead++
      this.#failed(hop, e)
    }
    const fenced = (e: HopRef): void => void this.#hop(e).fenced++
    const accepted = ({ flow, as }: RuntimeEvents['accepted'][0]): void => {
      let of = this.#accepted.get(flow)
      if (of === undefined) this.#accepted.set(flow, (of = new Map()))
      of.set(as, (of.get(as) ?? 0) + 1)
    }
    const run = ({ flow }: RuntimeEvents['run'][0]): void =>
      void this.#runs.set(flow, (this.#runs.get(flow) ?? 0) + 1)
    const drift = ({ source, what }: RuntimeEvents['drift'][0]): void => {
      let of = this.#drift.get(source)
      if (of === undefined) this.#drift.set(source, (of = new Map()))
      of.set(what, (of.get(what) ?? 0) + 1)
    }
    const trouble = (): void => void this.#troubles++
    const on = { done, retry, dead, fenced, accepted, run, drift, trouble }
    const types = Object.keys(on) as (keyof typeof on)[]
    for (const type of types) events.on(type, on[type] as (event: object) => void)
    this.#stop = () => {
      for (const type of types) events.off(type, on[type] as (event: object) => void)
    }
  }

  get hops(): readonly HopTally[] {
    return [...this.#hops.values()].flatMap((of) => [...of.values()])
  }
  get accepted(): readonly (readonly [flow: string, as: string, n: number])[] {
    return [...this.#accepted].flatMap(([flow, of]) => [...of].map(([as, n]) => [flow, as, n] as const))
  }
  get runs(): readonly (readonly [flow: string, n: number])[] {
    return [...this.#runs]
  }
  get drift(): readonly (readonly [source: string, what: string, n: number])[] {
    return [...this.#drift].flatMap(([source, of]) => [...of].map(([what, n]) => [source, what, n] as const))
  }
  get troubles(): number {
    return this.#troubles
  }
  close(): void {
    this.#stop()
  }

  #hop(ref: HopRef): HopTally {
    let of = this.#hops.get(ref.flow)
    if (of === undefined) this.#hops.set(ref.flow, (of = new Map()))
    let tally = of.get(ref.hop)
    if (tally === undefined) of.set(ref.hop, (tally = new HopTally(ref)))
    return tally
  }

  #failed({ failures, durations }: HopTally, { attempt, ms, error }: FailedEvent): void {
    // What is dead before any attempt took no time.
    if (attempt > 0) durations.observe(ms / 1000)
    const tag = failures.has(error._tag) || failures.size < MOST_TAGS ? error._tag : 'other'
    failures.set(tag, (failures.get(tag) ?? 0) + 1)
  }
}
