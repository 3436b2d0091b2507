import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { createGzip } from 'node:zlib'
import { formatOf, HEAD_BYTES } from './magic.ts'

/** What a file on disk is, read anew from its first byte to its last. */
export interface FileOnDisk {
  readonly size: number
  /** Lower-case hex. */
  readonly sha256: string
  /** By its first bytes. */
  readonly format: string | undefined
}

/** Hashes a file; `undefined`: there is none. */
export const readFileOnDisk = async (path: string): Promise<FileOnDisk | undefined> => {
  const hash = createHash('sha256')
  let head: Buffer = Buffer.alloc(0)
  let size = 0
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
      const bytes = chunk as Buffer
      if (head.length < HEAD_BYTES) head = Buffer.concat([head, bytes.subarray(0, HEAD_BYTES)])
      size += bytes.length
      hash.update(bytes)
    }
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw thrown
  }
  return { size, sha256: hash.digest('hex'), format: formatOf(head) }
}

/** How many bytes gzip makes of a file, at its default level. */
export const gzipSizeOf = async (path: string): Promise<number> => {
  let size = 0
  const packed = createReadStream(path, { highWaterMark: 1 << 20 }).pipe(createGzip())
  for await (const chunk of packed) size += (chunk as Buffer).length
  return size
}
