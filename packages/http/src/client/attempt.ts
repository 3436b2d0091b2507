import type { Random } from '@xconnector/core'
import { quickRetry } from './blip.js'
import { exchangeOfError } from './exchange-of.js'
import { Trace } from './trace.js'
import { isStream } from './is-stream.js'
import type { Wire } from './wire.js'

/**
 * One request on its way, the quick retry included. Travels in the request's `transport` option: an object with a
 * prototype is what axios passes on as it is, and does not copy.
 */
export class Attempt extends Trace {
  readonly #wire: Wire
  readonly #random: Random
  #wait = 0

  constructor(sure: boolean, wire: Wire, random: Random) {
    super(sure)
    this.#wire = wire
    this.#random = random
  }

  /** Whether it is sent again, and remembers after how long. */
  isSentAgain(error: unknown): boolean {
    const { effect, deadline, clock, signal } = this.#wire
    // A stream cannot be sent a second time.
    if (signal.aborted || isStream(this.#wire.body)) return false
    const exchange = exchangeOfError(error, this)
    if (exchange === undefined) return false
    const parkedUntil = this.#wire.parkedUntil()
    const wait = quickRetry({
      effect,
      exchange,
      now: clock.now(),
      deadline,
      parkedUntil,
      random: this.#random,
    })
    // Asked last: asking takes one.
    if (wait === undefined || !this.#wire.mayRepeat()) return false
    this.#wait = wait
    return true
  }

  /** Waits before it is sent again, and forgets the first time. */
  async untilAgain(): Promise<void> {
    await this.#wire.clock.sleep(this.#wait, this.#wire.signal).catch(() => {})
    this.again()
  }
}
