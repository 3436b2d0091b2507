import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { workFolder } from '../harness/places.ts'
import { median } from '../harness/median.ts'

let made = 0

/** A file that is not there yet, on the same disk for every side; gone with the process. */
export const freshFile = (name: string): string => {
  const file = join(workFolder('journal'), `${name}-${process.pid}-${++made}.db`)
  const remove = (): void => {
    for (const suffix of ['', '-wal', '-shm', '-journal', '.lock', '-lock'])
      rmSync(file + suffix, { force: true })
  }
  remove()
  process.on('exit', remove)
  return file
}

/** What one fsync of one written page takes on this disk: milliseconds, the median of so many. */
export const fsyncMs = (times = 50): number => {
  const file = freshFile('fsync')
  const page = Buffer.alloc(4096, 1)
  const fd = openSync(file, 'w')
  const taken = Array.from({ length: times }, () => {
    const before = performance.now()
    writeSync(fd, page)
    fdatasyncSync(fd)
    return performance.now() - before
  })
  closeSync(fd)
  return median(taken)
}
