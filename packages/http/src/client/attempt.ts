import type { Random } from '@xconnector/core'
import type { Exchange } from '../outcome/exchange.js'
import type { Carrier } from '../transport/carrier.js'
import { quickRetry } from './blip.js'
import { isStream } from './is-stream.js'
import { Trace } from './trace.js'
import type { Streaming, Wire } from './wire.js'

/**
 * One request on its way, the quick retry included. Travels in the request's `transport` option: an object with a
 * prototype is what axios passes on as it is, and does not copy.
 */
export class Attempt extends Trace {
  readonly #wire: Wire
  readonly #random: Random
  readonly #streamed: boolean
  #headers: Readonly<Record<string, string>>
  #wait = 0
  #sentBefore = false

  constructor(wire: Wire, random: Random, streamed: boolean) {
    super(true)
    this.#wire = wire
    this.#random = random
    this.#streamed = streamed
    this.#headers = wire.headers
  }

  /** Makes the headers that are made anew each time. A rejection means that it is not sent. */
  async freshen(): Promise<void> {
    const { headers, fresh } = this.#wire
    if (fresh !== undefined) this.#headers = { ...headers, ...(await fresh()) }
  }

  /** Puts it on the wire once. */
  async carry(carrier: Carrier): Promise<Exchange | Streaming> {
    const exchange = await carrier.carry(
      { wire: this.#wire, headers: this.#headers, streamed: this.#streamed },
      this,
    )
    if (!this.#sentBefore) return exchange
    // What is true of the second time is not true of the whole.
    if (exchange.as === 'never-sent') return { as: 'lost', code: exchange.code }
    return exchange.as === 'timed-out' ? { as: 'timed-out', sent: true } : exchange
  }

  /** What an exchange comes to that was to be sent again and was not: nothing, where its time was up. */
  settled(exchange: Exchange): Exchange {
    if (!this.#wire.signal.aborted || exchange.as === 'answered') return exchange
    return { as: 'timed-out', sent: this.#sentBefore || this.maybeSent }
  }

  /** Whether it is sent again after such an exchange, and remembers after how long. */
  isSentAgain(exchange: Exchange | Streaming): boolean {
    const { effect, deadline, clock, signal } = this.#wire
    // A stream cannot be sent a second time; and a status of failure is the reader's, who may have had its beginning.
    if (signal.aborted || exchange.as === 'streaming' || isStream(this.#wire.body)) return false
    if (this.#streamed && exchange.as === 'answered') return false
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

  /** Waits before it is sent again, and forgets the first time. `false`: it cannot be sent again after all. */
  async untilAgain(): Promise<boolean> {
    const { clock, signal } = this.#wire
    try {
      await clock.sleep(this.#wait, signal)
      await this.freshen()
    } catch {
      return false
    }
    if (signal.aborted) return false
    this.#sentBefore ||= this.maybeSent
    this.again()
    return true
  }
}
