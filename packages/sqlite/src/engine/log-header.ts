import { closeSync, openSync, readSync } from 'node:fs'

const LENGTH = 32

/**
 * Whether a write-ahead log begins as one (https://sqlite.org/fileformat2.html#the_write_ahead_log). SQLite takes one that
 * does not for an empty one, and writes over it. What no write has reached yet is zeros, or is not there.
 */
export const isLog = (path: string): boolean => {
  const header = Buffer.alloc(LENGTH)
  const fd = openSync(path, 'r')
  try {
    if (readSync(fd, header, 0, LENGTH, 0) < LENGTH) return true
  } finally {
    closeSync(fd)
  }
  return header.every((byte) => byte === 0) || isHeader(header)
}

const isHeader = (header: Buffer): boolean => {
  const magic = header.readUInt32BE(0)
  if ((magic & ~1) >>> 0 !== 0x377f0682) return false
  const word = (at: number): number => (magic & 1 ? header.readUInt32BE(at) : header.readUInt32LE(at))
  let [a, b] = [0, 0]
  for (let at = 0; at < 24; at += 8) {
    a = (a + word(at) + b) >>> 0
    b = (b + word(at + 4) + a) >>> 0
  }
  return header.readUInt32BE(24) === a && header.readUInt32BE(28) === b
}
