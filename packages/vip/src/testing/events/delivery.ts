import type { Clock } from '@xconnector/core'
import type { VipEvent } from './event.js'

/** How events are delivered. Milliseconds. */
export interface DeliveryOptions {
  /** Waits before the next attempts; the last one repeats. Default 100, 300, 1000, 3000. */
  readonly retries?: readonly number[]
  /** Default 15,000. */
  readonly timeout?: number
  /** Sends a request. Default: the platform's `fetch`. */
  readonly send?: (request: Request) => Promise<Response>
}

/** A receiver of events. */
export interface Delivery {
  /** Events that the receiver has not yet answered by 2xx. */
  readonly pending: number
  /** Attempts so far, and those that failed. */
  readonly attempts: number
  readonly failed: number
  /** Resolves when nothing is pending, or when it is stopped. */
  idle(): Promise<void>
  /** Sends no more. */
  stop(): void
}

const RETRIES = [100, 300, 1000, 3000]

/** Posts events in the order of their subject, each until it is answered by 2xx; 410 ends all (Standard Webhooks). */
export class Deliveries implements Delivery {
  pending = 0
  attempts = 0
  failed = 0
  readonly #queues = new Map<string, VipEvent[]>()
  readonly #waiting = new Set<() => void>()
  readonly #stopped = new AbortController()
  readonly #clock: Clock
  readonly #sign: (event: VipEvent) => Request
  readonly #options: DeliveryOptions

  constructor(clock: Clock, sign: (event: VipEvent) => Request, options: DeliveryOptions) {
    this.#clock = clock
    this.#sign = sign
    this.#options = options
  }

  add(event: VipEvent): void {
    if (this.#stopped.signal.aborted) return
    this.pending++
    const queue = this.#queues.get(event.subject)
    if (queue !== undefined) return void queue.push(event)
    this.#queues.set(event.subject, [event])
    void this.#drain(event.subject)
  }

  idle(): Promise<void> {
    if (this.pending === 0 || this.#stopped.signal.aborted) return Promise.resolve()
    return new Promise((resolve) => this.#waiting.add(resolve))
  }

  stop(): void {
    this.#stopped.abort()
    this.#wake()
  }

  async #drain(subject: string): Promise<void> {
    const queue = this.#queues.get(subject)!
    for (let next = queue[0]; next !== undefined; next = queue[0]) {
      if (!(await this.#deliver(next))) return
      queue.shift()
      if (--this.pending === 0) this.#wake()
    }
    this.#queues.delete(subject)
  }

  async #deliver(event: VipEvent): Promise<boolean> {
    const { retries = RETRIES } = this.#options
    for (let failed = 0; !this.#stopped.signal.aborted; failed++) {
      const status = await this.#attempt(event)
      if (status >= 200 && status < 300) return true
      this.failed++
      if (status === 410) this.stop()
      const wait = retries[Math.min(failed, retries.length - 1)] ?? 0
      await this.#clock.sleep(wait, this.#stopped.signal).catch(() => {})
    }
    return false
  }

  /** The status of the answer; 0 when there was none. */
  async #attempt(event: VipEvent): Promise<number> {
    const { timeout = 15_000, send = (request) => fetch(request) } = this.#options
    this.attempts++
    const late = new AbortController()
    const cancel = this.#clock.after(timeout, () => late.abort(), { background: true })
    try {
      const signal = AbortSignal.any([late.signal, this.#stopped.signal])
      const response = await send(new Request(this.#sign(event), { redirect: 'manual', signal }))
      await response.body?.cancel()
      return response.status
    } catch {
      return 0
    } finally {
      cancel()
    }
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve()
    this.#waiting.clear()
  }
}
