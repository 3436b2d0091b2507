import type { Clock } from '@xconnector/core'
import { TIME_IS_UP } from './deadline.js'

/**
 * How long a streamed exchange may stand still. Its signal aborts with `TIME_IS_UP` after `ms` in which the remote moved
 * nothing, and with another signal; time in which our own side is what it waits for does not count.
 */
export class Patience {
  readonly #controller = new AbortController()
  readonly #clock: Clock
  readonly #ms: number
  readonly #outer: AbortSignal
  readonly #abort: () => void
  #since: number
  #held = false
  #cancel: (() => void) | undefined

  constructor(clock: Clock, ms: number, outer: AbortSignal) {
    this.#clock = clock
    this.#ms = ms
    this.#outer = outer
    this.#since = clock.now()
    this.#abort = () => this.abort(outer.reason)
    if (outer.aborted) this.#abort()
    else {
      outer.addEventListener('abort', this.#abort, { once: true })
      this.#arm(ms)
    }
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** The remote moved, or it is its turn again. */
  moved(): void {
    this.#since = this.#clock.now()
    this.#held = false
  }

  /** It is our turn. */
  hold(): void {
    this.#held = true
  }

  abort(reason: unknown): void {
    this.end()
    this.#controller.abort(reason)
  }

  /** Frees the timer and the listener. */
  end(): void {
    this.#cancel?.()
    this.#cancel = undefined
    this.#outer.removeEventListener('abort', this.#abort)
  }

  // One timer at a time, which looks when it fires: chunks are many.
  #arm(ms: number): void {
    this.#cancel = this.#clock.after(
      ms,
      () => {
        const left = this.#held ? this.#ms : this.#since + this.#ms - this.#clock.now()
        if (left > 0) this.#arm(left)
        else this.abort(TIME_IS_UP)
      },
      { background: true },
    )
  }
}
