import type { EventEmitter } from 'eventemitter3'
import type { Clock } from '../ports/clock.js'
import type { RuntimeEvents } from './events.js'
import type { RuntimeLog } from './runtime-log.js'

interface Told {
  readonly type: keyof RuntimeEvents
  readonly event: object
}

/** Tells listeners, and the log, what happened, in a turn of its own: the work has been written and claimed for by then. */
export class Telling {
  readonly #emitter: EventEmitter<RuntimeEvents>
  readonly #clock: Clock
  readonly #log: RuntimeLog
  #queue: Told[] = []

  constructor(emitter: EventEmitter<RuntimeEvents>, clock: Clock, log: RuntimeLog) {
    this.#emitter = emitter
    this.#clock = clock
    this.#log = log
  }

  /** Whether anybody listens: ask before making an event. */
  hears(type: keyof RuntimeEvents): boolean {
    return this.#emitter.listenerCount(type) > 0 || this.#log.wants(type)
  }

  tell<T extends keyof RuntimeEvents>(type: T, event: RuntimeEvents[T][0]): void {
    if (!this.hears(type)) return
    this.#queue.push({ type, event })
    if (this.#queue.length === 1) this.#clock.soon(() => this.flush())
  }

  /** Tells what is waiting now. */
  flush(): void {
    const told = this.#queue
    this.#queue = []
    for (const { type, event } of told) {
      this.#log.tell(type, event)
      this.#emitter.emit(type, ...([event] as never))
    }
  }
}
