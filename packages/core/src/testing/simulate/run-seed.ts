import { failureRecord } from '../../failure/failure-record.js'
import type { Definition } from '../../flow/op.js'
import { counts } from '../../journal/counts.js'
import { find } from '../../journal/find.js'
import { MemoryStore, memoryStore } from '../../journal/memory-store.js'
import type { Json } from '../../message/json.js'
import { systemClock } from '../../ports/clock.js'
import { seededRandom } from '../../ports/random.js'
import { Engine } from '../interleave-engine.js'
import { InterleavedClock, Waits } from '../interleaved-clock.js'
import { Actor } from './actor.js'
import { CallLog } from './call-log.js'
import type { Struck } from './fault.js'
import { FaultPlan } from './fault-plan.js'
import type { Ledger } from './ledger.js'
import { expectations } from './expectations.js'
import { definitionOf, type Part, type Plan } from './options.js'
import type { Stage } from './process.js'
import { Sender, type Door } from './sender.js'
import { Service, type ServiceStage } from './service.js'
import { Story } from './story.js'
import { Witness } from './witness.js'

/** What one run came to. */
export interface Run {
  readonly seed: number
  readonly ledger: Ledger
  readonly story: Story
  readonly faults: readonly Struck[]
  /** The law that it broke, and how. */
  readonly broken: { readonly law: string; readonly why: string } | undefined
  /** Messages and items of the whole script. */
  readonly made: number
  readonly steps: number
  readonly points: number
  readonly restarts: number
  readonly acknowledged: number
}

const START = Date.UTC(2026, 0)

/** Moves of time in one run, at most. */
const MOVES = 50_000

/** Runs one seed to its end, and asks the laws. Rejects with what the world or a flow's deployment throws. */
export const runSeed = async (plan: Plan, seed: number, only: Part = {}): Promise<Run> => {
  const one = new Scene(plan, seed, only)
  await one.play()
  return one.judge()
}

class Scene {
  readonly #plan: Plan
  readonly #seed: number
  readonly #engine: Engine
  readonly #waits = new Waits()
  readonly #clock: InterleavedClock
  readonly #story = new Story(START)
  readonly #faults: FaultPlan
  readonly #witness: Witness
  readonly #calls: CallLog
  readonly #store = memoryStore()
  readonly #actor: Actor
  readonly #senders: readonly Sender[]
  readonly #services: readonly Service[]
  readonly #definitions: readonly Definition[]
  readonly #done: () => boolean
  readonly #repairs: boolean
  readonly #processes: number
  readonly #versioned: boolean
  #repairing = 0
  #stuck: string | undefined

  constructor(plan: Plan, seed: number, only: Part) {
    this.#plan = plan
    this.#seed = seed
    const chance = seededRandom(mixed(seed, 2 + 16 * (only.order ?? 0)))
    const engine = (this.#engine = new Engine(chance, START))
    const waits = this.#waits
    const processes = (this.#processes = plan.processes(seed))
    this.#faults = new FaultPlan(
      plan.faults,
      seededRandom(mixed(seed, 3 + 16 * (only.order ?? 0))),
      only.faults,
    )
    const stage: Stage = { engine, story: this.#story, plan: this.#faults, chance }
    this.#clock = new InterleavedClock(engine, waits, undefined, seededRandom(mixed(seed, 4)))
    this.#witness = new Witness({ now: () => engine.now, byTime: processes > 1 })
    this.#calls = new CallLog({ engine, story: this.#story, witness: this.#witness })
    const messages = only.messages && new Set(only.messages)
    const actor = (this.#actor = new Actor(
      seed,
      seededRandom(mixed(seed, 1)),
      this.#clock,
      { ...stage, waits },
      messages,
    ))
    const world = plan.world(actor)
    const flows = typeof plan.flows === 'function' ? plan.flows(actor) : plan.flows
    actor.close()
    this.#done = () => world.done?.() ?? true
    this.#definitions = plan.definitions ?? flows.map(definitionOf)
    this.#versioned = this.#definitions.some((d) => d.accept.latest !== undefined)
    this.#repairs = plan.repair && actor.chance(0.5)
    const serviceStage: ServiceStage = {
      ...stage,
      waits,
      world,
      witness: this.#witness,
      calls: this.#calls,
      answered: new Map(),
      store: this.#store,
      definitions: this.#definitions,
      sentTo: new Set(actor.script.map((m) => m.flow)),
      processes,
      runtime: plan.runtime,
    }
    this.#services = Array.from({ length: processes }, (_, i) => new Service(`p${i + 1}`, serviceStage))
    const door = (flow: string): Door | undefined => this.#door(flow, chance.next())
    this.#senders = actor.script.map((m) => new Sender({ ...stage, door }, m, mixed(seed, 1000 + m.n)))
    checkScript(actor.script, this.#definitions)
  }

  async play(): Promise<void> {
    for (const s of this.#services) s.start()
    for (const s of this.#senders) s.start()
    if (this.#repairs) this.#engine.timer(undefined, this.#actor.below(60_000), () => this.#repair(), false)
    const faultsEnd = START + this.#plan.faultsForMs
    await this.#until(() => this.#atRest() || this.#engine.now >= faultsEnd)
    this.#faults.calm()
    this.#actor.healed = true
    this.#story.add(this.#engine.now, 'sender', 'from here on nothing strikes')
    const end = this.#engine.now + this.#plan.withinMs
    await this.#until(() => this.#atRest(), end)
    if (this.#stuck !== undefined || !this.#repairs) return
    this.#repair()
    await this.#until(() => this.#atRest(), end)
  }

  /** What the run came to; stops the processes first. */
  async judge(): Promise<Run> {
    const ledger = this.#ledger()
    if (this.#stuck === undefined) await this.#stopAll()
    const broken = this.#broken(ledger)
    return {
      seed: this.#seed,
      ledger,
      story: this.#story,
      faults: this.#faults.struck,
      broken,
      made: this.#actor.made,
      steps: this.#engine.steps,
      points: this.#faults.points,
      restarts: this.#services.reduce((n, s) => n + s.starts - 1, 0),
      acknowledged: this.#senders.filter((s) => s.heard.length > 0).length,
    }
  }

  #broken(ledger: Ledger): Run['broken'] {
    const [breach] = this.#witness.breaches
    const known = this.#plan.laws.some((l) => l.name === breach?.law)
    if (breach !== undefined && known) return { law: breach.law, why: breach.why }
    if (this.#stuck !== undefined) return { law: 'drains', why: this.#stuck }
    for (const l of this.#plan.laws) {
      const why = l.check(ledger)
      if (why !== undefined) return { law: l.name, why }
    }
    return undefined
  }

  /** Lets everything run, and moves time, until `done` holds at a moment when nothing can run; or until a time. */
  async #until(done: () => boolean, end = Infinity): Promise<void> {
    const engine = this.#engine
    let since: number | undefined
    for (let moves = 0; this.#stuck === undefined;) {
      await engine.quiet()
      this.#check()
      if (engine.runaway) this.#stuck = `code runs and runs, and time never moves: ${this.#waiting()}`
      if (this.#stuck !== undefined) return
      if (engine.busy) continue
      if (done()) return
      const next = engine.next
      if (!this.#clock.allWait || next === undefined) {
        // Something real may be under way.
        since ??= systemClock.now()
        if (systemClock.now() - since > this.#plan.patience)
          this.#stuck = `nothing happens any more, and ${this.#waiting()}`
        else await systemClock.sleep(1)
        continue
      }
      since = undefined
      if (next > end || ++moves > MOVES) this.#stuck = `not at rest in time: ${this.#waiting()}`
      else engine.moveTo(next)
    }
  }

  #check(): void {
    for (const s of this.#services) if (s.failed !== undefined) throw s.failed
  }

  #atRest(): boolean {
    return (
      this.#repairing === 0 &&
      this.#senders.every((s) => s.over) &&
      this.#services.every((s) => s.up && s.runtime!.idle) &&
      this.#pending() === 0 &&
      this.#done()
    )
  }

  #pending(): number {
    // What a newer version ended is counted by the journal alone.
    if (!this.#versioned) return this.#witness.waiting
    return counts(MemoryStore.diskOf(this.#store)).reduce((n, c) => n + (c.what === 'waiting' ? c.n : 0), 0)
  }

  #waiting(): string {
    const unheard = this.#senders.filter((s) => !s.over).map((s) => `#${s.n}`)
    const senders = unheard.length === 0 ? [] : [`senders without an answer: ${unheard.join(', ')}`]
    const down = this.#services.filter((s) => !s.up).map((s) => `${s.name} is down`)
    const left = counts(MemoryStore.diskOf(this.#store))
      .filter((c) => c.what === 'waiting' && c.n > 0)
      .map((c) => `${c.n} at ${c.flow}/${c.hop}`)
    const busy = this.#clock.allWait ? [] : ['a step does not answer']
    const world = this.#done() ? [] : ['the world is not done']
    return [...senders, ...down, ...left, ...busy, ...world].join('; ') || 'a runtime is not idle'
  }

  #door(flow: string, chance: number): Door | undefined {
    const open = this.#services.flatMap((s) => s.door(flow) ?? [])
    return open[Math.floor(chance * open.length)]
  }

  /** An operator replays every dead letter there is. */
  #repair(): void {
    const service = this.#services.find((s) => s.up)
    const ids = find(MemoryStore.diskOf(this.#store), { state: 'dead', limit: 10_000 }).map((f) => f.id)
    if (service === undefined || ids.length === 0) return
    this.#story.add(this.#engine.now, 'sender', 'an operator replays what is dead', ids)
    this.#repairing++
    const over = (): void => void this.#repairing--
    let open = true
    const once = (): void => {
      if (open) over()
      open = false
    }
    service.life!.whenGone(once)
    service.runtime!.deadLetters.replay(ids, { what: 'hop' }).then(once, once)
  }

  async #stopAll(): Promise<void> {
    let left = this.#services.length
    for (const s of this.#services) {
      s.end()
      s.stop(() => left--)
    }
    await this.#until(() => left === 0, this.#engine.now + 600_000)
    // What outlives a stop shows itself soon.
    if (this.#stuck !== undefined) return
    for (const s of this.#services) s.life?.kill()
  }

  #ledger(): Ledger {
    const { targetOf, alertingOf } = this.#plan.expected ?? expectations(this.#definitions)
    const entries = this.#witness.entries
    const disk = MemoryStore.diskOf(this.#store)
    const alerting = new Set<string>()
    for (const [id, e] of entries)
      if (e.ended === 'dead' && alertingOf(e.entry.flow, e.entry.hop, e.errors.at(-1))) alerting.add(id)
    return {
      seed: this.#seed,
      processes: this.#processes,
      sent: this.#senders,
      calls: this.#calls.calls,
      entries,
      dead: find(disk, { state: 'dead', limit: 100_000 }).map((f) => ({
        id: f.id,
        flow: f.flow,
        hop: f.hop,
        body: JSON.parse(f.body) as Json,
        error: failureRecord(f.errors.at(-1)),
        attempts: f.attempts,
      })),
      told: this.#calls.calls.flatMap((c) =>
        c.hop.startsWith('alert ') && c.took > 0
          ? [{ target: c.target, alert: JSON.parse(c.body) as never, key: c.key, at: c.at }]
          : [],
      ),
      counts: counts(disk),
      faults: this.#faults.struck,
      breaches: this.#witness.breaches,
      owed: this.#actor.owed,
      alerting,
      alerted: this.#witness.alerted,
      targetOf,
      virtualMs: this.#engine.now - START,
    }
  }
}

const checkScript = (
  script: readonly { readonly flow: string }[],
  definitions: readonly Definition[],
): void => {
  for (const { flow } of script)
    if (!definitions.some((d) => d.name === flow))
      throw new TypeError(
        `simulate: send: expected one of the flows ${definitions.map((d) => d.name).join(', ')}, got "${flow}"`,
      )
}

// Seeds that follow each other must not give streams that resemble each other, nor one seed two streams alike.
const mixed = (seed: number, stream: number): number => {
  let h = Math.imul(seed ^ Math.imul(stream, 0x9e3779b9), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
