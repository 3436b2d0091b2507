import { answer, noReply } from './answer.js'
import type { Disk } from './disk.js'
import { end } from './end.js'
import type { Entry } from './entry.js'
import { firstHighWater, highWater } from './latest.js'
import { compareVersions, type Version } from './version.js'

/** Ends an entry because a newer version has come. A claimed one must have been let go. */
export const supersede = (disk: Disk, entry: Entry): void => {
  end(disk, entry, 'superseded')
  answer(disk, entry, noReply)
}

/** Judges a version that comes in. false: it is older than the mark. A newer one supersedes what is ready. */
export const admit = (disk: Disk, flow: string, key: string, version: Version): boolean => {
  const mark = highWater(disk, flow, key)
  if (mark === undefined) {
    firstHighWater(disk, flow, key, version)
    return true
  }
  const order = compareVersions(version, mark.version)
  if (order <= 0) return order === 0
  mark.version = version
  for (const older of mark.ready) supersede(disk, older)
  return true
}
