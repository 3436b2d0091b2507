import type { Clock } from '@xconnector/core'

/** A signal that ends at a time, or with another signal. Its timer keeps neither a process nor a virtual clock going. */
export interface Deadline {
  readonly signal: AbortSignal
  /** Frees the timer and the listener. */
  end(): void
}

/** Why a deadline's own signal aborts. */
export const TIME_IS_UP = 'the time is up'

/** Starts a deadline. The platform's `AbortSignal.timeout` is dearer, and cannot be virtual. */
export const startDeadline = (clock: Clock, at: number, outer: AbortSignal | undefined): Deadline =>
  new Started(clock, at, outer)

// One object for each, which is also what listens to the other signal: every call has one.
class Started implements Deadline {
  readonly #controller = new AbortController()
  readonly #outer: AbortSignal | undefined
  readonly #cancel: () => void

  constructor(clock: Clock, at: number, outer: AbortSignal | undefined) {
    this.#outer = outer
    this.#cancel = clock.after(at - clock.now(), () => this.#controller.abort(TIME_IS_UP), BACKGROUND)
    if (outer?.aborted === true) this.handleEvent()
    else outer?.addEventListener('abort', this, ONCE)
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** The other signal has aborted. */
  handleEvent(): void {
    this.#controller.abort(this.#outer!.reason)
  }

  end(): void {
    this.#cancel()
    this.#outer?.removeEventListener('abort', this)
  }
}

const BACKGROUND = { background: true } as const
const ONCE = { once: true } as const
