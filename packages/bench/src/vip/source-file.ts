import { createCipheriv, createHash } from 'node:crypto'
import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { workFolder } from '../harness/places.ts'

/** A file that is sent. */
export interface SourceFile {
  readonly path: string
  /** Bytes. */
  readonly size: number
  /** Lower-case hex. */
  readonly sha256: string
}

/** What a sender sends: a small file before the clock starts, so that its code is loaded and warm, and then the one that counts. */
export interface SourceFiles {
  readonly warmUp: SourceFile
  readonly counted: SourceFile
}

const MIB = 1024 * 1024
const WARM_UP_MIB = 16
const VARIABLE = 'BENCH_VIP_FILES'

/** Writes both, the counted one of so many MiB. They are gone with the process. Gives what `sourceFiles` reads. */
export const makeSourceFiles = (mib: number): Readonly<Record<string, string>> => {
  const files: SourceFiles = { warmUp: make('warm-up', WARM_UP_MIB), counted: make('counted', mib) }
  return { [VARIABLE]: JSON.stringify(files) }
}

/** Both files, in the process of a variant. */
export const sourceFiles = (): SourceFiles => {
  const { [VARIABLE]: files } = process.env
  if (files === undefined) throw new Error('the files to be sent have not been made')
  return JSON.parse(files) as SourceFiles
}

// Of bytes that cannot be compressed.
const make = (name: string, mib: number): SourceFile => {
  const path = join(workFolder('vip'), `${name}-${process.pid}`)
  process.on('exit', () => rmSync(path, { force: true }))
  const zeros = Buffer.alloc(MIB)
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, name), Buffer.alloc(16))
  const hash = createHash('sha256')
  const fd = openSync(path, 'w')
  for (let i = 0; i < mib; i++) {
    const piece = cipher.update(zeros)
    hash.update(piece)
    writeSync(fd, piece)
  }
  closeSync(fd)
  return { path, size: mib * MIB, sha256: hash.digest('hex') }
}
