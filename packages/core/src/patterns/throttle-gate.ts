import type { Gate, Later, Leave } from '../destination/destination.js'
import type { Json } from '../message/json.js'
import type { Clock } from '../ports/clock.js'
import type { May } from '../result/result.js'
import type { Context } from '../step/step.js'

const LEAVE: Leave = () => {}

/** What a throttle says to one message. */
export interface ThrottleTurn {
  /** 0 when it may pass, else when to ask again: epoch milliseconds. */
  ask(who: unknown): number
  /** It asks no more. */
  leave(who: unknown): void
}

/** One message before a throttle: as a gate, for a gate is told whether who enters can wait in the journal. */
export class ThrottleGate implements Gate {
  readonly #clock: Clock
  readonly #message: Pick<Context, 'key' | 'deadline'>
  readonly #turn: ThrottleTurn

  constructor(clock: Clock, message: Pick<Context, 'key' | 'deadline'>, turn: ThrottleTurn) {
    this.#clock = clock
    this.#message = message
    this.#turn = turn
  }

  enter(signal: AbortSignal | undefined, how: 'now' | 'wait'): May<Leave | Later> {
    // A message of the journal comes back as itself; a call waits where it is, whoever else has its key.
    const who = how === 'now' ? this.#message.key : this
    const until = this.#turn.ask(who)
    if (until === 0) return LEAVE
    // One that waits in the journal is looked at when its deadline passes.
    if (how === 'now') return { until: Math.min(until, this.#message.deadline ?? Infinity) }
    return this.#wait(until, signal)
  }

  async #wait(first: number, signal: AbortSignal | undefined): Promise<Leave> {
    try {
      for (let until = first; until > 0; until = this.#turn.ask(this))
        await this.#clock.sleep(until - this.#clock.now(), signal)
    } catch (reason) {
      this.#turn.leave(this)
      throw reason
    }
    return LEAVE
  }

  mayRepeat(): boolean {
    return true
  }
  parkedUntil(): number {
    return 0
  }
  parkedWhy(): undefined {
    return undefined
  }
  free(): number {
    return Infinity
  }
  parkedMs(): number {
    return 0
  }
  // What throttles is no destination, and cannot be paused.
  hold(): void {}
  release(): void {}
  held(): boolean {
    return false
  }
  snapshot(): Json {
    return null
  }
  restore(): void {}
  watch(): () => void {
    return () => {}
  }
}
