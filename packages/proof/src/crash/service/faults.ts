import { syncBuiltinESMExports } from 'node:module'
import { setTimeout as sleep } from 'node:timers/promises'
import threads, { Worker, type WorkerOptions } from 'node:worker_threads'
import { THREAD_POINTS, type Order, type Point } from '../points.ts'
import type { KillerOptions } from './checkpoint-killer.ts'
import { die } from './die.ts'
import { COUNTDOWN, POINT, sharedOrder } from './shared-order.ts'

// Those of the journal are made to watch, below.
const OwnThread = Worker

const beside = (name: string): URL => new URL(`./${name}${import.meta.url.slice(-3)}`, import.meta.url)

/** Kills this process at the point that it is told. */
export class Faults {
  readonly #hands: string
  readonly #shared = sharedOrder()
  #order: Order | undefined
  #countdown = 0

  /** `hands`: the log of what this process has in its hands. */
  constructor(hands: string) {
    this.#hands = hands
  }

  /** Makes the threads that are started from now on watch their points too. */
  install(): void {
    const order = this.#shared
    threads.Worker = class extends OwnThread {
      constructor(file: string | URL, options: WorkerOptions = {}) {
        const workerData: object = { ...(options.workerData as object), order }
        const execArgv = [...(options.execArgv ?? []), '--import', beside('thread-faults').href]
        super(file, { ...options, workerData, execArgv })
      }
    }
    syncBuiltinESMExports()
  }

  arm(order: Order): void {
    const inThread = THREAD_POINTS.indexOf(order.point)
    this.#order = order
    this.#countdown = order.countdown
    if (inThread < 0) return
    if (order.point === 'during a checkpoint') {
      const workerData: KillerOptions = { order: this.#shared, after: order.after, hands: this.#hands }
      new OwnThread(beside('checkpoint-killer'), { workerData, execArgv: [] }).unref()
    }
    Atomics.store(this.#shared, COUNTDOWN, order.countdown)
    Atomics.store(this.#shared, POINT, inThread + 1)
  }

  /** The process is at a point. */
  at(point: Point): void {
    if (this.#order?.point === point && --this.#countdown === 0) die()
  }

  /** The process is in a stretch of time of this name: it dies somewhere inside. */
  async within(point: Point): Promise<void> {
    const order = this.#order
    if (order?.point !== point) return
    await sleep(order.after)
    die()
  }
}
