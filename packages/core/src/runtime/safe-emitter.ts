import { EventEmitter } from 'eventemitter3'

// oxlint-disable-next-line typescript/no-explicit-any
type Listener = (...args: any[]) => unknown

/**
 * An emitter whose listeners cannot hurt: one that throws, or whose promise rejects, is told to `threw` and keeps nothing
 * from the others.
 */
export class SafeEmitter<Events extends EventEmitter.ValidEventTypes> extends EventEmitter<Events> {
  readonly #threw: (event: string, thrown: unknown) => void
  readonly #safe = new WeakMap<Listener, Listener>()

  constructor(threw: (event: string, thrown: unknown) => void) {
    super()
    this.#threw = threw
  }

  override on<T extends EventEmitter.EventNames<Events>>(
    event: T,
    fn: EventEmitter.EventListener<Events, T>,
    context?: unknown,
  ): this {
    return super.on(event, this.#guarded(event, fn) as typeof fn, context)
  }
  override addListener<T extends EventEmitter.EventNames<Events>>(
    event: T,
    fn: EventEmitter.EventListener<Events, T>,
    context?: unknown,
  ): this {
    return this.on(event, fn, context)
  }
  override once<T extends EventEmitter.EventNames<Events>>(
    event: T,
    fn: EventEmitter.EventListener<Events, T>,
    context?: unknown,
  ): this {
    return super.once(event, this.#guarded(event, fn) as typeof fn, context)
  }
  override removeListener<T extends EventEmitter.EventNames<Events>>(
    event: T,
    fn?: EventEmitter.EventListener<Events, T>,
    context?: unknown,
    once?: boolean,
  ): this {
    const known = fn === undefined ? undefined : (this.#guarded(event, fn) as typeof fn)
    return super.removeListener(event, known, context, once)
  }
  override off<T extends EventEmitter.EventNames<Events>>(
    event: T,
    fn?: EventEmitter.EventListener<Events, T>,
    context?: unknown,
    once?: boolean,
  ): this {
    return this.removeListener(event, fn, context, once)
  }

  // One wrapper a listener, so that it can be removed again.
  #guarded(event: unknown, listener: unknown): Listener {
    const fn = listener as Listener
    const known = this.#safe.get(fn)
    if (known !== undefined) return known
    const threw = (thrown: unknown): void => this.#threw(String(event), thrown)
    const safe: Listener = (...args) => {
      try {
        const heard = fn(...args)
        if (heard instanceof Promise) heard.catch(threw)
      } catch (thrown) {
        threw(thrown)
      }
    }
    this.#safe.set(fn, safe)
    // The emitter itself removes a wrapper that was to be called once.
    this.#safe.set(safe, safe)
    return safe
  }
}
