import { DeadlineExceeded } from '../failure/deadline-exceeded.js'
import { OutcomeUnknown } from '../failure/outcome-unknown.js'
import { StepFailed } from '../failure/step-failed.js'
import type { Tagged } from '../failure/failure.js'
import type { Claimed, Journal } from '../ports/journal.js'
import { timeIsUp } from '../run/deadline.js'
import type { Environment } from '../step/context.js'
import { AttemptContext } from './attempt-context.js'
import { attempt, unfinished, type AttemptEnd } from './attempt.js'
import { envelopeOf } from './envelope.js'
import type { JudgePorts, Trial } from './judge.js'
import type { Registry } from './registry.js'
import type { Settler } from './settler.js'
import type { Slot, Slots } from './slots.js'

/** How the worker is to work. Milliseconds. */
export interface WorkerOptions {
  readonly leaseMs: number
  /** An attempt that has not ended by then is given up. */
  readonly attemptMs: number
}

/** What the worker works with. */
export interface WorkerPorts {
  readonly env: Environment
  readonly journal: Journal
  readonly registry: Registry
  readonly slots: Slots
  readonly settler: Settler
  readonly judge: JudgePorts
}

interface InFlight {
  readonly ctx: AttemptContext
  readonly entry: Claimed
  readonly end: Promise<void>
}

/** A step that ignores its signal is given this long after it: milliseconds. */
const AFTER_ABORT = 1000

/** Claims what is due, runs it, and hands the outcome to the settler. */
export class Worker {
  readonly #ports: WorkerPorts
  readonly #o: WorkerOptions
  readonly #inFlight = new Map<string, InFlight>()
  #stopping = false
  #ticking = false
  #claiming = false
  #dirty = false
  #timer: { readonly at: number; readonly cancel: () => void } | undefined
  #leases: (() => void) | undefined

  constructor(ports: WorkerPorts, options: WorkerOptions) {
    this.#ports = ports
    this.#o = options
  }

  get inFlight(): number {
    return this.#inFlight.size
  }
  /** Nothing in hand, nothing being claimed, nothing to claim that was told of. */
  get idle(): boolean {
    return this.#inFlight.size === 0 && !this.#claiming && !this.#ticking && !this.#dirty
  }

  start(): void {
    this.#keepLeases()
    this.wake()
  }

  /** Something may have become claimable. */
  wake(): void {
    this.#dirty = true
    if (this.#ticking || this.#stopping) return
    this.#ticking = true
    this.#ports.env.clock.soon(() => {
      this.#ticking = false
      // In one turn, so that the journal can make one group of both.
      this.#ports.settler.flush()
      void this.#claim()
    })
  }

  /** Takes no more; waits for what is in hand, aborts it after `grace`; what still runs then goes back. */
  async stop(grace: number): Promise<void> {
    this.#stopping = true
    this.#timer?.cancel()
    const { clock } = this.#ports.env
    await this.#ended(grace)
    for (const { ctx } of this.#inFlight.values()) ctx.abort(new DOMException('the runtime is stopping', 'AbortError'))
    await this.#ended(Math.min(grace, AFTER_ABORT))
    for (const [id, { entry }] of this.#inFlight) {
      this.#inFlight.delete(id)
      this.#ports.settler.back(entry)
    }
    this.#leases?.()
    await this.#ports.settler.drain(clock.now() + Math.max(grace, AFTER_ABORT))
  }

  async #ended(within: number): Promise<void> {
    if (this.#inFlight.size === 0) return
    const { clock } = this.#ports.env
    let cancel = (): void => {}
    const time = new Promise<void>((resolve) => (cancel = clock.after(within, resolve)))
    await Promise.race([Promise.all([...this.#inFlight.values()].map((f) => f.end)), time])
    cancel()
  }

  async #claim(): Promise<void> {
    if (this.#claiming || this.#stopping) return
    const { wants, max, parkedUntil } = this.#ports.slots.wants()
    this.#dirty = false
    if (parkedUntil !== undefined) this.#at(Math.min(parkedUntil, wants.some((w) => w.overdue) ? this.#now() + 1000 : parkedUntil))
    if (wants.length === 0) return
    this.#claiming = true
    try {
      const { entries, next } = await this.#ports.journal.claim({ wants, max, leaseMs: this.#o.leaseMs })
      if (next !== undefined) this.#at(next)
      for (const entry of entries) this.#take(entry)
      // A full answer means that there may be more.
      if (entries.length >= max || this.#full(wants, entries)) this.#dirty = true
    } catch (thrown) {
      this.#ports.settler.trouble(thrown)
      this.#at(this.#now() + 1000)
    } finally {
      this.#claiming = false
    }
    if (this.#dirty) this.wake()
  }

  #full(wants: readonly { readonly flow: string; readonly hop: string; readonly max: number }[], got: readonly Claimed[]): boolean {
    return got.length > 0 && wants.some((w) => got.filter((e) => e.flow === w.flow && e.hop === w.hop).length >= w.max)
  }

  #now(): number {
    return this.#ports.env.clock.now()
  }

  // One timer: for the earliest of what is to come.
  #at(time: number): void {
    if (this.#stopping || (this.#timer !== undefined && this.#timer.at <= time)) return
    this.#timer?.cancel()
    const cancel = this.#ports.env.clock.after(time - this.#now(), () => {
      this.#timer = undefined
      this.wake()
    })
    this.#timer = { at: time, cancel }
  }

  #take(entry: Claimed): void {
    const deployed = this.#ports.registry.get(entry)
    if (deployed === undefined || this.#stopping) return this.#ports.settler.back(entry)
    const slot = this.#ports.slots.take(deployed)
    const { env, journal } = this.#ports
    const clock = env.clock.scope?.(`${entry.flow} ${entry.hop} ${entry.id}`) ?? env.clock
    const body: unknown = JSON.parse(entry.body)
    const envelope = envelopeOf(entry)
    const ctx = new AttemptContext({ env, journal, clock, arrived: slot.arrived }, entry, deployed.hop.name, envelope, body)
    const started = this.#now()
    const version = deployed.plan.definition.version
    const trial: Trial = {
      deployed,
      ctx,
      started,
      origin: { entry, envelope, hop: deployed.hop, version, now: started },
    }
    const end = this.#run(trial, body, slot).finally(() => (clock as { close?: () => void }).close?.())
    this.#inFlight.set(entry.lease.id, { ctx, entry, end })
  }

  async #run(t: Trial, body: unknown, slot: Slot): Promise<void> {
    const { entry } = t.origin
    const now = (): number => this.#now()
    let end: AttemptEnd
    try {
      const run = attempt(this.#ports.judge, t, body, now)
      end = await this.#limited(t, run)
    } catch (thrown) {
      // Nothing of a user's comes here: it is this library that failed, and the message must not be lost for it.
      end = await unfinished(this.#ports.judge, t, undefined, new StepFailed(t.deployed.hop.name, thrown), now)
    }
    // Given back already: stopped, or another has the lease.
    if (!this.#inFlight.delete(entry.lease.id)) return slot.free()
    slot.free()
    this.#settle(t, end)
    this.wake()
  }

  #settle(t: Trial, end: AttemptEnd): void {
    const { settler, env } = this.#ports
    const { entry } = t.origin
    if (end.as === 'fenced') return settler.fenced(entry)
    if (end.as === 'parked') {
      const to = t.deployed.hop.destinations.find((d) => d.name === end.destination)
      const until = to?.gate(env.clock).parkedUntil() ?? 0
      return settler.parked(entry, Math.max(until, env.clock.now()))
    }
    // Stopping aborted it: whatever it made of that is no outcome of its own.
    if (this.#stopping && t.ctx.aborted && end.judgement.error !== undefined) return settler.back(entry)
    settler.settle(t, end.judgement)
  }

  /** Ends an attempt at its deadline, or when it takes too long, whether its step listens or not. */
  async #limited(t: Trial, run: Promise<AttemptEnd>): Promise<AttemptEnd> {
    const { clock } = this.#ports.env
    const { deadline } = t.origin.entry
    const limit = Math.min(t.started + this.#o.attemptMs, deadline ?? Number.POSITIVE_INFINITY)
    let cancel = (): void => {}
    const late = new Promise<'late'>((resolve) => {
      cancel = clock.after(
        limit - t.started,
        () => {
          t.ctx.abort(timeIsUp())
          cancel = clock.after(AFTER_ABORT, () => resolve('late'))
        },
        { background: true },
      )
    })
    const end = await Promise.race([run, late])
    cancel()
    return end === 'late' ? unfinished(this.#ports.judge, t, this.#place(t), this.#overrun(t), () => clock.now()) : end
  }

  #place(t: Trial): Trial['ctx']['failed'] {
    const { hop, plan } = t.deployed
    return t.ctx.sent ? hop.effect : t.origin.entry.deadline === undefined ? hop.program.lines.at(-1) : plan.start
  }

  #overrun(t: Trial): Tagged {
    const name = t.ctx.at || t.deployed.hop.name
    if (t.ctx.sent) return new OutcomeUnknown(`target "${name}" did not answer in time`)
    if (t.origin.entry.deadline !== undefined && this.#now() >= t.origin.entry.deadline)
      return new DeadlineExceeded(`the deadline passed while hop "${t.deployed.hop.name}" ran`)
    return new StepFailed(name, undefined, `hop "${t.deployed.hop.name}" did not end within ${this.#o.attemptMs} ms`)
  }

  #keepLeases(): void {
    const { clock } = this.#ports.env
    const next = (): void => {
      this.#leases = clock.after(this.#o.leaseMs / 3, () => void this.#extend().finally(next), { background: true })
    }
    next()
  }

  async #extend(): Promise<void> {
    const held = [...this.#inFlight.values()]
    if (held.length === 0) return
    try {
      const still = await this.#ports.journal.extend(
        held.map((f) => f.entry.lease),
        this.#o.leaseMs,
      )
      held.forEach((f, i) => {
        if (still[i] === false) f.ctx.abort(new DOMException('the lease is lost', 'AbortError'))
      })
    } catch (thrown) {
      this.#ports.settler.trouble(thrown)
    }
  }
}

