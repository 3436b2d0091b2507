import type { Destination } from '../destination/destination.js'
import {
  CONTROL,
  movedControl,
  pausedMs,
  readControl,
  withoutPause,
  withPause,
  type Control,
} from '../operate/control.js'
import { controlledName, type Controlled, type Pause } from '../operate/controlled.js'
import type { Clock } from '../ports/clock.js'
import type { Journal, Stored } from '../ports/journal.js'
import { controllable } from './controllable.js'
import type { Deployment } from './deploy.js'
import { OneByOne } from './one-by-one.js'
import type { Deployed } from './registry.js'
import type { Telling } from './telling.js'

/** Who asked for a pause, and why: kept with it. */
export interface PauseOptions {
  readonly why?: string
  readonly by?: string
}

/** What is paused, by anybody on this journal: kept in its state, and followed here. */
export class Pauses {
  readonly #journal: Journal
  readonly #clock: Clock
  readonly #telling: Telling
  readonly #deployment: Deployment
  readonly #wake: () => void
  readonly #gates: ReadonlyMap<string, { readonly hand: object; readonly of: readonly Destination[] }>
  /** Older names of hops. */
  readonly #formerly = new Map<Deployed, string[]>()
  readonly #changes: OneByOne = new OneByOne()
  #control: Control = readControl(undefined)
  #version = 0
  #hops: ReadonlySet<Deployed> = new Set()
  #intakes: ReadonlySet<string> = new Set()
  #stopped = false

  constructor(o: {
    journal: Journal
    clock: Clock
    telling: Telling
    deployment: Deployment
    wake: () => void
  }) {
    this.#journal = o.journal
    this.#clock = o.clock
    this.#telling = o.telling
    this.#deployment = o.deployment
    this.#wake = o.wake
    for (const [ref, d] of o.deployment.registry.all())
      if (ref.hop !== d.ref.hop) this.#formerly.set(d, [...(this.#formerly.get(d) ?? []), ref.hop])
    const byName = Map.groupBy(o.deployment.destinations.flatMap(withMembers), (d) => d.name)
    this.#gates = new Map([...byName].map(([name, of]) => [name, { hand: {}, of }]))
  }

  /** What is paused, the longest first. */
  get all(): readonly Pause[] {
    return this.#control.paused
  }

  /** Whether entries of a hop may not be claimed now. */
  holds(d: Deployed): boolean {
    return this.#hops.has(d)
  }

  /** Whether the sources of one of these flows have to wait. */
  shuts(flows: ReadonlySet<string>): boolean {
    if (this.#intakes.size === 0) return false
    for (const flow of flows) if (this.#intakes.has(flow)) return true
    return false
  }

  /** How many milliseconds a hop has been paused, by its name or its flow's. */
  ms(d: Deployed): number {
    // Asked at each failure, and mostly nothing was ever paused.
    if (this.#version === 0) return 0
    return pausedMs(this.#control, d.ref, this.#clock.now(), this.#formerly.get(d))
  }

  /** Takes over what the journal has. */
  async refresh(): Promise<void> {
    this.take((await this.#journal.read([CONTROL]))[CONTROL])
  }

  /** Takes over what was read of the journal. */
  take(stored: Stored | undefined): void {
    if (stored !== undefined) this.#learn(stored.version, readControl(stored.value))
  }

  /** @throws TypeError naming what there is, when there is no such thing. */
  async pause(what: Controlled, { why, by }: PauseOptions): Promise<Pause> {
    const known = controllable(this.#deployment, this.#gates, what, 'pause')
    for (const [option, text] of Object.entries({ why, by }))
      if (text !== undefined && typeof text !== 'string')
        throw new TypeError(`runtime.pause: ${option}: expected a text, got ${typeof text}`)
    const said = { ...(by !== undefined && { by }), ...(why !== undefined && { why }) }
    const pause: Pause = { what: known, since: this.#clock.now(), ...said }
    const control = await this.#change((before) =>
      this.#of(before, known).length > 0 ? before : withPause(before, pause),
    )
    return this.#of(control, known)[0] ?? pause
  }

  /** Gives whether it was paused. @throws TypeError naming what there is, when there is no such thing. */
  async resume(what: Controlled): Promise<boolean> {
    // What was paused can be resumed, whatever has become of it.
    const [paused] = typeof what === 'object' && what !== null ? this.#of(this.#control, what) : []
    const known = paused?.what ?? controllable(this.#deployment, this.#gates, what, 'resume')
    let was = false
    await this.#change((before) => {
      const gone = this.#of(before, known)
      was = gone.length > 0
      return gone.reduce((c, p) => withoutPause(c, p.what, this.#clock.now()), before)
    })
    return was
  }

  /** The pauses of exactly this; a hop may have been called otherwise then. */
  #of({ paused }: Control, what: Controlled): readonly Pause[] {
    const name = this.#nameNow(what)
    return paused.filter((p) => this.#nameNow(p.what) === name)
  }

  #nameNow(what: Controlled): string {
    if (!('flow' in what) || what.hop === undefined) return controlledName(what)
    const { flow, hop } = what
    return controlledName({ flow, hop: this.#deployment.registry.get({ flow, hop })?.ref.hop ?? hop })
  }

  /** Lets go of the destinations: others in this process may go on with them. */
  stop(): void {
    this.#stopped = true
    for (const { hand, of } of this.#gates.values()) this.#each(of, (d) => d.gate(this.#clock).release(hand))
  }

  async #change(change: (control: Control) => Control): Promise<Control> {
    const { control, version } = await this.#changes.run(() => movedControl(this.#journal, change))
    this.#learn(version, control)
    return control
  }

  // Answers may overtake each other.
  #learn(version: number, control: Control): void {
    if (version <= this.#version) return
    this.#version = version
    this.#apply(control)
  }

  #apply(control: Control): void {
    const before = this.#control
    this.#control = control
    const { registry } = this.#deployment
    const hops = registry.all().map(([, d]) => d)
    this.#hops = new Set(
      control.paused.flatMap(({ what }) => {
        if (!('flow' in what)) return []
        const { flow, hop } = what
        if (hop === undefined) return hops.filter((d) => d.ref.flow === flow)
        // It may be called otherwise by now.
        return registry.get({ flow, hop }) ?? []
      }),
    )
    this.#intakes = new Set(control.paused.flatMap(({ what }) => ('intake' in what ? [what.intake] : [])))
    this.#holdGates(control)
    this.#tell(before, control)
    this.#wake()
  }

  #holdGates(control: Control): void {
    if (this.#stopped) return
    const since = new Map(
      control.paused.flatMap((p) =>
        'destination' in p.what ? [[p.what.destination, p.since] as const] : [],
      ),
    )
    for (const [name, { hand, of }] of this.#gates) {
      const from = since.get(name)
      if (from === undefined) this.#each(of, (d) => d.gate(this.#clock).release(hand))
      else this.#each(of, (d) => d.gate(this.#clock).hold(hand, from))
    }
  }

  #each(of: readonly Destination[], f: (d: Destination) => void): void {
    for (const d of of) f(d)
  }

  #tell(before: Control, after: Control): void {
    const at = this.#clock.now()
    const sinceOf = (c: Control): Map<string, Pause> =>
      new Map(c.paused.map((p) => [controlledName(p.what), p]))
    const [was, is] = [sinceOf(before), sinceOf(after)]
    for (const [name, { what, since }] of was)
      if (is.get(name)?.since !== since) this.#telling.tell('resumed', { what, since, at })
    for (const [name, pause] of is)
      if (was.get(name)?.since !== pause.since) this.#telling.tell('paused', { ...pause, at })
  }
}

const withMembers = (d: Destination): readonly Destination[] => [d, ...(d.members ?? []).flatMap(withMembers)]
