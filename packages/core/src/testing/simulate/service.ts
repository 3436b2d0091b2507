import { FlowBuilder } from '../../flow/builder.js'
import type { AnyStep, Definition } from '../../flow/op.js'
import { withSteps } from '../../flow/with-steps.js'
import { memoryJournal } from '../../journal/memory.js'
import type { MemoryStore } from '../../journal/memory-store.js'
import { silentLogger } from '../../ports/logger.js'
import { seededRandom } from '../../ports/random.js'
import { right } from '../../result/result.js'
import type { Deployable } from '../../route/deployable.js'
import type { AlertTarget } from '../../route/route.js'
import type { RuntimeOptions } from '../../runtime/options.js'
import { createRuntime, type Runtime } from '../../runtime/runtime.js'
import type { Intake, Source } from '../../source/source.js'
import { replaceInner } from '../../step/target.js'
import { InterleavedClock } from '../interleaved-clock.js'
import { Life } from './process.js'
import type { Door } from './sender.js'
import { simulatedJournal, type JournalStage } from './simulated-journal.js'
import { simulatedStep, type StepStage } from './simulated-step.js'
import type { Remote, World } from './world.js'

/** What services are made of. */
export interface ServiceStage extends JournalStage, StepStage {
  readonly store: MemoryStore
  readonly world: World
  readonly definitions: readonly Definition[]
  /** Flows without a source to which the script sends. */
  readonly sentTo: ReadonlySet<string>
  readonly processes: number
  readonly runtime: SimulatedRuntimeOptions
}

/** Options of the runtimes under simulation. */
export type SimulatedRuntimeOptions = Pick<
  RuntimeOptions,
  'alert' | 'concurrency' | 'maxPending' | 'lease' | 'attempt' | 'alertWindow' | 'grace' | 'log' | 'config'
>

/** How long whatever watches over a process takes to start it again: virtual milliseconds. */
const RESTARTS_WITHIN = 3000

/** One process of the service: lives one after the other, each a real runtime on the one store. */
export class Service {
  readonly name: string
  readonly #stage: ServiceStage
  #life: Life | undefined
  #runtime: Runtime | undefined
  #intakes: ReadonlyMap<string, () => Intake | undefined> = new Map()
  #up = false
  #over = false
  #starts = 0
  /** What ended a run from inside: no fault that was played. */
  failed: unknown

  constructor(name: string, stage: ServiceStage) {
    this.name = name
    this.#stage = stage
  }

  get up(): boolean {
    return this.#up
  }
  get starts(): number {
    return this.#starts
  }
  get runtime(): Runtime | undefined {
    return this.#runtime
  }
  get life(): Life | undefined {
    return this.#life
  }

  start(): void {
    if (this.#over) return
    const stage = this.#stage
    const { engine, chance } = stage
    this.#starts++
    const life = new Life(this.name, stage, (how) => this.#ended(life, how))
    const clock = new InterleavedClock(engine, stage.waits, life, seededRandom(seedOf(chance.next())))
    const real = memoryJournal({
      clock,
      store: stage.store,
      processes: stage.processes === 1 ? 'one' : 'many',
    })
    const known = new Set<string>()
    const { flows, intakes } = deployed(stage, life, known)
    const runtime = createRuntime({
      log: silentLogger,
      ...stage.runtime,
      flows,
      journal: simulatedJournal(stage, life, real),
      clock,
      random: seededRandom(seedOf(chance.next())),
      alertStep: (target) => {
        known.add(target.name)
        const remote = stage.world.steps?.[target.name] ?? takesAll
        return simulatedStep(stage, life, target, remote) as unknown as AlertTarget
      },
    })
    if (this.#starts === 1) checkStands(stage.world, known)
    this.#life = life
    this.#runtime = runtime
    this.#intakes = intakes
    life.say('starts')
    runtime.start().then(
      () => {
        if (this.#life === life && !life.dead) this.#up = true
      },
      (thrown: unknown) => {
        if (life.dead) return
        // A process that cannot start ends, and is started again.
        if (life.atWork || isTrouble(thrown)) this.#crashed(life)
        else this.failed = thrown
      },
    )
  }

  /** Where messages of a flow can be brought; none while it is down, or its source is not at work. */
  door(flow: string): Door | undefined {
    const intake = this.#up ? this.#intakes.get(flow)?.() : undefined
    return intake === undefined ? undefined : { life: this.#life!, intake }
  }

  /** Stops it in good order; `f` is told once nothing of it should be left. */
  stop(f: () => void): void {
    const life = this.#life
    if (life === undefined || life.dead || life.stopping) return
    this.#up = false
    life.stopping = true
    life.say('stops')
    const ended = (): void => {
      if (life.dead) return
      // Some steps later, so that whatever it left in the air has come down.
      this.#stage.engine.ready(undefined, () => {
        if (life.dead) return
        this.#stopped(life)
        f()
      })
    }
    this.#runtime!.stop().then(ended, (thrown: unknown) => {
      if (!life.dead) this.failed = thrown
    })
  }

  /** No more starts. */
  end(): void {
    this.#over = true
  }

  #stopped(life: Life): void {
    const { engine, witness } = this.#stage
    life.stopped = true
    const left = engine.timersOf(life)
    const [first] = left
    if (first !== undefined)
      witness.breach(
        'quietAfterStop',
        `${this.name} has stopped, and ${left.length} of its timers are set: the first is due in ${first - engine.now} ms`,
      )
    life.say('has stopped')
  }

  #ended(life: Life, how: 'crash' | 'restart'): void {
    if (this.#life !== life) return
    if (how === 'crash') return this.#crashed(life)
    if (!this.#up) return
    this.stop(() => {
      // What it left behind may still come: for a while, it is watched.
      this.#stage.engine.timer(
        undefined,
        this.#stage.chance.next() * RESTARTS_WITHIN,
        () => this.#next(life),
        false,
      )
    })
  }

  #crashed(life: Life): void {
    this.#up = false
    if (!life.dead) life.kill()
    this.#stage.engine.timer(
      undefined,
      this.#stage.chance.next() * RESTARTS_WITHIN,
      () => this.#next(life),
      false,
    )
  }

  #next(life: Life): void {
    if (this.#life !== life) return
    if (!life.dead) life.kill()
    this.start()
  }
}

/** A stand-in for a step that is not there is most often a slip of the pen: the real step would be at work. */
const checkStands = ({ steps = {} }: World, known: ReadonlySet<string>): void => {
  const unknown = Object.keys(steps).find((name) => !known.has(name))
  if (unknown !== undefined)
    throw new TypeError(
      `simulate: world: steps: expected names of steps (${[...known].join(', ')}), got ${JSON.stringify(unknown)}`,
    )
}

const takesAll: Remote = () => ({})

const seedOf = (n: number): number => Math.floor(n * 2 ** 32)

const isTrouble = (thrown: unknown): boolean =>
  (thrown as { readonly _tag?: unknown } | undefined)?._tag === 'JournalUnavailable'

/** The flows with simulated steps, and sources that wait for what the script sends. */
const deployed = (
  stage: ServiceStage,
  life: Life,
  known: Set<string>,
): {
  readonly flows: readonly Deployable[]
  readonly intakes: ReadonlyMap<string, () => Intake | undefined>
} => {
  const substitute = (step: AnyStep, name: string): AnyStep => {
    known.add(name).add(step.name)
    const remote = stage.world.steps?.[name] ?? stage.world.steps?.[step.name]
    return replaceInner(step, (inner) => simulatedStep(stage, life, inner, remote))
  }
  const sources = new Map<Source<unknown, never> | string, Passive>()
  const intakes = new Map<string, () => Intake | undefined>()
  const flows = stage.definitions.map((definition) => {
    const d = withSteps(definition, substitute)
    const real = d.source
    if (real === undefined && !stage.sentTo.has(d.name)) return new FlowBuilder(d) as unknown as Deployable
    // Polls and schedules are at work themselves.
    const known = real ?? d.name
    let source = sources.get(known)
    if (source === undefined) sources.set(known, (source = passive(real, d.name)))
    intakes.set(d.name, source.intake)
    return new FlowBuilder({ ...d, source: source.source }) as unknown as Deployable
  })
  return { flows, intakes }
}

interface Passive {
  readonly source: Source<unknown, never>
  intake(): Intake | undefined
}

const passive = (real: Source<unknown, never> | undefined, flow: string): Passive => {
  let at: Intake | undefined
  const source: Source<unknown, never> = {
    name: real?.name ?? `sender of ${flow}`,
    single: real?.single ?? false,
    ...(real?.settings && { settings: real.settings }),
    decode: (raw) => (real === undefined ? right(raw) : real.decode(raw)),
    start: (intake) => {
      at = intake
      return real?.single === true ? real.start(intake) : { stop() {} }
    },
  }
  return { source, intake: () => at }
}
