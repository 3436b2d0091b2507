import type { Clock } from '../ports/clock.js'
import type { Journal } from '../ports/journal.js'
import type { DriftAlarm } from './alarm.js'
import { Budget } from './budget.js'
import type { CheckedDrift } from './options.js'
import { SourceDrift, type WatchedSource } from './source-drift.js'

/** What it works with. */
export interface DriftPorts {
  readonly journal: Journal
  readonly clock: Clock
  /** An alarm is to be told. */
  tell(alarm: DriftAlarm): void
  /** Something went wrong: nothing else comes of that. */
  trouble(thrown: unknown): void
}

/** What is learned is stored this often: milliseconds. */
const EVERY = 60_000

/** So often in a row, where another process writes at the same time. */
const TRIES = 3

/** A stop waits so long for what was learned: milliseconds. */
const LAST = 1000

/**
 * Watches what sources give for changes of its shape, before they break anything. What it learns is in the journal's state,
 * `drift:<source>`, for the next start and for other processes. Whatever fails in here fails nothing else.
 */
export class DriftWatch {
  readonly #ports: DriftPorts
  readonly #budget: Budget
  readonly #sources: ReadonlyMap<string, SourceDrift>
  #timer: (() => void) | undefined
  #saving: Promise<void> | undefined
  #over = false

  constructor(ports: DriftPorts, options: CheckedDrift, sources: readonly WatchedSource[]) {
    this.#ports = ports
    this.#budget = new Budget(options.budget)
    this.#sources = new Map(sources.map((s) => [s.name, new SourceDrift(s, options)]))
  }

  /** Reads what is known. */
  async start(): Promise<void> {
    await this.#guarded(() => this.#load())
  }

  /** A message was accepted. */
  saw(source: string, type: string, body: unknown, id: string): void {
    if (this.#over) return
    try {
      const { clock } = this.#ports
      const drift = this.#sources.get(source)
      if (drift === undefined) return
      for (const alarm of drift.saw(type, body, id, clock.now(), this.#budget)) this.#ports.tell(alarm)
      if (drift.dirty) this.#timer ??= clock.after(EVERY, () => void this.#save(), { background: true })
    } catch (thrown) {
      this.#ports.trouble(thrown)
    }
  }

  /** All alarms, the oldest first. */
  list(): readonly DriftAlarm[] {
    const now = this.#ports.clock.now()
    return [...this.#sources.values()].flatMap((s) => s.list(now)).toSorted((a, b) => a.since - b.since)
  }

  /** Stores what it knows, if the journal takes it in time. */
  async stop(): Promise<void> {
    if (this.#over) return
    this.#over = true
    this.#timer?.()
    if (this.#saving === undefined && this.#changed().length === 0) return
    let cancel = (): void => {}
    const late = new Promise<void>((resolve) => (cancel = this.#ports.clock.after(LAST, resolve)))
    await Promise.race([this.#save(), late])
    cancel()
  }

  #save(): Promise<void> {
    this.#timer?.()
    this.#timer = undefined
    return (this.#saving ??= this.#guarded(() => this.#store()).finally(() => (this.#saving = undefined)))
  }

  async #load(): Promise<ReadonlyMap<SourceDrift, number>> {
    const names = [...this.#sources.keys()].map(rowOf)
    if (names.length === 0) return new Map()
    const rows = await this.#ports.journal.read(names)
    const versions = new Map<SourceDrift, number>()
    for (const [name, drift] of this.#sources) {
      const row = rows[rowOf(name)]
      versions.set(drift, row?.version ?? 0)
      drift.merge(row?.value)
    }
    return versions
  }

  /** What others know goes in first, so that nothing of theirs is lost. */
  async #store(): Promise<void> {
    const changed = this.#changed()
    if (changed.length === 0) return
    for (let i = 0; i < TRIES; i++) if (await this.#stored(changed)) return
    // Others are faster: again with the next message.
    for (const [, drift] of changed) drift.dirty = true
  }

  #changed(): readonly (readonly [string, SourceDrift])[] {
    return [...this.#sources].filter(([, drift]) => drift.dirty && drift.known)
  }

  /** Whether nobody else wrote meanwhile. */
  async #stored(changed: readonly (readonly [string, SourceDrift])[]): Promise<boolean> {
    const versions = await this.#load()
    const now = this.#ports.clock.now()
    const state = changed.map(([name, drift]) => {
      drift.dirty = false
      return { name: rowOf(name), expect: versions.get(drift) ?? 0, value: drift.stored(now) }
    })
    return (await this.#ports.journal.accept([], { state })) !== 'conflict'
  }

  async #guarded(f: () => Promise<unknown>): Promise<void> {
    try {
      await f()
    } catch (thrown) {
      this.#ports.trouble(thrown)
    }
  }
}

const rowOf = (source: string): string => `drift:${source}`
