import type { AnyStep } from '../flow/op.js'
import type { Journal } from '../ports/journal.js'
import { seededRandom, type Random } from '../ports/random.js'
import { Engine } from './interleave-engine.js'
import { striking, type Fault, type Faults, type Point } from './interleave-faults.js'
import { Trace } from './interleave-trace.js'
import { InterleavedClock, Waits } from './interleaved-clock.js'
import { interleavedJournal } from './interleaved-journal.js'
import { Process } from './interleaved-process.js'
import { interleavedStep } from './interleaved-step.js'
import type { VirtualClock } from './virtual-clock.js'

/** Options of an `Interleaver`. */
export interface InterleaverOptions {
  /** What strikes the processes. Default: nothing. */
  readonly faults?: Faults | undefined
  /** Epoch milliseconds at which it starts. Default the start of 2026. */
  readonly start?: number
}

/** One process under test, its ports in the hands of an interleaver. */
export interface InterleavedProcess {
  readonly clock: VirtualClock
  journal(real: Journal): Journal
  step(real: AnyStep): AnyStep
  /** As a kill would: none of its code runs any more. */
  kill(): void
}

/**
 * Decides, from a seed, the order in which concurrent things go on: each call of a journal and of a step takes effect,
 * and answers, some steps later. Everything runs on one virtual clock, which moves only when nothing else can run.
 */
export class Interleaver {
  readonly seed: number
  /** For the test's own decisions; not what the order of steps is drawn from. */
  readonly random: Random
  readonly clock: VirtualClock
  readonly trace: Trace
  readonly #clock: InterleavedClock
  readonly #order: Random
  readonly #engine: Engine
  readonly #waits = new Waits()
  readonly #strike: ((point: Point) => Fault | undefined) | undefined
  readonly #names = new WeakMap<object, string>()
  #named = 0
  #points = 0
  #calm = false

  constructor(seed: number, options: InterleaverOptions = {}) {
    const start = options.start ?? Date.UTC(2026, 0)
    this.seed = seed
    this.random = seededRandom(mixed(seed, 1))
    this.#order = seededRandom(mixed(seed, 2))
    this.#engine = new Engine(this.#order, start)
    this.#strike = striking(options.faults, seededRandom(mixed(seed, 3)))
    this.#clock = new InterleavedClock(this.#engine, this.#waits)
    this.clock = this.#clock
    this.trace = new Trace(start)
  }

  /** Steps that ran so far. */
  get steps(): number {
    return this.#engine.steps
  }
  /** Points at which a fault could have struck so far. */
  get points(): number {
    return this.#points
  }

  /** Moves time whenever nothing else can run, until something is done. */
  until(done: () => boolean): Promise<void> {
    return this.#clock.until(done)
  }

  /** From now on nothing strikes: for what must come to rest. */
  calm(): void {
    this.#calm = true
  }

  /** A seed for one who draws for himself: two with one seed would, for instance, make equal ids. */
  draw(): number {
    return Math.floor(this.#order.next() * 2 ** 32)
  }

  /** Waits for some steps of whatever else is going on. */
  pause(name: string): Promise<void> {
    return new Promise((resolve) => {
      this.#engine.ready(undefined, () => {
        this.trace.add(this.clock.now(), '-', name)
        resolve()
      })
    })
  }

  /**
   * A process; the next one of the same service, if `of` was given before. `crashed` is called, in a step of its own, when
   * a crash strikes it.
   */
  process(of: object, crashed: () => void): InterleavedProcess {
    const before = this.#names.get(of)
    const name = before === undefined ? `p${++this.#named}` : `${before}'`
    this.#names.set(of, name)
    const slowness = this.#order.next() < 0.25 ? 4 : 1
    const process = new Process(name, slowness, {
      engine: this.#engine,
      trace: this.trace,
      chance: this.#order,
      strike: (call, when) => this.#struck(name, call, when),
      crashed,
    })
    const clock = new InterleavedClock(this.#engine, this.#waits, process)
    return {
      clock,
      journal: (real) => interleavedJournal(process, real),
      step: (real) => interleavedStep(process, real),
      kill: () => process.kill(),
    }
  }

  #struck(process: string, call: string, when: 'before' | 'after'): Fault | undefined {
    const n = ++this.#points
    return this.#calm ? undefined : this.#strike?.({ n, process, call, when })
  }
}

// Seeds that follow each other must not give streams that resemble each other, nor one seed two streams alike.
const mixed = (seed: number, stream: number): number => {
  let h = Math.imul(seed ^ (stream * 0x9e3779b9), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
