import type { Gate } from '../destination/destination.js'
import type { Clock } from '../ports/clock.js'
import type { ClaimQuery, HopRef } from '../ports/journal.js'
import type { Deployed, Registry } from './registry.js'

/** How much may be in flight at once. */
export interface Limits {
  /** Of all hops together. */
  readonly total: number
  /** Of one hop. */
  readonly perHop: number
}

/** The place of one attempt among all that are in flight. */
export interface Slot {
  /** It has entered a destination, which counts it from now on. */
  arrived(destination: string): void
  free(): void
}

/** A hop in the order of claims, with the gates of its destinations. */
interface Place {
  readonly ref: HopRef
  readonly d: Deployed
  readonly gates: readonly { readonly name: string; readonly gate: Gate }[]
}

/**
 * What may be claimed: per hop and per destination, so that a slow target cannot take another's slots. Hops that end a
 * message come first, so that what was begun is finished before more is begun.
 */
export class Slots {
  readonly #limits: Limits
  readonly #clock: Clock
  readonly #paused: (d: Deployed) => boolean
  readonly #order: readonly Place[]
  readonly #inHop = new Map<Deployed, number>()
  // Attempts that have been claimed and have not entered a destination of theirs yet.
  readonly #onTheWay = new Map<string, number>()
  #total = 0
  #turn = 0

  /** `paused`: whether somebody paused the hop. */
  constructor(limits: Limits, clock: Clock, registry: Registry, paused: (d: Deployed) => boolean) {
    this.#limits = limits
    this.#clock = clock
    this.#paused = paused
    this.#order = [...registry.all()].reverse().map(([ref, d]) => ({
      ref,
      d,
      gates: d.hop.destinations.map((to) => ({ name: to.name, gate: to.gate(clock) })),
    }))
  }

  get inFlight(): number {
    return this.#total
  }

  /** Attempts of one hop. */
  inHop(d: Deployed): number {
    return this.#inHop.get(d) ?? 0
  }

  take(d: Deployed): Slot {
    this.#total++
    this.#inHop.set(d, (this.#inHop.get(d) ?? 0) + 1)
    const coming = new Set(d.hop.destinations.map((to) => to.name))
    const count = (name: string, by: number): void => {
      this.#onTheWay.set(name, (this.#onTheWay.get(name) ?? 0) + by)
    }
    for (const name of coming) count(name, 1)
    const arrived = (name: string): void => {
      if (coming.delete(name)) count(name, -1)
    }
    return {
      arrived,
      free: () => {
        for (const name of coming) arrived(name)
        this.#total--
        this.#inHop.set(d, this.#inHop.get(d)! - 1)
      },
    }
  }

  /** What to ask the journal for; nothing when all slots are taken. `parked`: some hop was left out. */
  wants(): {
    readonly wants: ClaimQuery['wants']
    readonly max: number
    readonly parkedUntil: number | undefined
  } {
    const max = this.#limits.total - this.#total
    if (max <= 0) return { wants: [], max: 0, parkedUntil: undefined }
    const now = this.#clock.now()
    const wants: ClaimQuery['wants'][number][] = []
    let parkedUntil: number | undefined
    const n = this.#order.length
    // Hops of one flow keep their order; which flow is asked first changes from claim to claim.
    this.#turn = (this.#turn + 1) % Math.max(1, n)
    for (let i = 0; i < n; i++) {
      const { ref, d, gates } = this.#order[(i + this.#turn) % n]!
      const room = Math.min(max, d.limit - (this.#inHop.get(d) ?? 0), this.#room(gates))
      // A pause has no end that could be waited for. A deadline passes all the same.
      const held = this.#paused(d) || gates.some(({ gate }) => gate.held())
      const until = held ? 0 : endOfParking(gates, now)
      if (until > now) parkedUntil = Math.min(parkedUntil ?? until, until)
      if (held || until > now) {
        if (d.timed) wants.push({ ...ref, max: Math.min(max, d.limit), overdue: true })
      } else if (room > 0) wants.push({ ...ref, max: room })
    }
    return { wants, max, parkedUntil }
  }

  // What every destination would let in, less those that are on their way to it.
  #room(gates: Place['gates']): number {
    let room = Number.POSITIVE_INFINITY
    for (const { name, gate } of gates) room = Math.min(room, gate.free() - (this.#onTheWay.get(name) ?? 0))
    return room
  }
}

const endOfParking = (gates: Place['gates'], now: number): number => {
  let until = 0
  for (const { gate } of gates) until = Math.max(until, gate.parkedUntil())
  return until > now ? until : 0
}
