import type {
  Clock,
  Context,
  Destination,
  Leave,
  May,
  Message,
  Result,
  StepLog,
  CircuitOpen,
  Parked,
  Item,
} from '@xconnector/core'

/** A context whose calls end with another signal too: those of a page that was asked for ahead, and is not wanted any more. */
export class SignalContext implements Context {
  readonly #of: Context
  readonly signal: AbortSignal

  constructor(of: Context, signal: AbortSignal) {
    this.#of = of
    this.signal = AbortSignal.any([of.signal, signal])
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
  get deadline(): number | undefined {
    return this.#of.deadline
  }
  get item(): Item | undefined {
    return this.#of.item
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
    return this.#of.once(name, f)
  }
  enter(destination: Destination): May<Leave | Result<CircuitOpen | Parked, never>> {
    return this.#of.enter(destination)
  }
}
