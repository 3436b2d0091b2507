import { createCipheriv, createHash } from 'node:crypto'
import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { workFolder } from '../harness/places.ts'

/** The file that is sent. */
export interface SourceFile {
  readonly path: string
  /** Bytes. */
  readonly size: number
  /** Lower-case hex. */
  readonly sha256: string
}

const MIB = 1024 * 1024
const PATH = 'BENCH_FILE'
const SHA256 = 'BENCH_FILE_SHA256'

/** Writes a file of so many MiB that cannot be compressed; gone with the process. Gives what `sourceFile` reads. */
export const makeSourceFile = (mib: number): Readonly<Record<string, string>> => {
  const path = join(workFolder('vip'), `source-${process.pid}`)
  process.on('exit', () => rmSync(path, { force: true }))
  const zeros = Buffer.alloc(MIB)
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, 1), Buffer.alloc(16))
  const hash = createHash('sha256')
  const fd = openSync(path, 'w')
  for (let i = 0; i < mib; i++) {
    const piece = cipher.update(zeros)
    hash.update(piece)
    writeSync(fd, piece)
  }
  closeSync(fd)
  return { [PATH]: path, [SHA256]: hash.digest('hex') }
}

/** The file, in the process of a variant. */
export const sourceFile = (mib: number): SourceFile => {
  const { [PATH]: path, [SHA256]: sha256 } = process.env
  if (path === undefined || sha256 === undefined) throw new Error('the file to be sent has not been made')
  return { path, size: mib * MIB, sha256 }
}
