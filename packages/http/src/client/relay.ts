import { Readable } from 'node:stream'
import type { Proof } from '../body/proof.js'

/** What goes on beside the bytes of a relay. */
export interface RelayEvents {
  /** More is wanted from the source. */
  wanted(): void
  /** A chunk came. `full`: nothing more is wanted for now. */
  came(full: boolean): void
  /** What to break with when the source breaks, or closes before its end (`undefined`). */
  broken(cause: unknown): Error
  /**
   * Asked when the source broke after `passed` bytes: the source of the bytes after them, or what to break with; `undefined`
   * is `fault`. Never rejects.
   */
  again?(fault: Error, passed: number): Promise<Readable | Error> | undefined
  /** What to break with when all bytes have come and are not the right ones. */
  wrong?(what: 'length' | 'proof', passed: number): Error
  /** It is over; called once. `fault`: what it broke with. */
  over(fault: Error | undefined): void
}

/** What must be true of the bytes of a relay. */
export interface Expected {
  /** How many there must be, neither more nor fewer. */
  readonly length?: number | undefined
  readonly proof?: Proof | undefined
  /** An end that comes early is a break. */
  readonly cutShort?: boolean
}

// The source has a buffer of its own. What lies here as well costs nothing but garbage collection, and that a tenth of all
// the work of an upload.
const AHEAD = 16 * 1024

/**
 * A stream of another one's bytes, with its back-pressure, which knows why it ended. Takes hold of the source at once: it
 * cannot break unnoticed, and is destroyed with the relay. Where a length is expected, the last bytes are held back until
 * the source has ended as it should: what is not right never becomes whole.
 */
export class Relay extends Readable {
  /** What it broke with. */
  fault: Error | undefined
  readonly #events: RelayEvents
  readonly #length: number | undefined
  readonly #proof: Proof | undefined
  readonly #cutShort: boolean
  #source: Readable | undefined
  #last: Uint8Array | undefined
  #passed = 0
  #wanting = false
  #ended = false

  constructor(source: Readable, events: RelayEvents, { length, proof, cutShort = false }: Expected = {}) {
    super({ highWaterMark: AHEAD })
    this.#events = events
    this.#length = length
    this.#proof = proof
    this.#cutShort = cutShort
    // A fault is read from the field; nobody need listen.
    this.on('error', () => {})
    this.#take(source)
  }

  override _read(): void {
    this.#wanting = true
    if (this.#source === undefined) return
    this.#events.wanted()
    this.#source.resume()
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#ended = true
    this.#source?.destroy()
    this.#events.over(this.fault)
    done(error)
  }

  #take(source: Readable): void {
    this.#source = source
    const present = (): boolean => this.#source === source
    source.on('error', (cause: unknown) => present() && this.#break(cause))
    source.on('close', () => present() && this.#break(undefined))
    source.on('end', () => present() && this.#end())
    source.on('data', (chunk: unknown) => present() && this.#pass(chunk))
    source.pause()
    if (source.errored || source.destroyed || source.readableEnded) this.#break(source.errored ?? undefined)
    else if (this.#wanting) {
      this.#events.wanted()
      source.resume()
    }
  }

  #pass(chunk: unknown): void {
    if (this.#ended) return
    const piece = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
    if (!(piece instanceof Uint8Array)) {
      this.#fail(new TypeError(`expected a stream of bytes, got ${typeof chunk}`))
      return
    }
    const passed = this.#passed + piece.length
    if (this.#length !== undefined && passed > this.#length) {
      this.#fail(
        this.#wrong(
          'length',
          passed,
          `the stream has more than the ${this.#length} bytes that were announced`,
        ),
      )
      return
    }
    this.#passed = passed
    this.#proof?.update(piece)
    if (passed === this.#length && piece.length > 0) {
      // It goes on reading, for the end that should come now.
      this.#last = piece
      return
    }
    const full = !this.push(piece)
    if (full) {
      this.#wanting = false
      this.#source!.pause()
    }
    this.#events.came(full)
  }

  #end(): void {
    if (this.#ended) return
    const length = this.#length
    if (length !== undefined && this.#passed < length) {
      if (this.#cutShort) {
        this.#break(undefined)
        return
      }
      const what = `the stream ended after ${this.#passed} of ${length} bytes`
      this.#fail(this.#wrong('length', this.#passed, what))
      return
    }
    if (this.#proof?.holds() === false) {
      this.#fail(
        this.#wrong('proof', this.#passed, 'the stream has another SHA-256 than the one that was given'),
      )
      return
    }
    this.#ended = true
    if (this.#last !== undefined) this.push(this.#last)
    this.#events.came(true)
    this.push(null)
  }

  #break(cause: unknown): void {
    if (this.#ended) return
    if (this.#cutShort && this.#passed === this.#length) {
      // Only the end was missing, and that says nothing.
      this.#end()
      return
    }
    const broken = this.#source
    this.#source = undefined
    const fault = this.#events.broken(cause)
    const again = this.#events.again?.(fault, this.#passed)
    if (again === undefined) {
      this.#fail(fault)
      return
    }
    broken?.destroy()
    void again.then((next) => {
      if (next instanceof Error) {
        if (!this.#ended) this.#fail(next)
      } else if (this.#ended) next.on('error', () => {}).destroy()
      else {
        this.#take(next)
        // It may have come while nobody reads.
        if (!this.#wanting && !this.#ended) this.#events.came(true)
      }
    })
  }

  #wrong(what: 'length' | 'proof', passed: number, message: string): Error {
    return this.#events.wrong?.(what, passed) ?? new TypeError(message)
  }

  #fail(fault: Error): void {
    this.#ended = true
    this.fault = fault
    this.destroy(fault)
  }
}
