import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const EVERY_MS = 250
const NAME = /^(.+)-\d+\.peak$/

/** Writes this process's peak memory down, again and again, so that it is known even when it is killed. */
export const writePeakMemory = (folder: string, name: string): void => {
  const file = join(folder, `${name}-${process.pid}.peak`)
  const write = (): void => writeFileSync(file, String(process.resourceUsage().maxRSS * 1024))
  write()
  setInterval(write, EVERY_MS).unref()
  process.once('exit', write)
}

/** The peak resident memory of each kind of process of a run, in bytes: the highest where it was started more than once. */
export const readPeakMemory = (folder: string): ReadonlyMap<string, number> => {
  const peaks = new Map<string, number>()
  for (const file of readdirSync(folder)) {
    const name = NAME.exec(file)?.[1]
    if (name === undefined) continue
    peaks.set(name, Math.max(peaks.get(name) ?? 0, Number(readFileSync(join(folder, file), 'utf8'))))
  }
  return peaks
}
