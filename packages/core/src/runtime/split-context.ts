import type { Destination, Leave } from '../destination/destination.js'
import type { CircuitOpen } from '../failure/circuit-open.js'
import type { SplitContext } from '../flow/split-options.js'
import type { Message } from '../message/message.js'
import type { Clock } from '../ports/clock.js'
import type { May, Result } from '../result/result.js'
import type { Item } from '../step/item.js'
import type { Parked, StepLog } from '../step/step.js'
import type { AttemptContext } from './attempt-context.js'

/**
 * What a splitting function knows: it outlives the attempt that called it, for its iteration is kept open from one chunk to
 * the next. Everything is that of the attempt of now.
 */
export class OpenSplitContext implements SplitContext {
  readonly position: number
  readonly clock: Clock
  #now: AttemptContext
  #controller: AbortController | undefined

  constructor(now: AttemptContext, position: number) {
    this.#now = now
    this.position = position
    this.clock = {
      now: () => this.#now.clock.now(),
      sleep: (ms, signal) => this.#now.clock.sleep(ms, signal),
      after: (ms, f, options) => this.#now.clock.after(ms, f, options),
      soon: (f) => this.#now.clock.soon(f),
      // Destinations are those of the root: shared by all attempts.
      root: now.clock.root ?? now.clock,
    }
  }

  /** The next chunk begins. */
  follow(now: AttemptContext): void {
    this.#now = now
    if (this.#controller !== undefined) this.#hear()
  }
  /** The iteration is over before its end. */
  abort(): void {
    this.#controller?.abort(new DOMException('the split has ended', 'AbortError'))
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      this.#hear()
    }
    return this.#controller.signal
  }
  get message(): Message {
    return this.#now.message
  }
  get key(): string {
    return this.#now.key
  }
  get attempt(): number {
    return this.#now.attempt
  }
  get deadline(): number | undefined {
    return this.#now.deadline
  }
  get item(): Item | undefined {
    return this.#now.item
  }
  get log(): StepLog {
    return this.#now.log
  }
  get config(): Readonly<Record<string, string>> {
    return this.#now.config
  }
  once<A>(name: string, f: () => Promise<A>): Promise<A> {
    return this.#now.once(name, f)
  }
  enter(destination: Destination): May<Leave | Result<CircuitOpen | Parked, never>> {
    return this.#now.enter(destination)
  }

  #hear(): void {
    const { signal } = this.#now
    const abort = (): void => this.#controller!.abort(signal.reason)
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
  }
}
