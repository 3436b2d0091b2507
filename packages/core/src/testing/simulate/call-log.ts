import type { Tagged } from '../../failure/failure.js'
import type { AnyStep } from '../../flow/op.js'
import type { Claimed } from '../../ports/journal.js'
import type { Result } from '../../result/result.js'
import type { Context } from '../../step/step.js'
import type { Engine } from '../interleave-engine.js'
import type { Called } from './ledger.js'
import type { Life } from './process.js'
import type { Story } from './story.js'
import type { Witness } from './witness.js'

type Writable<A> = { -readonly [K in keyof A]: A[K] }

/** A call of an effect, with what laws ask besides. */
export interface LoggedCall extends Writable<Called> {
  /** How often its entry had been replayed by then. */
  round: number
  /** `reconcile` said, after it, that it never took effect. */
  absent: boolean
}

/** What a call log works with. */
export interface CallStage {
  readonly engine: Engine
  readonly story: Story
  readonly witness: Witness
}

/** Every call of a target, as it left its process. */
export class CallLog {
  readonly calls: LoggedCall[] = []
  readonly #stage: CallStage

  constructor(stage: CallStage) {
    this.#stage = stage
  }

  /** A step is called. `entered`: its destination has just let it in. */
  arrives(life: Life, step: AnyStep, ctx: Context, entered: boolean): Calling {
    return new Calling(this.#stage, this.calls, life, step, ctx, entered)
  }

  /** A remote was asked, and knows nothing of a key. */
  absent(target: string, key: string): void {
    const { engine, story } = this.#stage
    story.add(engine.now, 'remotes', `${target} asked: never took effect`, key)
    for (const call of this.calls) if (call.target === target && call.key === key) call.absent = true
  }
}

/** One call under way. */
export class Calling {
  readonly #stage: CallStage
  readonly #calls: LoggedCall[]
  readonly #life: Life
  readonly #step: AnyStep
  readonly #ctx: Context
  readonly #parked: boolean
  readonly #label: string
  #call: LoggedCall | undefined

  constructor(
    stage: CallStage,
    calls: LoggedCall[],
    life: Life,
    step: AnyStep,
    ctx: Context,
    entered: boolean,
  ) {
    this.#stage = stage
    this.#calls = calls
    this.#life = life
    this.#step = step
    this.#ctx = ctx
    this.#label = life.label(step.name)
    this.#parked = entered && (step.destination?.gate(ctx.clock).parkedUntil() ?? 0) > stage.engine.now
    if (life.stopped)
      stage.witness.breach('quietAfterStop', `${life.name} called ${step.name} after its stop`)
  }

  leaves(body: string): void {
    const { engine, story, witness } = this.#stage
    const { entry, hop } = this.#ctx as Partial<{ entry: Claimed; hop: string }>
    const { key, attempt } = this.#ctx
    story.add(engine.now, this.#life.name, this.#label, { key, attempt })
    if (this.#step.effect === 'none') return
    const lived = entry === undefined ? undefined : witness.entries.get(entry.id)
    if (lived?.ended === 'delivered' && !witness.byTime)
      witness.breach('onlyWhatFailed', `${this.#step.name} was called for ${entry!.id}, which was delivered`)
    this.#call = {
      n: this.#calls.length + 1,
      target: this.#step.name,
      effect: this.#step.effect,
      flow: entry?.flow ?? '',
      hop: hop ?? '',
      key,
      entry: entry?.id ?? key,
      message: entry === undefined ? key : rootOf(entry.id),
      body,
      attempt,
      process: this.#life.name,
      at: engine.now,
      stale: entry !== undefined && !witness.holds(entry.lease),
      parked: this.#parked,
      took: 0,
      known: false,
      heard: undefined,
      round: lived?.rounds ?? 0,
      absent: false,
    }
    this.#calls.push(this.#call)
  }

  takes(known: boolean): void {
    const { engine, story } = this.#stage
    story.add(engine.now, 'remotes', this.#step.name, this.#call)
    if (this.#call === undefined) return
    this.#call.took++
    this.#call.known = known
  }

  refused(failure: Tagged): void {
    const { engine, story } = this.#stage
    story.add(engine.now, 'remotes', `${this.#step.name} fails: ${failure._tag}`, this.#ctx.key)
  }

  hears(result: Result<Tagged, unknown>): void {
    if (this.#call === undefined) return
    this.#call.heard = result._tag === 'Right' ? 'ok' : result.left.kind === 'unknown' ? 'unknown' : 'failed'
  }
}

const rootOf = (id: string): string => {
  const cut = id.indexOf('/')
  return cut < 0 ? id : id.slice(0, cut)
}
