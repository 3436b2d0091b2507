import type { Alert } from '../route/alert.js'
import type { Deployable } from '../route/deployable.js'
import type { Failed } from '../route/route.js'
import { failureRecord } from '../failure/failure-record.js'
import type { Json } from '../message/json.js'
import { FlowBuilder } from '../flow/builder.js'
import type { AnyStep, Definition } from '../flow/op.js'
import { withSteps } from '../flow/with-steps.js'
import { memoryJournal } from '../journal/memory.js'
import { memoryStore } from '../journal/memory-store.js'
import type { Journal } from '../ports/journal.js'
import { silentLogger, type Logger } from '../ports/logger.js'
import { seededRandom } from '../ports/random.js'
import { right } from '../result/result.js'
import type { RuntimeOptions } from '../runtime/options.js'
import { createRuntime, type Runtime } from '../runtime/runtime.js'
import type { Accepted, Intake, Source } from '../source/source.js'
import { replaceInner } from '../step/target.js'
import type { Clock } from '../ports/clock.js'
import { incarnation, type IncarnationClock } from './incarnation.js'
import type { InterleavedProcess, Interleaver } from './interleaver.js'
import { Killed } from './killed.js'
import { RealSources } from './real-source.js'
import { recorded, standIn, type Delivered, type Stand } from './record.js'
import { virtualClock, type VirtualClock } from './virtual-clock.js'

/** Options of `testFlow`. */
export interface TestOptions {
  /** Steps by name: what stands in for them. A target's stand-in gets what `with` made of the body. */
  readonly replace?: Readonly<Record<string, Stand>>
  /** Other flows to deploy beside it: those that it diverts to, those behind the same ingress. */
  readonly flows?: readonly Deployable[]
  /** Makes the journal, again at each restart. Default: a memory journal that survives restarts. */
  readonly journal?: (clock: Clock) => Journal
  /** Of all randomness. Default 1. */
  readonly seed?: number
  /** When virtual time begins: epoch milliseconds. Default the start of 2026. Not where `interleave` brings a clock. */
  readonly start?: number
  /** Overrides of configuration. */
  readonly config?: Readonly<Record<string, string>>
  /**
   * `'real'`: the sources of the flow and of `flows` (schedules, polls) are started, and `run(ms)` drives them in virtual
   * time. `settle`, `send` and `replay` wait for what is under way, a call of a source too, but for no planned time. `send`
   * goes beside the source: its position does not move. Default: messages come by `send` alone.
   */
  readonly sources?: 'real'
  /** Where `deliver` sends requests; with it the flow's real source is started. */
  readonly ingress?: { fetch(request: Request): Promise<Response> }
  /** Further options of the runtime. */
  readonly runtime?: Omit<Partial<RuntimeOptions>, 'flows' | 'journal' | 'clock' | 'random'>
  readonly log?: Logger
  /** What decides the order in which concurrent things go on, and what strikes: given by `run.testFlow` of `interleavings`. */
  readonly interleave?: Interleaver
}

/** How a message may be sent. */
export interface SendOptions {
  readonly dedupe?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly type?: string
  readonly undecodable?: 'dead-letter' | 'refuse'
}

/** A message that was put aside. */
export interface Dead extends Failed {
  readonly id: string
}

/** What happened since the test began, once everything has come to rest. */
export interface Report {
  /** What became of the messages of this call, in order. */
  readonly accepted: readonly Accepted[]
  readonly delivered: readonly Delivered[]
  readonly dead: readonly Dead[]
  readonly alerts: readonly Alert[]
  /** Entries still waiting. */
  readonly pending: number
  /** Virtual time that this call took: milliseconds. */
  readonly virtualMs: number
}

/** A flow under test: the real runtime on a virtual clock, with no network needed. */
export interface FlowTest extends AsyncDisposable {
  readonly clock: VirtualClock
  /** The runtime of now; another after a restart. */
  readonly runtime: Runtime
  /** Sends one message through the source's decoder, and runs until everything is at rest. */
  send(raw: unknown, options?: SendOptions): Promise<Report>
  /** Sends several at once. */
  sendAll(raws: readonly unknown[], options?: SendOptions): Promise<Report>
  /** Sends one and does not wait. Rejects with `Killed` when the process is killed meanwhile. */
  give(raw: unknown, options?: SendOptions): Promise<Accepted>
  /** Sends a request to the ingress, and runs until everything is at rest. */
  deliver(request: Request): Promise<Report & { readonly response: Response }>
  /** Replays a dead letter: its hop, or the whole message. */
  replay(id: string, what?: 'hop' | 'message'): Promise<Report>
  /** Runs until everything is at rest. */
  settle(): Promise<Report>
  /** Runs for so many virtual milliseconds. */
  run(ms: number): Promise<Report>
  /** Kills the process and starts another on what is durable; `clean`: stops it first. */
  restart(options?: { readonly clean?: boolean }): Promise<void>
  stop(): Promise<void>
}

/**
 * Puts a flow under test. Time is virtual and moves only when everything waits; retries of a day take milliseconds.
 *
 * @example
 * await using t = testFlow(publish, { replace: { put: () => new Unavailable() } })
 * const { dead } = await t.send({ uid: 'a' })
 */
export const testFlow = (flow: Deployable, options: TestOptions = {}): FlowTest => new Harness(flow, options)

/** One process of the service under test. */
interface Life {
  readonly clock: IncarnationClock
  runtime: Runtime
  readonly process: InterleavedProcess | undefined
  readonly sources: RealSources
  /** Resolves when it is killed. */
  readonly gone: Promise<void>
  readonly bury: () => void
  dead: boolean
  /** It has started. */
  up: boolean
  started: Promise<void>
}

class Harness implements FlowTest {
  readonly clock: VirtualClock
  readonly #o: TestOptions
  readonly #flow: Deployable
  readonly #store = memoryStore()
  readonly #random: ReturnType<typeof seededRandom>
  readonly #delivered: Delivered[] = []
  readonly #alerts: Alert[] = []
  #life: Life | undefined
  #intake: Intake | undefined
  #stopping = false

  constructor(flow: Deployable, options: TestOptions) {
    if ((flow as { definition?: Definition } | null | undefined)?.definition?.rest === undefined)
      throw new TypeError('testFlow: expected a closed flow: one that ends with onError or otherwise')
    const { sources, seed, journal, flows } = options
    if (seed !== undefined && !Number.isFinite(seed))
      throw new TypeError(`testFlow: seed: expected a number, got ${String(seed)}`)
    if (journal !== undefined && typeof journal !== 'function')
      throw new TypeError(`testFlow: journal: expected a function that makes one, got ${typeof journal}`)
    if (flows !== undefined && !Array.isArray(flows))
      throw new TypeError(`testFlow: flows: expected a list of flows, got ${typeof flows}`)
    if (sources !== undefined && sources !== 'real')
      throw new TypeError(`testFlow: sources: expected 'real', got ${JSON.stringify(sources)}`)
    if (sources === 'real' && (flow as unknown as { definition: Definition }).definition.source === undefined)
      throw new TypeError("testFlow: sources: the flow has no source to start: leave 'real' out, and send")
    this.#flow = flow
    this.#o = options
    this.clock = options.interleave?.clock ?? virtualClock(options)
    this.#random = seededRandom(options.seed ?? 1)
  }

  get runtime(): Runtime {
    return this.#alive().runtime
  }
  send(raw: unknown, options?: SendOptions): Promise<Report> {
    return this.sendAll([raw], options)
  }
  async sendAll(raws: readonly unknown[], options: SendOptions = {}): Promise<Report> {
    await this.#up()
    const from = this.clock.now()
    const accepted = await this.#accept(raws, options)
    await this.#settle()
    return this.#report(from, accepted)
  }
  async give(raw: unknown, options: SendOptions = {}): Promise<Accepted> {
    await this.#up()
    return (await this.#accept([raw], options))[0]!
  }
  async deliver(request: Request): Promise<Report & { readonly response: Response }> {
    if (this.#o.ingress === undefined) throw new TypeError('testFlow: deliver needs the option ingress')
    const life = await this.#up()
    const from = this.clock.now()
    const response = await this.#answered(life, this.#o.ingress.fetch(request))
    await this.#settle()
    return { ...(await this.#report(from, [])), response }
  }
  async replay(id: string, what: 'hop' | 'message' = 'hop'): Promise<Report> {
    const life = await this.#up()
    const from = this.clock.now()
    await this.#answered(life, life.runtime.deadLetters.replay([id], { what }))
    await this.#settle()
    return this.#report(from, [])
  }
  async settle(): Promise<Report> {
    await this.#up()
    const from = this.clock.now()
    await this.#settle()
    return this.#report(from, [])
  }
  async run(ms: number): Promise<Report> {
    await this.#up()
    const from = this.clock.now()
    await this.clock.advanceBy(ms)
    return this.#report(from, [])
  }
  async restart(options: { readonly clean?: boolean } = {}): Promise<void> {
    if (options.clean === true) await this.stop()
    else this.#kill()
    await this.#up()
  }
  async stop(): Promise<void> {
    const life = this.#life
    if (life === undefined) return
    await this.#answered(life, life.started).catch(() => {})
    if (life.dead) return this.stop()
    this.#stopping = true
    try {
      await this.#ended(life)
    } catch (thrown) {
      // A process that is killed while it stops has stopped all the same.
      if (!life.dead) throw thrown
    } finally {
      this.#kill()
      this.#stopping = false
    }
  }
  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  async #ended(life: Life): Promise<void> {
    let over = false
    const stopped = life.runtime.stop().finally(() => (over = true))
    if (this.#o.interleave === undefined) await this.clock.settle(() => over)
    await this.#answered(life, stopped)
  }

  #kill(): void {
    if (this.#life === undefined) return
    const { process, clock, bury, sources } = this.#life
    this.#life.dead = true
    process?.kill()
    clock.kill()
    sources.kill()
    bury()
    this.#life = undefined
    this.#intake = undefined
  }

  /** What struck the process has killed it: another takes its place, as whatever watches over a service would see to. */
  #crashed(life: Life): void {
    if (this.#life !== life) return
    this.#kill()
    if (!this.#stopping) this.#alive().started.catch(() => {})
  }

  /** The process of now, once it has started; the next one, if it is killed before that. */
  async #up(): Promise<Life> {
    for (;;) {
      const life = this.#alive()
      if (life.up) return life
      await this.#answered(life, life.started).catch((thrown: unknown) => {
        if (life.dead) return
        // What struck a source at its start ends the process; whoever insists finds the next one.
        if (this.#o.interleave !== undefined) this.#crashed(life)
        throw thrown
      })
      life.up = !life.dead
    }
  }

  #alive(): Life {
    return (this.#life ??= this.#begin())
  }

  #begin(): Life {
    const process = this.#o.interleave?.process(this, () => this.#crashed(life))
    const clock = incarnation(process?.clock ?? this.clock)
    let bury = (): void => {}
    const gone = new Promise<void>((resolve) => (bury = resolve))
    const life: Life = {
      clock,
      process,
      sources: new RealSources(),
      gone,
      bury,
      dead: false,
      up: false,
      runtime: undefined as unknown as Runtime,
      started: Promise.resolve(),
    }
    const real = this.#o.journal?.(clock) ?? memoryJournal({ clock, store: this.#store })
    const journal = process?.journal(real) ?? real
    const substitute = (step: AnyStep, name: string): AnyStep => {
      const stand = this.#o.replace?.[name] ?? this.#o.replace?.[step.name]
      return replaceInner(step, (inner) => {
        const stood = stand === undefined ? inner : standIn(inner, stand)
        if (inner.effect === 'none') return stand === undefined ? stood : (process?.step(stood) ?? stood)
        const told = recorded(
          stood,
          (d) => this.#delivered.push(d),
          () => life.dead,
        )
        return process?.step(told) ?? told
      })
    }
    const flows = [this.#flow, ...(this.#o.flows ?? [])].map((f) =>
      this.#prepared(f, substitute, f === this.#flow, life.sources),
    )
    life.runtime = createRuntime({
      log: this.#o.log ?? silentLogger,
      ...this.#o.runtime,
      ...(this.#o.config !== undefined && { config: this.#o.config }),
      flows,
      journal,
      clock,
      random: this.#random,
      alertStep: (target) => {
        const told = recorded(
          this.#o.runtime?.alertStep?.(target) ?? target,
          (d) => this.#alerts.push(d.input as unknown as Alert),
          () => life.dead,
        )
        return (process?.step(told) ?? told) as never
      },
    })
    life.started = life.runtime.start()
    return life
  }

  #prepared(
    f: Deployable,
    substitute: (s: AnyStep, name: string) => AnyStep,
    tested: boolean,
    sources: RealSources,
  ): Deployable {
    const d = withSteps((f as unknown as { definition: Definition }).definition, substitute)
    const real = d.source
    if (this.#o.sources === 'real' && real !== undefined) {
      const source = sources.of(real, tested ? (intake) => (this.#intake = intake) : undefined)
      return new FlowBuilder({ ...d, source }) as unknown as Deployable
    }
    if (real !== undefined && this.#o.ingress !== undefined) {
      const source = sources.served(real, tested ? (intake) => (this.#intake = intake) : undefined)
      return new FlowBuilder({ ...d, source }) as unknown as Deployable
    }
    if (!tested) return new FlowBuilder(d) as unknown as Deployable
    const source: Source<unknown, never> = {
      name: real?.name ?? 'test',
      single: false,
      ...(real?.settings && { settings: real.settings }),
      ...(real?.shape && { shape: real.shape }),
      decode: (raw) => (real === undefined ? right(raw) : real.decode(raw)),
      start: (intake) => {
        this.#intake = intake
        return { stop() {} }
      },
    }
    return new FlowBuilder({ ...d, source }) as unknown as Deployable
  }

  async #accept(raws: readonly unknown[], o: SendOptions): Promise<readonly Accepted[]> {
    const life = await this.#up()
    if (this.#intake === undefined)
      throw life.dead
        ? new Killed()
        : new Error('testFlow: send: the source is not at work: its lease is not free yet; run(ms) first')
    const taken = this.#intake.accept(
      raws.map((raw) => ({
        raw: structuredClone(raw) as Json,
        type: o.type ?? 'test',
        undecodable: o.undecodable ?? 'dead-letter',
        ...o,
      })),
    )
    return this.#answered(life, taken)
  }

  /** In an interleaved run: moves time too, when nothing else would bring the answer; and a killed process gives none. */
  async #answered<A>(life: Life, answer: Promise<A>): Promise<A> {
    const { interleave } = this.#o
    if (interleave === undefined) return answer
    let over = false
    const ended = new Promise<A>((resolve, reject) => {
      answer.then(resolve, reject)
      void life.gone.then(() => over || reject(new Killed()))
    }).finally(() => (over = true))
    return Promise.race([ended, interleave.until(() => over).then(() => ended)])
  }

  #settle(): Promise<void> {
    return this.clock.settle(
      () => this.#life === undefined || (this.#life.runtime.idle && this.#life.sources.idle),
    )
  }

  async #report(from: number, accepted: readonly Accepted[]): Promise<Report> {
    const { runtime } = await this.#up()
    const letters = await runtime.deadLetters.list({ limit: 100_000 })
    const counts = await runtime.counts()
    return {
      accepted,
      delivered: [...this.#delivered],
      dead: letters.map((l) => ({
        id: l.id,
        body: l.body,
        flow: l.flow,
        hop: l.hop,
        error: l.errors.at(-1) ?? failureRecord(undefined),
        attempts: l.attempts,
      })),
      alerts: [...this.#alerts],
      pending: counts.reduce((n, c) => n + (c.what === 'waiting' ? c.n : 0), 0),
      virtualMs: this.clock.now() - from,
    }
  }
}
