import { createHash, createHmac } from 'node:crypto'
import { Readable } from 'node:stream'

const BLOCK = 64 * 1024

/** A file of any size that is nowhere: its bytes are made when they are read, the same each time. */
export interface Content {
  readonly size: number
  readonly sha256: string
  /** The bytes from `start` on. `given` is told of each piece. */
  read(start?: number, given?: (bytes: number) => void): Readable
}

/** Content by a seed. Makes all of it once, for its digest. */
export const contentOf = (seed: string, size: number): Content => {
  const hash = createHash('sha256')
  for (let at = 0; at < size; at += BLOCK) hash.update(block(seed, at / BLOCK, size))
  return {
    size,
    sha256: hash.digest('hex'),
    read(start = 0, given = () => {}) {
      let at = start
      return new Readable({
        read() {
          const piece = block(seed, Math.floor(at / BLOCK), size).subarray(at % BLOCK)
          at += piece.length
          given(piece.length)
          this.push(piece.length === 0 ? null : piece)
        },
      })
    },
  }
}

const block = (seed: string, n: number, size: number): Buffer => {
  const length = Math.max(0, Math.min(BLOCK, size - n * BLOCK))
  return Buffer.alloc(length, createHmac('sha256', seed).update(String(n)).digest())
}
