import { DecodeFailed } from '../failure/decode-failed.js'
import { DeadlineExceeded } from '../failure/deadline-exceeded.js'
import { OutcomeUnknown } from '../failure/outcome-unknown.js'
import { StepFailed } from '../failure/step-failed.js'
import { withKind } from '../failure/with-kind.js'
import type { Tagged } from '../failure/failure.js'
import type { Claimed, ClaimQuery, Journal } from '../ports/journal.js'
import { timeIsUp } from '../run/deadline.js'
import type { Environment } from '../step/context.js'
import { AttemptContext } from './attempt-context.js'
import { attempt, unfinished, type AttemptEnd } from './attempt.js'
import type { JudgePorts, Trial } from './judge.js'
import type { NodeState } from './node-state.js'
import { openEntry } from './open-entry.js'
import type { Registry } from './registry.js'
import type { Rehearsal } from './rehearsal.js'
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
  readonly nodes: NodeState
  readonly registry: Registry
  readonly slots: Slots
  readonly settler: Settler
  readonly judge: JudgePorts
  readonly rehearsal?: Rehearsal | undefined
}

interface InFlight {
  readonly ctx: AttemptContext
  readonly entry: Claimed
  readonly end: Promise<void>
}

/** A step that ignores its signal is given this long after it: milliseconds. */
const AFTER_ABORT = 1000

/** A rehearsal holds the message, whatever its attempt came to. */
const HELD: AttemptEnd = { as: 'parked', until: Number.POSITIVE_INFINITY }

/** An attempt that the journal failed is made again after this long: milliseconds. */
const TROUBLED = 1000

/** Claims what is due, runs it, and hands the outcome to the settler. */
export class Worker {
  readonly #ports: WorkerPorts
  readonly #o: WorkerOptions
  readonly #inFlight = new Map<string, InFlight>()
  #started = false
  #stopping = false
  #over = false
  #failing = false
  #ticking = false
  #claiming = false
  #dirty = false
  #timer: { readonly at: number; readonly cancel: () => void } | undefined
  #leases: (() => void) | undefined
  #claimed: Promise<void> = Promise.resolve()

  constructor(ports: WorkerPorts, options: WorkerOptions) {
    this.#ports = ports
    this.#o = options
  }

  get inFlight(): number {
    return this.#inFlight.size
  }
  /** Whether the last claim failed. */
  get troubled(): boolean {
    return this.#failing
  }
  /** Nothing in hand, nothing being claimed, nothing to claim that was told of. */
  get idle(): boolean {
    return this.#inFlight.size === 0 && !this.#claiming && !this.#ticking && !this.#dirty
  }

  start(): void {
    this.#started = true
    this.#keepLeases()
    this.wake()
  }

  /** Something may have become claimable. */
  wake(): void {
    this.#dirty = this.#started && !this.#stopping
    if (this.#ticking) return
    this.#ticking = true
    this.#ports.env.clock.soon(() => {
      this.#ticking = false
      // In one turn, so that the journal can make one group of both.
      this.#ports.settler.flush()
      if (this.#dirty) void this.#claim()
    })
  }

  /** Takes no more; waits for what is in hand, aborts it after `grace`; what still runs then goes back. */
  async stop(grace: number): Promise<void> {
    this.#stopping = true
    this.#dirty = false
    this.#timer?.cancel()
    const { clock } = this.#ports.env
    await this.#claimed
    await this.#ended(grace)
    for (const { ctx } of this.#inFlight.values()) ctx.stop()
    await this.#ended(Math.min(grace, AFTER_ABORT))
    for (const [id, { ctx, entry }] of this.#inFlight) {
      this.#inFlight.delete(id)
      ctx.leave?.()
      this.#ports.settler.back(entry)
    }
    this.#over = true
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
    let claimed = (): void => {}
    this.#claimed = new Promise((resolve) => (claimed = resolve))
    await this.#claimOnce()
    claimed()
    if (this.#dirty) this.wake()
  }

  async #claimOnce(): Promise<void> {
    const { wants, max, parkedUntil } = this.#ports.slots.wants()
    this.#dirty = false
    if (parkedUntil !== undefined)
      this.#at(Math.min(parkedUntil, wants.some((w) => w.overdue) ? this.#now() + 1000 : parkedUntil))
    if (wants.length === 0) return
    this.#claiming = true
    try {
      const { entries, next } = await this.#ports.journal.claim({ wants, max, leaseMs: this.#o.leaseMs })
      this.#failing = false
      if (next !== undefined) this.#at(next)
      for (const entry of entries) this.#take(entry)
      // A full answer means that there may be more.
      if (entries.length >= max || this.#full(wants, entries)) this.#dirty = true
    } catch (thrown) {
      this.#failing = true
      this.#ports.settler.trouble(thrown)
      this.#at(this.#now() + 1000)
    } finally {
      this.#claiming = false
    }
  }

  #full(wants: ClaimQuery['wants'], got: readonly Claimed[]): boolean {
    if (got.length === 0) return false
    const left = new Map(wants.map((w) => [`${w.flow}\n${w.hop}`, w.max]))
    for (const { flow, hop } of got) left.set(`${flow}\n${hop}`, left.get(`${flow}\n${hop}`)! - 1)
    return [...left.values()].some((n) => n <= 0)
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
    const opened = openEntry(entry)
    if (opened instanceof DecodeFailed) return this.#ports.settler.unreadable(entry, opened)
    const slot = this.#ports.slots.take(deployed)
    const { env, journal, nodes, rehearsal } = this.#ports
    const { hop, plan } = deployed
    const clock = env.clock.scope?.(`${entry.flow} ${entry.hop} ${entry.id}`) ?? env.clock
    const ports = { env, journal, nodes, clock, rehearsal, arrived: slot.arrived }
    const ctx = new AttemptContext(ports, entry, hop, opened.envelope, opened.body)
    const started = this.#now()
    const { version } = plan.definition
    const origin = { entry, envelope: opened.envelope, hop, version, now: started }
    const trial: Trial = { deployed, ctx, started, origin }
    const end = this.#run(trial, opened.body, slot).finally(() => (clock as { close?: () => void }).close?.())
    this.#inFlight.set(keyOf(entry), { ctx, entry, end })
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
      end = await unfinished(
        this.#ports.judge,
        t,
        undefined,
        new StepFailed(t.deployed.hop.name, thrown),
        now,
      )
    }
    // Given back already: stopped, or another has the lease.
    if (!this.#inFlight.delete(keyOf(entry))) return slot.free()
    slot.free()
    this.#settle(t, t.ctx.held ? HELD : end)
    this.wake()
  }

  #settle(t: Trial, end: AttemptEnd): void {
    const { settler, env } = this.#ports
    const { entry } = t.origin
    if (end.as === 'fenced') return settler.fenced(entry)
    if (end.as === 'unwritten') {
      settler.trouble(t.ctx.trouble)
      // What may have been sent keeps its mark: by this attempt, or by one that crashed.
      return t.ctx.sent || 'sent' in entry.marks
        ? settler.back(entry)
        : settler.parked(entry, env.clock.now() + TROUBLED)
    }
    // Also by a destination that the plan does not know: one that a step calls inside of it.
    if (end.as === 'parked') {
      const until = Math.min(end.until, entry.deadline ?? end.until)
      return settler.parked(entry, Math.max(until, env.clock.now()))
    }
    if (end.as === 'stopped') return settler.back(entry)
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
      t.ctx.leave = () => resolve('late')
    })
    const end = await Promise.race([run, late])
    cancel()
    return end === 'late'
      ? unfinished(this.#ports.judge, t, this.#place(t), this.#overrun(t), () => clock.now())
      : end
  }

  #place(t: Trial): Trial['ctx']['failed'] {
    const { hop, plan } = t.deployed
    return t.ctx.sent
      ? hop.effect
      : t.origin.entry.deadline === undefined
        ? hop.program.lines.at(-1)
        : plan.start
  }

  #overrun(t: Trial): Tagged {
    const name = t.ctx.at || t.deployed.hop.name
    if (t.ctx.sent) return new OutcomeUnknown(`target "${name}" did not answer in time`)
    if (t.origin.entry.deadline !== undefined && this.#now() >= t.origin.entry.deadline)
      return new DeadlineExceeded(`the deadline passed while hop "${t.deployed.hop.name}" ran`)
    const message = `hop "${t.deployed.hop.name}" did not end within ${this.#o.attemptMs} ms`
    // Unlike a throw, it need not happen again; and what it may have sent is safe to send again.
    return withKind(new StepFailed(name, undefined, message), 'transient')
  }

  #keepLeases(): void {
    const { clock } = this.#ports.env
    const next = (): void => {
      if (this.#over) return
      this.#leases = clock.after(this.#o.leaseMs / 3, () => void this.#extend().finally(next), {
        background: true,
      })
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

// A lease that ran out may be taken again by this very process: the token tells the two apart.
const keyOf = (entry: Claimed): string => `${entry.lease.id}\n${entry.lease.token}`
