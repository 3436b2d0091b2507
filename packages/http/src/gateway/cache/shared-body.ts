import type { Front } from '../wire/front.js'

// What may wait for the slowest reader when nothing is kept.
const WINDOW = 256 * 1024

interface Reader {
  readonly front: Front
  /** The next chunk for it, counted from the first that there was. */
  next: number
  blocked: boolean
}

/**
 * A body that comes once and goes to several fronts, each at its own pace, and into the store as long as it is small enough.
 * While it is kept, nobody waits for anybody; when it is not, it comes no faster than the slowest takes it.
 */
export class SharedBody {
  readonly #most: number
  readonly #resume: () => void
  readonly #readers = new Set<Reader>()
  readonly #chunks: Uint8Array[] = []
  // Chunks before the first one that is still there.
  #dropped = 0
  #held = 0
  #kept: boolean
  #ended = false

  /** `most`: the bytes that are kept; `resume` is called when more may come, after `add` gave `false`. */
  constructor(kept: boolean, most: number, resume: () => void) {
    this.#kept = kept
    this.#most = most
    this.#resume = resume
  }

  /** Whether it is there from its first byte on. */
  get kept(): boolean {
    return this.#kept
  }

  get readers(): number {
    return this.#readers.size
  }

  /** All of it. Only while it is kept. */
  whole(): Buffer {
    return Buffer.concat(this.#chunks, this.#held)
  }

  /** Lets a front read from the beginning. Gives the function that lets it go. */
  read(front: Front): () => void {
    const reader: Reader = { front, next: 0, blocked: false }
    this.#readers.add(reader)
    front.onReady(() => {
      reader.blocked = false
      this.#pump(reader)
      this.#trim()
    })
    this.#pump(reader)
    return () => {
      this.#readers.delete(reader)
      this.#trim()
    }
  }

  /** `false`: wait until more may come. */
  add(chunk: Uint8Array): boolean {
    this.#chunks.push(chunk)
    this.#held += chunk.byteLength
    if (this.#held > this.#most) this.#kept = false
    for (const reader of this.#readers) this.#pump(reader)
    if (this.#kept) return true
    this.#drop()
    return this.#held <= WINDOW
  }

  end(): void {
    this.#ended = true
    for (const reader of this.#readers) this.#pump(reader)
  }

  /** There will be no more: what the fronts have got is broken off. */
  break(): void {
    for (const { front } of this.#readers) front.abort()
    this.#readers.clear()
  }

  #pump(reader: Reader): void {
    const { front } = reader
    while (!reader.blocked && reader.next < this.#dropped + this.#chunks.length) {
      const chunk = this.#chunks[reader.next - this.#dropped]!
      reader.next++
      if (this.#ended && reader.next === this.#dropped + this.#chunks.length) return this.#done(reader, chunk)
      reader.blocked = !front.write(chunk)
    }
    if (this.#ended && !reader.blocked) this.#done(reader)
  }

  #done(reader: Reader, last?: Uint8Array): void {
    this.#readers.delete(reader)
    reader.front.end(last)
  }

  #trim(): void {
    if (this.#kept || this.#ended) return
    const before = this.#held
    this.#drop()
    if (before > WINDOW && this.#held <= WINDOW) this.#resume()
  }

  /** Lets go of what all readers have. */
  #drop(): void {
    let slowest = this.#dropped + this.#chunks.length
    for (const { next } of this.#readers) slowest = Math.min(slowest, next)
    const gone = this.#chunks.splice(0, slowest - this.#dropped)
    this.#dropped = slowest
    for (const chunk of gone) this.#held -= chunk.byteLength
  }
}
