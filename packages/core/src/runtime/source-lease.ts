import { failureToJson } from '../failure/to-json.js'
import type { Running } from '../source/source.js'
import type { IntakePorts } from './intake.js'
import { leaseJson, type LeaseValue } from './lease-value.js'

/** How long a lease is good for, and how often it is renewed or asked for: milliseconds. */
const TTL = 30_000
const EVERY = 10_000

/** Runs a source while, and only while, this process holds its lease in the journal. */
export class SourceLease {
  readonly #ports: IntakePorts
  readonly #name: string
  readonly #owner: string
  readonly #begin: () => Promise<Running>
  readonly #end: (running: Running) => Promise<void>
  #running: Running | undefined
  #version = 0
  #timer: (() => void) | undefined
  #stopped = false
  #turn: Promise<void> = Promise.resolve()

  constructor(
    ports: IntakePorts,
    name: string,
    owner: string,
    begin: () => Promise<Running>,
    end: (running: Running) => Promise<void>,
  ) {
    this.#ports = ports
    this.#name = name
    this.#owner = owner
    this.#begin = begin
    this.#end = end
  }

  async start(): Promise<void> {
    await this.#hold(true)
    this.#again()
  }

  /**
   * The source ends at once, whatever the journal is still asked for the lease, which is given back unless it is too late
   * for that: the journal may be closed.
   */
  async stop(tooLate: () => boolean): Promise<void> {
    this.#stopped = true
    this.#timer?.()
    const ran = await this.#halt()
    await this.#turn
    // One may have begun meanwhile.
    if (((await this.#halt()) || ran) && !tooLate()) await this.#move(undefined).catch(() => false)
  }

  async #halt(): Promise<boolean> {
    const running = this.#running
    this.#running = undefined
    if (running !== undefined) await this.#end(running)
    return running !== undefined
  }

  #again(): void {
    this.#timer = this.#ports.env.clock.after(
      EVERY,
      () => {
        this.#turn = this.#hold().then(() => {
          if (!this.#stopped) this.#again()
        })
      },
      { background: true },
    )
  }

  /** Asks for the lease, or renews it, and runs the source accordingly. */
  async #hold(atStart = false): Promise<void> {
    let held = false
    try {
      held = await this.#take()
    } catch (thrown) {
      this.#ports.env.log.warn(
        { lease: this.#name, error: failureToJson(thrown) },
        'the lease of a source could not be renewed',
      )
    }
    if (this.#stopped) return
    if (held && this.#running === undefined)
      try {
        this.#running = await this.#begin()
      } catch (thrown) {
        if (atStart) throw thrown
        // Tried again at the next turn.
        const error = failureToJson(thrown)
        this.#ports.env.log.error({ lease: this.#name, error }, 'a source could not be started')
      }
    if (!held) await this.#halt()
  }

  async #take(): Promise<boolean> {
    const { journal, env } = this.#ports
    const stored = (await journal.read([this.#name]))[this.#name]
    this.#version = stored?.version ?? 0
    const held = stored?.value as unknown as LeaseValue | undefined
    const now = env.clock.now()
    // Where only one process may be at work, whoever held it before is gone.
    const free =
      held === undefined || held.owner === this.#owner || held.until <= now || journal.can.processes === 'one'
    return free && (await this.#move({ owner: this.#owner, until: now + TTL }))
  }

  async #move(value: LeaseValue | undefined): Promise<boolean> {
    const state = [
      { name: this.#name, expect: this.#version, value: value === undefined ? undefined : leaseJson(value) },
    ]
    if ((await this.#ports.journal.accept([], { state })) === 'conflict') return false
    this.#version++
    return true
  }
}
