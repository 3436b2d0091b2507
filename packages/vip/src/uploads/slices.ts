import type { Hash } from 'node:crypto'
import { Readable } from 'node:stream'

/** Why a source has fewer bytes than were asked of it. */
export class TooShort extends Error {}

/**
 * One stream, given out slice by slice, each a stream of its own. Nothing is kept but the rest of one piece; a slice that
 * is not read holds the source back. What goes through is hashed.
 */
export class Slices {
  /** What the source broke with: the slices end with it too. */
  fault: Error | undefined
  readonly #source: Readable
  readonly #hash: Hash | undefined
  #slice: Slice | undefined
  #rest: Buffer | undefined
  #ended = false
  #asked: { readonly yes: (over: boolean) => void; readonly no: (fault: Error) => void } | undefined

  constructor(source: Readable, hash: Hash | undefined) {
    this.#source = source
    this.#hash = hash
    source.on('data', (piece: Buffer | string) =>
      this.#came(Buffer.isBuffer(piece) ? piece : Buffer.from(piece)),
    )
    source.on('end', () => this.#end())
    source.on('error', (error: Error) => this.#break(error))
    source.on('close', () => this.#break(new Error('the file closed before its end')))
    source.pause()
    if (source.destroyed) this.#break(source.errored ?? new Error('the file was closed before it was read'))
  }

  /** The hash of all bytes that were given out. It can go on from there. */
  hashed(): Hash | undefined {
    return this.#hash?.copy()
  }

  /** The next `length` bytes. The slice before it must have been read to its end. */
  next(length: number): Slice {
    const slice = new Slice(length, () => this.#pull(slice))
    this.#slice = slice
    if (length === 0) this.#done(slice)
    else if (this.fault !== undefined) slice.destroy(this.fault)
    return slice
  }

  /** Reads over the next `length` bytes, which are hashed. */
  async skip(length: number): Promise<void> {
    for await (const _ of this.next(length));
  }

  /** Whether nothing is left. */
  isOver(): Promise<boolean> {
    if (this.#rest !== undefined) return Promise.resolve(false)
    if (this.#ended) return Promise.resolve(true)
    if (this.fault !== undefined) return Promise.reject(this.fault)
    return new Promise((yes, no) => {
      this.#asked = { yes, no }
      this.#source.resume()
    })
  }

  /** Closes the source. */
  destroy(): void {
    this.#source.destroy()
  }

  #came(piece: Buffer): void {
    const slice = this.#slice
    if (slice === undefined) {
      this.#rest = piece
      this.#source.pause()
      this.#asked?.yes(false)
      return
    }
    const part = piece.length <= slice.left ? piece : piece.subarray(0, slice.left)
    this.#hash?.update(part)
    const more = slice.give(part)
    if (part.length < piece.length) this.#rest = piece.subarray(part.length)
    if (slice.left === 0) this.#done(slice)
    else if (!more) this.#source.pause()
  }

  #pull(slice: Slice): void {
    if (slice !== this.#slice) return
    const rest = this.#rest
    this.#rest = undefined
    if (rest !== undefined) this.#came(rest)
    else if (this.#ended) slice.destroy(new TooShort(`the file ended ${slice.left} bytes too early`))
    else this.#source.resume()
  }

  #done(slice: Slice): void {
    this.#slice = undefined
    this.#source.pause()
    slice.push(null)
  }

  #end(): void {
    this.#ended = true
    this.#asked?.yes(true)
    if (this.#slice !== undefined) this.#pull(this.#slice)
  }

  #break(fault: Error): void {
    if (this.#ended || this.fault !== undefined) return
    this.fault = fault
    this.#asked?.no(fault)
    this.#slice?.destroy(fault)
  }
}

/** A part of a source. */
export class Slice extends Readable {
  /** Bytes that are still to come. */
  left: number
  readonly #pull: () => void

  constructor(length: number, pull: () => void) {
    super()
    this.left = length
    this.#pull = pull
    // Whoever reads it hears of its end; if nobody does, that must not end the process.
    this.on('error', () => {})
  }

  give(part: Buffer): boolean {
    this.left -= part.length
    return this.push(part)
  }

  override _read(): void {
    this.#pull()
  }
}
