import type { Random } from '../../ports/random.js'
import type { Engine, Owner } from '../interleave-engine.js'
import type { FaultKind, Struck } from './fault.js'
import type { FaultPlan } from './fault-plan.js'
import type { Story } from './story.js'

/** What everything in one run works with. */
export interface Stage {
  readonly engine: Engine
  readonly story: Story
  readonly plan: FaultPlan
  /** Of the order of things. */
  readonly chance: Random
}

/** One life of a process: from its start to its end. */
export class Life implements Owner {
  /** `p1`, `p2`, …: the same in all lives. */
  readonly name: string
  readonly slowness: number
  dead = false
  frozenUntil = 0
  /** Epoch milliseconds until which its calls of the journal fail, or do not go on. */
  cutUntil = 0
  hangUntil = 0
  /** Whether faults strike: from the end of its start to the begin of its stop. */
  atWork = false
  /** It takes no messages any more. */
  stopping = false
  /** It was stopped in good order: nothing of it may happen any more. */
  stopped = false
  /** Leases that it was given. */
  readonly tokens: Set<string> = new Set()
  readonly #stage: Stage
  readonly #ended: (how: 'crash' | 'restart') => void
  readonly #gone: Set<() => void> = new Set()
  readonly #labels = new Map<string, string>()

  /** `ended`: told, in a step of its own, when a fault ends it. */
  constructor(name: string, stage: Stage, ended: (how: 'crash' | 'restart') => void) {
    this.name = name
    this.slowness = stage.chance.next() < 0.25 ? 4 : 1
    this.#stage = stage
    this.#ended = ended
  }

  get frozen(): boolean {
    return this.frozenUntil > this.#stage.engine.now
  }

  /** Goes on with `f` some steps from now. */
  later(f: () => void): void {
    this.#stage.engine.ready(this, f)
  }

  /** Goes on with `f` now, or some steps from now. */
  nowOrLater(f: () => void): void {
    if (this.#stage.chance.next() < 0.5) f()
    else this.later(f)
  }

  /** Told once it is killed; gives what takes that back. */
  whenGone(f: () => void): () => void {
    this.#gone.add(f)
    return () => void this.#gone.delete(f)
  }

  /** Comes to a point. What concerns the whole process has happened when this returns; the rest is the caller's. */
  strike(call: string, when: 'before' | 'after', can: readonly FaultKind[]): Struck | undefined {
    if (this.dead) return undefined
    const { plan, engine } = this.#stage
    const struck = plan.at(this.name, call, when, can)
    if (struck === undefined) return undefined
    const { kind, ms = 0 } = struck
    const until = engine.now + ms
    this.say(`${MARK} ${said(struck)}`)
    if (kind === 'crash') this.#dies('crash')
    else if (kind === 'restart') engine.ready(undefined, () => this.#ended('restart'))
    else if (kind === 'freeze') this.frozenUntil = Math.max(this.frozenUntil, until)
    else if (kind === 'cut') this.cutUntil = until
    else if (kind === 'hang') this.hangUntil = until
    return struck
  }

  /** None of its code runs any more, and whoever waits for it learns so. */
  kill(): void {
    this.dead = true
    this.#stage.engine.bury(this)
    for (const f of this.#gone) f()
    this.#gone.clear()
  }

  say(what: string, about?: unknown): void {
    this.#stage.story.add(this.#stage.engine.now, this.name, what, about)
  }

  /** A text of its name and another, made once. */
  label(of: string): string {
    let label = this.#labels.get(of)
    if (label === undefined) this.#labels.set(of, (label = `${this.name} ${of}`))
    return label
  }

  #dies(how: 'crash'): void {
    this.kill()
    this.#stage.engine.ready(undefined, () => this.#ended(how))
  }
}

/** Stands before whatever a fault did. */
export const MARK = '⚡'

const said = ({ kind, call, when, ms }: Struck): string => {
  const lasting = ms === undefined ? '' : ` for ${ms} ms`
  switch (kind) {
    case 'crash':
      return `CRASH ${when} ${call}`
    case 'restart':
      return `STOP and start, ${when} ${call}`
    case 'freeze':
      return `FROZEN${lasting}, ${when} ${call}`
    case 'cut':
      return `CUT OFF from the journal${lasting}`
    case 'hang':
      return `journal HANGS${lasting}`
    case 'reject':
      return `${call} REJECTED, nothing written`
    case 'unheard':
      return `${call} REJECTED, though written`
    case 'refuse':
      return `${call} NEVER ARRIVES`
    case 'slow':
      return `${call} is SLOW${lasting}`
    case 'lost':
      return `${call}: the ANSWER IS LOST`
    case 'duplicate':
      return `${call} arrives TWICE`
    case 'again':
      return `${call} is sent AGAIN`
  }
}
