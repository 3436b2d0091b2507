import type { EventEmitter } from 'eventemitter3'
import type { Clock } from '../ports/clock.js'
import type { Logger } from '../ports/logger.js'
import type { RuntimeEvents } from './events.js'

type Told = { readonly type: keyof RuntimeEvents; readonly event: object }

/**
 * Tells listeners what happened, in a turn of its own: the work has been written and claimed for by then. Each listener
 * is called alone, so that one that throws keeps nothing from another.
 */
export class Telling {
  readonly #emitter: EventEmitter<RuntimeEvents>
  readonly #clock: Clock
  readonly #log: Logger
  #queue: Told[] = []

  constructor(emitter: EventEmitter<RuntimeEvents>, clock: Clock, log: Logger) {
    this.#emitter = emitter
    this.#clock = clock
    this.#log = log
  }

  /** Whether anybody listens: ask before making an event. */
  hears(type: keyof RuntimeEvents): boolean {
    return this.#emitter.listenerCount(type) > 0
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
    for (const { type, event } of told)
      for (const listener of this.#emitter.listeners(type))
        try {
          const heard: unknown = (listener as (e: object) => unknown)(event)
          if (heard instanceof Promise) heard.catch((thrown: unknown) => this.#threw(type, thrown))
        } catch (thrown) {
          this.#threw(type, thrown)
        }
  }

  #threw(type: string, thrown: unknown): void {
    this.#log.warn({ event: type, error: String(thrown) }, 'a listener threw')
  }
}
