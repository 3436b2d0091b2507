import type { Destination, Leave, Seen } from '../destination/destination.js'
import type { CircuitOpen } from '../failure/circuit-open.js'
import type { Message } from '../message/message.js'
import type { Clock } from '../ports/clock.js'
import type { May, Result } from '../result/result.js'
import type { Context, Parked, StepLog } from '../step/step.js'

/**
 * The context of one of several targets. What it does once is remembered under its name, so that two targets of one kind do
 * not take each other's for their own; and it is known what its calls were seen to do.
 */
export class OneOfManyContext implements Context {
  readonly #of: Context
  readonly #target: string
  #inside = 0
  #acted = false

  constructor(of: Context, target: string) {
    this.#of = of
    this.#target = target
  }

  /**
   * Whether any of its calls may have taken effect: it was answered well, its outcome is not clear, or it has not reported
   * yet.
   */
  get mayHaveActed(): boolean {
    return this.#acted || this.#inside > 0
  }

  get message(): Message {
    return this.#of.message
  }
  get key(): string {
    return this.#of.key
  }
  get attempt(): number {
    return this.#of.attempt
  }
  get signal(): AbortSignal {
    return this.#of.signal
  }
  get deadline(): number | undefined {
    return this.#of.deadline
  }
  get clock(): Clock {
    return this.#of.clock
  }
  get log(): StepLog {
    return this.#of.log
  }
  get config(): Readonly<Record<string, string>> {
    return this.#of.config
  }
  once<A>(name: string, f: () => Promise<A>): Promise<A> {
    return this.#of.once(`${this.#target}: ${name}`, f)
  }
  enter(destination: Destination): May<Leave | Result<CircuitOpen | Parked, never>> {
    const pass = this.#of.enter(destination)
    return pass instanceof Promise ? pass.then((p) => this.#watched(p)) : this.#watched(pass)
  }

  #watched<P>(pass: Leave | P): Leave | P {
    if (typeof pass !== 'function') return pass
    const leave = pass as Leave
    this.#inside++
    let inside = true
    return (seen: Seen) => {
      if (inside) this.#inside--
      inside = false
      if (seen.as === 'ok' || seen.as === 'ambiguous') this.#acted = true
      leave(seen)
    }
  }
}
