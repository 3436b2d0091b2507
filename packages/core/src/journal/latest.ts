import type { Disk } from './disk.js'
import type { Entry } from './entry.js'
import { compareVersions, type Version } from './version.js'

/** The newest version of a key, and the ready entries of that key, none of them newer. */
export interface HighWater {
  version: Version
  readonly ready: Set<Entry>
}

/** The mark of a (flow, key), if one was ever set. */
export const highWater = (disk: Disk, flow: string, key: string): HighWater | undefined =>
  disk.latest.get(flow)?.get(key)

/** Sets the mark of a (flow, key) that has none. */
export const firstHighWater = (disk: Disk, flow: string, key: string, version: Version): void => {
  let keys = disk.latest.get(flow)
  if (keys === undefined) disk.latest.set(flow, (keys = new Map()))
  keys.set(key, { version, ready: new Set() })
}

const markOf = (disk: Disk, { line, latest }: Entry): HighWater | undefined =>
  latest && highWater(disk, line.flow, latest.key)

/** Whether a newer version has come. */
export const outdated = (disk: Disk, entry: Entry): boolean => {
  const mark = markOf(disk, entry)
  return mark !== undefined && compareVersions(entry.latest!.version, mark.version) < 0
}

/** Makes an entry one that a newer version supersedes. */
export const watchVersion = (disk: Disk, entry: Entry): void => {
  markOf(disk, entry)?.ready.add(entry)
}

/** The contrary of `watchVersion`. */
export const unwatchVersion = (disk: Disk, entry: Entry): void => {
  markOf(disk, entry)?.ready.delete(entry)
}
