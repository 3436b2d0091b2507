import { closeSync, openSync, readSync } from 'node:fs'

/**
 * How many transactions that wrote a database in WAL mode has seen: the counter `iChange` in the header of its index
 * file (walformat.html, 2.2: bytes 8 to 11, in the machine's byte order). Wraps at 2^32.
 */
export const commitsOf = (file: string): number => {
  const header = Buffer.alloc(12)
  const fd = openSync(`${file}-shm`, 'r')
  try {
    readSync(fd, header, 0, 12, 0)
  } finally {
    closeSync(fd)
  }
  return new Uint32Array(header.buffer, header.byteOffset + 8, 1)[0]!
}
