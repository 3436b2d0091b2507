import { createHash, createHmac } from 'node:crypto'
import { Readable } from 'node:stream'

/** Bytes that do not repeat, made from a seed: `size` of them, in pieces of 64 KiB, each made when it is asked for. */
export const made = (
  size: number,
  seed = 'a',
): Readable & { readonly given: number; readonly sha256: string } => {
  const hash = createHash('sha256')
  let given = 0
  let n = 0
  const stream = new Readable({
    read() {
      if (given === size) {
        this.push(null)
        return
      }
      const piece = block(seed, n++).subarray(0, size - given)
      given += piece.length
      hash.update(piece)
      this.push(piece)
    },
  })
  return Object.defineProperties(stream, {
    given: { get: () => given },
    sha256: { get: () => hash.copy().digest('hex') },
  }) as never
}

const block = (seed: string, n: number): Buffer => {
  const key = createHmac('sha256', seed).update(String(n)).digest()
  const out = Buffer.alloc(64 * 1024, key)
  out.writeUInt32BE(n)
  return out
}

export const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

/** Lets I/O happen until something holds. */
export const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve))
}
