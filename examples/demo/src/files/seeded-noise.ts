import { createHash } from 'node:crypto'

const AT_A_TIME = 1024

/** An endless sequence of chance that is always the same for the same seed (xorshift128). Not for secrets. */
export class SeededNoise {
  readonly #state: Int32Array
  readonly #ready = new Uint32Array(AT_A_TIME)
  #next = AT_A_TIME

  constructor(seed: string) {
    const digest = createHash('sha256').update(seed).digest()
    this.#state = new Int32Array([0, 4, 8, 12].map((at) => digest.readInt32LE(at) | 1))
  }

  /** The next 32 bits. */
  word(): number {
    if (this.#next === AT_A_TIME) {
      this.#fill(this.#ready)
      this.#next = 0
    }
    return this.#ready[this.#next++]!
  }

  /** From 0 up to 1. */
  part(): number {
    return this.word() / 2 ** 32
  }

  /** A whole number from 0 to below `below`. */
  below(below: number): number {
    return Math.floor(this.part() * below)
  }

  /** That many bytes. */
  bytes(length: number): Uint8Array<ArrayBuffer> {
    const words = new Uint32Array(Math.ceil(length / 4))
    this.#fill(words)
    return new Uint8Array(words.buffer, 0, length)
  }

  #fill(words: Uint32Array): void {
    let [a, b, c, d] = this.#state as unknown as [number, number, number, number]
    for (let i = 0; i < words.length; i++) {
      let t = d
      t ^= t << 11
      t ^= t >>> 8
      d = c
      c = b
      b = a
      t ^= a ^ (a >>> 19)
      a = t
      words[i] = t
    }
    this.#state.set([a, b, c, d])
  }
}
