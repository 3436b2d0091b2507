import type { EventEmitter } from 'eventemitter3'
import { failureToJson } from '../failure/to-json.js'
import { millis, type Duration } from '../message/duration.js'
import { systemClock } from '../ports/clock.js'
import { uuidv7 } from '../ports/ids.js'
import type { Count, HopRef, Journal } from '../ports/journal.js'
import { stderrLogger } from '../ports/logger.js'
import { systemRandom, type Random } from '../ports/random.js'
import { describePlan, type FlowDescription } from '../plan/describe.js'
import { recordAct, type Act } from '../operate/acts.js'
import type { Controlled, Pause } from '../operate/controlled.js'
import { statusOf } from '../operate/status-of.js'
import type { Status } from '../operate/status.js'
import type { DriftAlarm } from '../drift/alarm.js'
import { DriftWatch } from '../drift/drift-watch.js'
import type { Environment } from '../step/context.js'
import { Alerts } from './alerts.js'
import { Backlog } from './backlog.js'
import { completeAtStop } from './closing.js'
import { DeadLetters } from './dead-letters.js'
import { deploy, type Deployment } from './deploy.js'
import type { FailedEvent, RuntimeEvents } from './events.js'
import { Follower } from './follower.js'
import type { Health } from './health.js'
import type { JudgePorts } from './judge.js'
import { NodeState } from './node-state.js'
import { checkOptions, type Checked, type RuntimeOptions } from './options.js'
import { OneByOne } from './one-by-one.js'
import { OpenSplits } from './open-splits.js'
import { OperatorRequests } from './operator-requests.js'
import { Parking } from './parking.js'
import { Pauses, type PauseOptions } from './pauses.js'
import { progressOf, type Progress } from './progress.js'
import { storeDescriptions } from './store-descriptions.js'
import { SafeEmitter } from './safe-emitter.js'
import { Pressure } from './pressure.js'
import { RuntimeLog } from './runtime-log.js'
import { Settler } from './settler.js'
import { Slots } from './slots.js'
import { Sources } from './sources.js'
import { Tallies } from './tallies.js'
import { Telling } from './telling.js'
import { Worker } from './worker.js'
import { checkSettings } from './settings.js'

/** What runs closed flows on a journal. */
export interface Runtime {
  /** Opens the journal, starts hops, then sources. Rejects with what is wrong: config, journal, a second start. */
  start(): Promise<void>
  /** Drains: sources first, then what is in flight, for `grace`; the rest stays in the journal, which is closed. */
  stop(options?: { readonly grace?: Duration }): Promise<void>
  readonly events: EventEmitter<RuntimeEvents>
  readonly deadLetters: DeadLetters
  health(): Health
  /** How far the current or last batch run of a flow is; undefined before the first. From any process on its journal. */
  progress(flow: string | { readonly name: string }): Promise<Progress | undefined>
  /** The flows as data. */
  describe(): readonly FlowDescription[]
  /** Per hop, what came of entries: always in = done + dead + waiting. */
  counts(): Promise<readonly Count[]>
  /** Removes whatever is kept of a key: for personal data. Gives how many entries. */
  erase(key: string): Promise<number>
  /**
   * Pauses a flow, a hop, the intake of a flow, or a destination, on this journal: for all its processes, over restarts, until
   * it is resumed. Nothing is lost and no attempt is spent; what is in flight ends. A flow or hop: its entries are not
   * claimed, what comes in waits. An intake: sources of the flow are told to wait (webhooks answer 503), also for other flows
   * that they feed. A destination: no calls, as if it was parked, from flows or plain ones. Deadlines pass all the same; the
   * time of a `retry` does not. Twice is allowed. Gives what is stored.
   *
   * Rejects with a TypeError that names what there is, and with `JournalUnavailable`.
   */
  pause(what: Controlled, options?: PauseOptions): Promise<Pause>
  /** Goes on with what was paused; a destination in a ramp. Gives whether it was paused. Rejects as `pause` does. */
  resume(what: Controlled): Promise<boolean>
  /** What is paused now, on this journal, by whomever; the longest first. */
  paused(): readonly Pause[]
  /**
   * Keeps what a person did, for `status().acts`: for tools through which people act. `ops` and the terminal tell it by
   * themselves; calls from code are not kept.
   */
  recordAct(act: Omit<Act, 'at'>): Promise<void>
  /** How the journal and its flows stand, for all processes on it: what a person looks at first. Cheap on any backlog. */
  status(): Promise<Status>
  /** What about the messages of its sources is not as it was: the oldest first. Of other processes, as they were a minute ago. */
  drift(): readonly DriftAlarm[]
  /** Whether nothing is in hand and nothing that is due waits: for tests. */
  readonly idle: boolean
}

/**
 * Makes a runtime. Nothing happens before `start`.
 *
 * @throws TypeError that names the flow or option at fault: an open flow, two hops or flows of one name, a divert to a
 * flow that is not deployed, a capability that the journal lacks, a number that makes no sense.
 */
export const createRuntime = (options: RuntimeOptions): Runtime => {
  const checked = checkOptions(options)
  return new LiveRuntime(options, checked, deploy(options, checked))
}

/** How often the backlog is counted anew: milliseconds. */
const RECOUNT = 30_000

/** The same where a write was under way while it was counted. */
const RECOUNT_SOON = 1000

class LiveRuntime implements Runtime {
  readonly events: EventEmitter<RuntimeEvents>
  readonly deadLetters: DeadLetters
  readonly #o: RuntimeOptions
  readonly #checked: Checked
  readonly #deployment: Deployment
  readonly #env: Environment
  readonly #journal: Journal
  readonly #backlog: Backlog
  readonly #pressure: Pressure = new Pressure()
  readonly #acts: OneByOne = new OneByOne()
  readonly #telling: Telling
  readonly #log: RuntimeLog
  readonly #settler: Settler
  readonly #nodes: NodeState
  readonly #worker: Worker
  readonly #parking: Parking
  readonly #pauses: Pauses
  readonly #requests: OperatorRequests
  readonly #follower: Follower
  readonly #slots: Slots
  readonly #sources: Sources
  readonly #drift: DriftWatch | undefined
  readonly #splits: OpenSplits
  readonly #stopSources = new AbortController()
  #status: Health['status'] = 'starting'
  #orphans = 0
  #started = false
  /** Hops run. */
  #ready = false
  #unwatch: (() => void) | undefined
  #uncount: (() => void) | undefined
  #stopped: Promise<void> | undefined
  #counting = false

  constructor(o: RuntimeOptions, checked: Checked, deployment: Deployment) {
    const clock = o.clock ?? systemClock
    const random: Random = o.random ?? systemRandom
    const log = o.log ?? stderrLogger(() => clock.now())
    const journal = o.journal
    this.#o = o
    this.#checked = checked
    this.#deployment = deployment
    this.#journal = journal
    this.#env = { clock, ids: uuidv7(clock, random), log, config: o.config ?? {} }
    this.events = new SafeEmitter<RuntimeEvents>((event, thrown) =>
      log.warn({ event, error: failureToJson(thrown) }, 'a listener threw'),
    )
    this.#log = new RuntimeLog(log, clock)
    this.#telling = new Telling(this.events, clock, this.#log)
    this.#backlog = new Backlog(checked.maxPending)
    const wake = (): void => this.#worker.wake()
    const nodes = (this.#nodes = new NodeState(journal))
    const splits = (this.#splits = new OpenSplits())
    const working = o.role !== 'accept'
    this.#settler = new Settler({
      env: this.#env,
      random,
      journal,
      alerts: new Alerts(journal, checked.alertWindow),
      backlog: this.#backlog,
      telling: this.#telling,
      nodes,
      splits,
      tallies: new Tallies(journal, this.#env.ids.next()),
      alert: o.alert,
      committed: wake,
    })
    const { registry, byName, plans, destinations } = deployment
    const judge: JudgePorts = {
      journal,
      splits,
      random,
      ids: this.#env.ids,
      first: (flow) => byName.get(flow)?.first,
      parkedMs: (d) =>
        d.hop.destinations.reduce((ms, to) => ms + to.gate(clock).parkedMs(), this.#pauses.ms(d)),
    }
    const pauses = (this.#pauses = new Pauses({ journal, clock, telling: this.#telling, deployment, wake }))
    const slots = (this.#slots = new Slots(
      { total: checked.total, perHop: checked.perHop },
      clock,
      registry,
      (d) => pauses.holds(d),
    ))
    this.#worker = new Worker(
      {
        env: this.#env,
        journal,
        nodes,
        registry,
        slots,
        settler: this.#settler,
        judge,
        rehearsal: o.rehearsal,
      },
      { leaseMs: checked.leaseMs, attemptMs: checked.attemptMs },
    )
    const trouble = (thrown: unknown): void => this.#settler.trouble(thrown)
    this.#parking = new Parking({ journal, clock, telling: this.#telling, destinations, trouble, wake })
    const died = (e: FailedEvent): void => this.#telling.tell('dead', e)
    this.deadLetters = new DeadLetters(this.#env, journal, registry, wake, died)
    this.#requests = new OperatorRequests({
      journal,
      clock,
      owner: this.#env.ids.next(),
      deadLetters: this.deadLetters,
      log,
      trouble,
    })
    this.#follower = new Follower({
      journal,
      clock,
      pauses,
      parking: this.#parking,
      requests: working ? this.#requests : undefined,
      trouble,
    })
    this.#drift =
      checked.drift &&
      new DriftWatch(
        {
          journal,
          clock,
          tell: (alarm) => this.#telling.tell('drift', alarm),
          trouble: (thrown) =>
            log.debug({ error: failureToJson(thrown) }, 'drift is not watched for a while'),
        },
        checked.drift,
        plans.flatMap((p) => p.definition.source ?? []),
      )
    this.#sources = new Sources(
      {
        env: this.#env,
        journal,
        backlog: this.#backlog,
        pressure: this.#pressure,
        telling: this.#telling,
        signal: this.#stopSources.signal,
        healthy: () => this.#healthy(),
        paused: (flows) => pauses.shuts(flows),
        drift: this.#drift,
        accepted: working ? wake : () => {},
      },
      this.#env.ids.next(),
      plans,
    )
  }

  get idle(): boolean {
    return this.#worker.idle && this.#settler.idle
  }

  async start(): Promise<void> {
    if (this.#started) throw new TypeError('runtime: it was started already; make another with createRuntime')
    if (this.#stopped !== undefined)
      throw new TypeError('runtime: it was stopped; make another with createRuntime')
    this.#started = true
    try {
      await this.#begin()
    } catch (thrown) {
      // Half a start is none: what was begun is ended before the caller hears of it.
      await this.stop({ grace: '0s' }).catch(() => {})
      throw thrown
    }
  }

  async #begin(): Promise<void> {
    const { registry } = this.#deployment
    checkSettings(this.#deployment, this.#env.config)
    const opened = await this.#journal.open(registry.all().map(([ref]) => ref))
    this.#orphans = opened.unknown.reduce((n, u) => n + u.entries, 0)
    if (this.#orphans > 0) {
      this.#env.log.warn(
        { hops: opened.unknown },
        `${this.#orphans} entries wait on hops that are not deployed`,
      )
      this.#telling.tell('orphans', { hops: opened.unknown })
    }
    await this.#recount()
    await storeDescriptions(this.#journal, this.describe())
    await this.#pauses.refresh()
    await this.#parking.start()
    this.#unwatch = this.#journal.watch(() => this.#moved())
    // Something may have moved between the first look and the watch, or been asked while nothing ran.
    this.#follower.moved()
    this.#status = 'ready'
    this.#keepCount()
    if (this.#o.role !== 'accept') this.#worker.start()
    this.#ready = true
    if (this.#o.role === 'work') return
    await this.#drift?.start()
    await this.#sources.start()
  }

  stop(options?: { readonly grace?: Duration }): Promise<void> {
    const grace = options?.grace === undefined ? this.#checked.graceMs : millis(options.grace, 'stop: grace')
    return (this.#stopped ??= this.#stop(grace))
  }

  health(): Health {
    const { clock } = this.#env
    const now = clock.now()
    const failing = this.#troubled || this.#pressure.failed(now)
    return {
      status: failing && this.#status === 'ready' ? 'troubled' : this.#status,
      journal: failing ? 'failing' : 'ok',
      pending: this.#backlog.pending,
      inFlight: this.#worker.inFlight,
      paused: this.#pauses.all,
      parked: this.#deployment.destinations.flatMap((d) => {
        const gate = d.gate(clock)
        const until = gate.parkedUntil()
        return until > now && !gate.held() ? [{ destination: d.name, until }] : []
      }),
      orphans: this.#orphans,
    }
  }

  describe(): readonly FlowDescription[] {
    return this.#deployment.plans.map(describePlan)
  }
  progress(flow: string | { readonly name: string }): Promise<Progress | undefined> {
    return progressOf(this.#journal, this.#env.clock, typeof flow === 'string' ? flow : flow.name)
  }
  counts(): Promise<readonly Count[]> {
    return this.#journal.admin.counts()
  }
  erase(key: string): Promise<number> {
    return this.#journal.admin.erase(key)
  }

  pause(what: Controlled, options: PauseOptions = {}): Promise<Pause> {
    return this.#pauses.pause(what, options)
  }
  resume(what: Controlled): Promise<boolean> {
    return this.#pauses.resume(what)
  }
  paused(): readonly Pause[] {
    return this.#pauses.all
  }
  recordAct(act: Omit<Act, 'at'>): Promise<void> {
    const at = this.#env.clock.now()
    return this.#acts.run(() => recordAct(this.#journal, { ...act, at }))
  }
  drift(): readonly DriftAlarm[] {
    return this.#drift?.list() ?? []
  }
  status(): Promise<Status> {
    const { registry } = this.#deployment
    // Where others may be at work too, what this one has in hand is not all.
    const alone = this.#journal.can.processes === 'one'
    const inFlight = (ref: HopRef): number => {
      const d = registry.get(ref)
      return d === undefined || d.ref.hop !== ref.hop ? 0 : this.#slots.inHop(d)
    }
    return statusOf(this.#journal, { now: this.#env.clock.now(), ...(alone && { inFlight }) })
  }

  async #stop(grace: number): Promise<void> {
    this.#status = 'stopping'
    this.#telling.tell('stopping', { at: this.#env.clock.now() })
    if (this.#started) {
      this.#stopSources.abort(new DOMException('the runtime is stopping', 'AbortError'))
      const until = this.#env.clock.now() + grace
      await this.#sources.stop(grace)
      await this.#drift?.stop()
      await this.#complete(grace / 2)
      await this.#follower.stop()
      await this.#requests.stop()
      await this.#worker.stop(Math.max(0, until - this.#env.clock.now()))
      this.#splits.close()
      await this.#parking.stop()
      this.#pauses.stop()
      this.#uncount?.()
      this.#unwatch?.()
    }
    try {
      if (this.#started) await this.#journal.close()
    } finally {
      // A journal that cannot even be closed has nothing to say in whether this has stopped.
      this.#telling.flush()
      this.#log.close()
      this.#status = 'stopped'
    }
  }

  /** What wants to be complete at a stop: only where hops run. */
  async #complete(within: number): Promise<void> {
    if (!this.#ready || this.#o.role === 'accept') return
    const { clock } = this.#env
    const { registry } = this.#deployment
    await completeAtStop(
      {
        clock,
        journal: this.#journal,
        nodes: this.#nodes,
        registry,
        idle: () => this.idle,
        wake: () => this.#worker.wake(),
        trouble: (thrown) => this.#settler.trouble(thrown),
      },
      clock.now() + within,
    )
  }

  get #troubled(): boolean {
    return this.#settler.troubled || this.#worker.troubled
  }

  #healthy(): boolean {
    if (this.#backlog.full && !this.#counting) void this.#recount()
    return this.#status === 'ready' && !this.#troubled
  }

  #keepCount(after = RECOUNT): void {
    this.#uncount?.()
    const next = (): void => void this.#recount()
    // In a rehearsal time flies, and the backlog has no limit.
    if (this.#status === 'ready' && this.#o.rehearsal === undefined)
      this.#uncount = this.#env.clock.after(after, next, { background: true })
  }

  // The backlog is counted along, which cannot know of entries that a newer version ended while they waited.
  async #recount(): Promise<void> {
    this.#counting = true
    let exact = false
    try {
      exact = await this.#backlog.count(async () => {
        const counts = await this.#journal.admin.counts()
        return counts.reduce((n, c) => n + (c.what === 'waiting' ? c.n : 0), 0)
      })
    } catch (thrown) {
      if (!this.#started || this.#status === 'starting') throw thrown
    } finally {
      this.#counting = false
      this.#keepCount(exact ? RECOUNT : RECOUNT_SOON)
    }
  }

  #moved(): void {
    this.#worker.wake()
    this.#follower.moved()
  }
}
