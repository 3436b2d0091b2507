import {
  type Admin,
  type Also,
  type Capabilities,
  type Claims,
  type ClaimQuery,
  type Clock,
  type HopRef,
  type Journal,
  type Json,
  JournalUnavailable,
  type Judged,
  type Lease,
  type Logger,
  type Mark,
  type NewEntry,
  type Opened,
  type Settlement,
  type Stored,
  type Taken,
} from '@xconnector/core'
import type { Call, Gives, Settings } from '../call.js'
import type { Host } from '../host/host.js'
import { Poll } from './poll.js'
import { unsafePlace } from './unsafe-place.js'

const POLL_MS = { one: 250, many: 25 } as const
const SWEEP_MS = 60_000

/** The port, over a host. */
export class SqliteJournal implements Journal {
  readonly can: Capabilities
  readonly admin: Admin
  readonly #settings: Settings
  readonly #clock: Clock
  readonly #log: Logger
  readonly #host: Host
  readonly #place: typeof unsafePlace
  readonly #poll: Poll
  #life: 'new' | 'opening' | 'open' | 'closed' = 'new'
  #closing: Promise<void> | undefined
  #cancelSweep: (() => void) | undefined

  constructor(
    settings: Settings,
    ports: { readonly clock: Clock; readonly log: Logger },
    host: Host,
    place: typeof unsafePlace = unsafePlace,
  ) {
    this.#settings = settings
    this.#clock = ports.clock
    this.#log = ports.log
    this.#host = host
    this.#place = place
    this.#poll = new Poll(this.#clock, POLL_MS[settings.processes], () => this.#ask({ do: 'poll' }))
    this.can = Object.freeze({
      processes: settings.processes,
      keyOrder: true,
      latest: true,
      joins: true,
      tx: false,
    })
    this.admin = Object.freeze({
      counts: () => this.#ask({ do: 'counts' }),
      find: (query) => this.#ask({ do: 'find', query }),
      oldest: () => this.#ask({ do: 'oldest' }),
      replay: (ids) => this.#ask({ do: 'replay', ids }),
      discard: (ids, why) => this.#ask({ do: 'discard', ids, why }),
      erase: (key) => this.#ask({ do: 'erase', key }),
    } satisfies Admin)
  }

  async open(hops: readonly HopRef[]): Promise<Opened> {
    const { file } = this.#settings
    if (this.#life === 'closed') throw this.#closed()
    if (this.#life !== 'new') {
      throw new JournalUnavailable('in-use', `The journal ${file} is open already: call open() once.`)
    }
    this.#life = 'opening'
    try {
      const { opened, remarks } = await this.#host.open({ hops, now: this.#clock.now() })
      for (const remark of remarks) this.#log.warn({ file }, remark)
      const unsafe = await this.#place(file)
      if (unsafe !== undefined)
        this.#log.warn({ file }, `the journal is on ${unsafe}; put it on a local disk`)
      if (this.#closing === undefined) this.#life = 'open'
      this.#poll.start()
      this.#sweepLater()
      return opened
    } catch (error) {
      if (this.#life === 'opening') this.#life = 'new'
      throw error
    }
  }

  async accept(entries: readonly NewEntry[], also?: Also): Promise<readonly Taken[] | 'conflict'> {
    if (also?.tx !== undefined) {
      const why = 'cannot join a transaction of yours (can.tx is false): leave out `tx`.'
      throw new JournalUnavailable('failed', `The journal ${this.#settings.file} ${why}`)
    }
    return this.#ask({
      do: 'accept',
      entries,
      ...(also?.state !== undefined && { state: also.state }),
      ...(also?.wake !== undefined && { wake: also.wake }),
    })
  }

  claim(query: ClaimQuery): Promise<Claims> {
    return this.#ask({ do: 'claim', query })
  }

  extend(leases: readonly Lease[], leaseMs: number): Promise<readonly boolean[]> {
    return this.#ask({ do: 'extend', leases, leaseMs })
  }

  mark(lease: Lease, name: Mark, value: Json = true): Promise<boolean> {
    return this.#ask({ do: 'mark', lease, name, value })
  }

  commit(batch: readonly Settlement[]): Promise<readonly Judged[]> {
    return this.#ask({ do: 'commit', batch })
  }

  read(names: readonly string[]): Promise<Readonly<Record<string, Stored>>> {
    return this.#ask({ do: 'read', names })
  }

  /** Other processes are seen within 25 ms where there may be many; the terminal, within 250 ms where there is one. */
  watch(wake: () => void): () => void {
    return this.#poll.add(wake)
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    const wasOpen = this.#life === 'open' || this.#life === 'opening'
    this.#life = 'closed'
    this.#rest()
    if (wasOpen) await this.#host.close()
  }

  /** Ends as a killed process would. For tests only. */
  async drop(): Promise<void> {
    this.#life = 'closed'
    this.#rest()
    this.#closing = this.#host.drop()
    await this.#closing
  }

  #rest(): void {
    this.#poll.end()
    this.#cancelSweep?.()
  }

  #sweepLater(): void {
    if (this.#life !== 'open') return
    const sweep = (): void =>
      void this.#ask({ do: 'sweep' })
        .catch(() => {})
        .finally(() => this.#sweepLater())
    this.#cancelSweep = this.#clock.after(SWEEP_MS, sweep, { background: true })
  }

  async #ask<K extends Call['do']>(call: Call & { readonly do: K }): Promise<Gives[K]> {
    if (this.#life === 'closed') throw this.#closed()
    if (this.#life !== 'open') {
      throw new JournalUnavailable(
        'not-open',
        `The journal ${this.#settings.file} is not open: call open() first.`,
      )
    }
    return (await this.#host.ask(call)) as Gives[K]
  }

  #closed(): JournalUnavailable {
    return new JournalUnavailable(
      'closed',
      `The journal ${this.#settings.file} was closed: make a new one on the file.`,
    )
  }
}
