import { createCipheriv, createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { FileProvider, FileRef } from '@xconnector/core'

/** Where and how often a file was opened, and whether it was closed again. */
export interface OpenedFile {
  readonly id: string
  readonly start: number
  readonly stream: Readable
}

/** Files of seeded bytes, which can break. */
export class MemoryFiles implements FileProvider {
  readonly name: string = 'memory'
  readonly opened: OpenedFile[] = []
  /** What the next opened streams do, in place of giving all their bytes. */
  readonly next: ((bytes: Buffer) => Readable)[] = []
  readonly #files = new Map<string, Buffer>()

  /** Adds a file of `size` seeded bytes. */
  add(id: string, size: number, version = '1'): Buffer {
    const bytes = seeded(`${id} ${version}`, size)
    this.#files.set(`${id} ${version}`, bytes)
    return bytes
  }

  /** The reference of a file; without its sha256 unless asked. */
  ref(id: string, version = '1', hashed = false): FileRef {
    const bytes = this.#files.get(`${id} ${version}`)!
    const sha256 = sha256Of(bytes)
    return { provider: this.name, id, version, size: bytes.length, ...(hashed && { sha256 }) }
  }

  open(file: FileRef, options: { readonly start?: number } = {}): Readable {
    const { start = 0 } = options
    const bytes = this.#files.get(`${file.id} ${file.version}`)!.subarray(start)
    const stream = this.next.shift()?.(bytes) ?? pieces(bytes)
    this.opened.push({ id: file.id, start, stream })
    return stream
  }

  /** Whether every stream that was opened is closed. */
  get allClosed(): boolean {
    return this.opened.every(({ stream }) => stream.destroyed)
  }
}

/** A stream of the bytes in pieces of 16 KiB. */
export const pieces = (bytes: Buffer): Readable => {
  let at = 0
  return new Readable({
    read() {
      this.push(at < bytes.length ? bytes.subarray(at, (at += 16 * 1024)) : null)
    },
  })
}

/** A stream that breaks with an error after some bytes. */
export const breaking =
  (after: number, error: Error) =>
  (bytes: Buffer): Readable => {
    let at = 0
    return new Readable({
      read() {
        if (at >= after) this.destroy(error)
        else this.push(bytes.subarray(at, (at = Math.min(after, at + 16 * 1024))))
      },
    })
  }

const seeded = (seed: string, size: number): Buffer => {
  const key = createHash('sha256').update(seed).digest()
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(size))
}

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
