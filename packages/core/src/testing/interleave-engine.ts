import { systemClock } from '../ports/clock.js'
import type { Random } from '../ports/random.js'
import { goesFirst, TimerHeap, type Timer } from './timer-heap.js'

// Turns of the real event loop come from `systemClock`: a turn is what tells that every promise has run dry.

/** On whose behalf something runs: a process under test. What belongs to one that is dead never runs. */
export interface Owner {
  readonly name: string
  readonly dead: boolean
  /** Epoch milliseconds until which none of its code runs, as in a virtual machine that is moved. */
  readonly frozenUntil: number
  /** How much slower than the others it is: a factor. */
  readonly slowness: number
}

/** Something to run: a timer until it is due, then a step among those that are ready. */
interface Task {
  readonly owner: Owner | undefined
  readonly run: () => void
  /** Told when it is dropped, because its owner is dead. */
  readonly dropped?: (() => void) | undefined
  heap: TimerHeap
  place: Timer
}

/** Real turns of the event loop that are asked for at once: cheaper than one by one. */
const BATCH = 16

/** Steps at one moment of time after which nobody believes that it will pass. */
const RUNAWAY = 200_000

/** Of one seed: how many steps a call may be overtaken by. Narrow ones keep order, wide ones leave none. */
const SPREADS = [1, 3, 8, 24] as const

/**
 * Runs whatever is ready, one step after the other, in an order that chance decides, and lets every promise run dry
 * between two steps. A step that becomes ready is put so many steps ahead; one call in ten is eight times as slow.
 */
export class Engine {
  readonly #random: Random
  readonly #spread: number
  readonly #ready: TimerHeap = new TimerHeap()
  readonly #timers: TimerHeap = new TimerHeap()
  readonly #background: TimerHeap = new TimerHeap()
  #now: number
  #made = 0
  // Where in the order of steps we are; not a time.
  #at = 0
  #soonAt = 0
  #steps = 0
  #stepsThen = 0
  #asked = 0
  #waiting: (() => void)[] = []
  #held = 0

  constructor(random: Random, start: number) {
    this.#random = random
    this.#now = start
    this.#spread = SPREADS[Math.floor(random.next() * SPREADS.length)]!
  }

  /** Epoch milliseconds. */
  get now(): number {
    return this.#now
  }
  /** Steps that ran. */
  get steps(): number {
    return this.#steps
  }
  /** Whether things run and run, and never come to a point at which time could move. */
  get runaway(): boolean {
    return this.#steps - this.#stepsThen > RUNAWAY
  }
  /** Whether something is ready to run. */
  get busy(): boolean {
    return this.#ready.size > 0
  }
  /** Timers that are no background ones and have an end. */
  get pending(): number {
    return this.#timers.size
  }
  /** When the next timer of any kind is due. */
  get next(): number | undefined {
    const a = this.#timers.first()
    const b = this.#background.first()
    return a !== undefined && (b === undefined || goesFirst(a, b)) ? a.due : b?.due
  }
  /** When the next timer is due that is no background one. */
  get nextForeground(): number | undefined {
    return this.#timers.first()?.due
  }

  /** Runs `f` some steps from now. */
  ready(owner: Owner | undefined, f: () => void): void {
    this.#queue({ owner, run: f, heap: this.#ready, place: NOWHERE })
  }

  /** Runs `f` soon, after what was to run soon before it, whoever asked. */
  soon(owner: Owner | undefined, f: () => void): void {
    const at = this.#at + this.#random.next() * Math.min(2, this.#spread)
    this.#soonAt = Math.max(this.#soonAt, at)
    this.#add({ owner, run: f, heap: this.#ready, place: NOWHERE }, this.#ready, this.#soonAt)
    this.#pump()
  }

  /**
   * No step runs until the function that this gives is called: for real work that is under way, so that whatever goes on
   * beside it goes on in the same order each time.
   */
  hold(): () => void {
    let holds = true
    this.#held++
    return () => {
      if (!holds) return
      holds = false
      this.#held--
      if (this.#held === 0 && (this.#ready.size > 0 || this.#waiting.length > 0)) this.#pump()
    }
  }

  /** When the timers of an owner are due that are set. */
  timersOf(owner: Owner): readonly number[] {
    const mine = (t: Timer): boolean => (t as Placed).task.owner === owner
    return [...this.#timers.all(mine), ...this.#background.all(mine)].map((t) => t.due)
  }

  /** Drops the timers of an owner that is dead. */
  bury(owner: Owner): void {
    for (const heap of [this.#timers, this.#background])
      for (const timer of heap.take((t) => (t as Placed).task.owner === owner))
        (timer as Placed).task.dropped?.()
  }

  /** Sets a timer; gives a function that cancels. `ended` is called once when it fired or was cancelled. */
  timer(
    owner: Owner | undefined,
    ms: number,
    f: () => void,
    background: boolean,
    ended?: () => void,
  ): () => void {
    let pending = true
    const end = (): void => {
      pending = false
      ended?.()
    }
    const run = (): void => {
      end()
      f()
    }
    const heap = background ? this.#background : this.#timers
    const task: Task = { owner, run, dropped: end, heap, place: NOWHERE }
    // Whole milliseconds, as a machine's clock shows them.
    const due = this.#now + (ms > 0 ? Math.ceil(ms) : 0)
    if (due < Infinity) this.#add(task, heap, due)
    return () => {
      if (!pending) return
      if (task.place.at >= 0) task.heap.remove(task.place)
      end()
    }
  }

  /** Moves time on, and makes ready whatever is due by then. */
  moveTo(time: number): void {
    this.#now = Math.max(this.#now, time)
    this.#stepsThen = this.#steps
    for (const heap of [this.#timers, this.#background])
      for (let t = heap.first(); t !== undefined && t.due <= this.#now; t = heap.first()) {
        heap.remove(t)
        this.#queue((t as Placed).task)
      }
  }

  /** Resolves when nothing is ready, and every promise has run dry; or when that will never be. */
  quiet(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
      this.#pump()
    })
  }

  #queue(task: Task): void {
    const slow = this.#random.next()
    const by = slow < 0.1 ? slow * 10 * 8 : (slow - 0.1) / 0.9
    this.#add(task, this.#ready, this.#at + by * this.#spread * (task.owner?.slowness ?? 1))
    this.#pump()
  }

  #add(task: Task, heap: TimerHeap, due: number): void {
    const place: Placed = { due, order: this.#made++, at: -1, fire: task.run, task }
    task.heap = heap
    task.place = place
    heap.add(place)
  }

  #pump(): void {
    if (this.#asked > 0) return
    this.#asked = BATCH
    for (let i = 0; i < BATCH; i++) systemClock.soon(this.#turn)
  }

  // Between any two turns, those of one batch too, the platform lets all promises run dry.
  readonly #turn = (): void => {
    this.#asked--
    const first = this.#ready.first()
    if (this.#held > 0) return
    if (first !== undefined && !(this.runaway && this.#waiting.length > 0)) {
      this.#ready.remove(first)
      this.#at = Math.max(this.#at, first.due)
      this.#step((first as Placed).task)
    } else if (this.#waiting.length > 0) {
      const waiting = this.#waiting
      this.#waiting = []
      for (const resolve of waiting) resolve()
    }
    if (this.#asked === 0 && (this.#ready.size > 0 || this.#waiting.length > 0)) this.#pump()
  }

  #step(task: Task): void {
    const { owner } = task
    if (owner?.dead === true) return task.dropped?.()
    if (owner !== undefined && owner.frozenUntil > this.#now)
      return this.#add(task, this.#timers, owner.frozenUntil)
    this.#steps++
    task.run()
  }
}

interface Placed extends Timer {
  readonly task: Task
}

const NOWHERE: Timer = { due: 0, order: 0, at: -1, fire: () => {} }
