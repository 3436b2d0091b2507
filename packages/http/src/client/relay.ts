import { Readable } from 'node:stream'

/** What goes on beside the bytes of a relay. */
export interface RelayEvents {
  /** More is wanted from the source. */
  wanted(): void
  /** A chunk came. `full`: nothing more is wanted for now. */
  came(full: boolean): void
  /** What to break with when the source breaks, or closes before its end (`undefined`). */
  broken(cause: unknown): Error
  /** It is over; called once. `fault`: what it broke with. */
  over(fault: Error | undefined): void
}

/**
 * A stream of another one's bytes, with its back-pressure, which knows why it ended. Takes hold of the source at once: it
 * cannot break unnoticed, and is destroyed with the relay.
 */
export class Relay extends Readable {
  /** What it broke with. */
  fault: Error | undefined
  readonly #source: Readable
  readonly #events: RelayEvents
  readonly #length: number | undefined
  #passed = 0
  #ended = false

  /** `length`: bytes that the source must have, neither more nor fewer. */
  constructor(source: Readable, events: RelayEvents, length?: number) {
    super()
    this.#source = source
    this.#events = events
    this.#length = length
    // A fault is read from the field; nobody need listen.
    this.on('error', () => {})
    source.on('error', (cause: unknown) => this.#break(cause))
    source.on('close', () => this.#break(undefined))
    source.on('end', () => this.#end())
    source.on('data', (chunk: unknown) => this.#pass(chunk))
    source.pause()
    if (source.errored || source.destroyed || source.readableEnded) this.#break(source.errored ?? undefined)
  }

  override _read(): void {
    this.#events.wanted()
    this.#source.resume()
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#ended = true
    this.#source.destroy()
    this.#events.over(this.fault)
    done(error)
  }

  #pass(chunk: unknown): void {
    if (this.#ended) return
    const piece = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
    if (!(piece instanceof Uint8Array)) {
      this.#fail(new TypeError(`expected a stream of bytes, got ${typeof chunk}`))
      return
    }
    this.#passed += piece.length
    if (this.#length !== undefined && this.#passed > this.#length) {
      this.#fail(new TypeError(`the stream has more than the ${this.#length} bytes that were announced`))
      return
    }
    const full = !this.push(piece)
    if (full) this.#source.pause()
    this.#events.came(full)
  }

  #end(): void {
    if (this.#ended) return
    if (this.#length !== undefined && this.#passed < this.#length) {
      this.#fail(new TypeError(`the stream ended after ${this.#passed} of ${this.#length} bytes`))
      return
    }
    this.#ended = true
    this.#events.came(true)
    this.push(null)
  }

  #break(cause: unknown): void {
    if (!this.#ended) this.#fail(this.#events.broken(cause))
  }

  #fail(fault: Error): void {
    this.#ended = true
    this.fault = fault
    this.destroy(fault)
  }
}
