import type { Destination, Gate } from '../destination/destination.js'
import type { Json } from '../message/json.js'
import type { Journal } from '../ports/journal.js'
import type { Clock } from '../ports/clock.js'
import type { Telling } from './telling.js'

interface Shared {
  readonly name: string
  readonly gate: Gate
  version: number
  last: string
  until: number
}

/** Keeps what destinations have seen in the journal's state: for other processes, and for the next start. */
export class Parking {
  readonly #journal: Journal
  readonly #clock: Clock
  readonly #telling: Telling
  readonly #trouble: (thrown: unknown) => void
  readonly #wake: () => void
  readonly #shared: readonly Shared[]
  readonly #stops: (() => void)[] = []
  #writing: Promise<void> = Promise.resolve()
  #dirty = false
  #retry: (() => void) | undefined

  constructor(o: {
    journal: Journal
    clock: Clock
    telling: Telling
    destinations: Iterable<Destination>
    trouble: (thrown: unknown) => void
    wake: () => void
  }) {
    this.#journal = o.journal
    this.#clock = o.clock
    this.#telling = o.telling
    this.#trouble = o.trouble
    this.#wake = o.wake
    const byName = new Map<string, Shared>()
    for (const d of o.destinations) {
      const gate = d.gate(o.clock)
      if (!byName.has(d.name)) byName.set(d.name, { name: d.name, gate, version: 0, last: '', until: 0 })
    }
    this.#shared = [...byName.values()]
  }

  /** Takes over what is stored, then writes what changes. */
  async start(): Promise<void> {
    await this.refresh()
    for (const s of this.#shared) {
      s.last = JSON.stringify(s.gate.snapshot())
      this.#stops.push(s.gate.watch(() => this.#changed(s)))
    }
  }

  /** Reads what other processes have stored. */
  async refresh(): Promise<void> {
    if (this.#shared.length === 0) return
    const stored = await this.#journal.read(this.#shared.map(stateName))
    for (const s of this.#shared) {
      const found = stored[stateName(s)]
      if (found === undefined || found.version === s.version) continue
      s.version = found.version
      s.gate.restore(found.value)
      s.last = JSON.stringify(s.gate.snapshot())
      this.#tell(s)
    }
  }

  /** Stops watching; what was seen is written. */
  async stop(): Promise<void> {
    for (const stop of this.#stops) stop()
    await this.#writing
    this.#retry?.()
  }

  #changed(s: Shared): void {
    this.#wake()
    this.#tell(s)
    if (JSON.stringify(s.gate.snapshot()) === s.last || this.#dirty) return
    this.#dirty = true
    this.#later()
  }

  #later(): void {
    this.#writing = this.#writing
      .then(() => this.#write())
      .catch((thrown: unknown) => {
        this.#trouble(thrown)
        this.#retry?.()
        this.#retry = this.#clock.after(AGAIN, () => this.#later(), { background: true })
      })
  }

  async #write(): Promise<void> {
    this.#dirty = false
    for (const s of this.#shared) {
      const value: Json = s.gate.snapshot()
      const text = JSON.stringify(value)
      if (text === s.last) continue
      const taken = await this.#journal.accept([], {
        state: [{ name: stateName(s), expect: s.version, value }],
      })
      if (taken === 'conflict') {
        await this.refresh()
        return this.#write()
      }
      s.version++
      s.last = text
    }
  }

  #tell(s: Shared): void {
    // Of what somebody paused is told elsewhere; what is parked beside is told when it is resumed.
    if (s.gate.held()) return
    const at = this.#clock.now()
    const until = s.gate.parkedUntil()
    if (until > at && until !== s.until)
      this.#telling.tell('parked', { destination: s.name, at, until, why: s.gate.parkedWhy() })
    if (until <= at && s.until > 0) this.#telling.tell('opened', { destination: s.name, at })
    s.until = until > at ? until : 0
  }
}

/** After which a write that failed is tried again: milliseconds. */
const AGAIN = 1000

const stateName = (s: { readonly name: string }): string => `destination:${s.name}`
