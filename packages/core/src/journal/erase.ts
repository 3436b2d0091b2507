import { drop } from './discard.js'
import type { Disk } from './disk.js'
import { forget } from './retention.js'

/** Removes all that is kept of a key, whether it orders entries or versions: `Admin.erase`. */
export const erase = (disk: Disk, key: string): number => {
  let erased = 0
  const entries = [...disk.entries.values()].filter((entry) => entry.key === key || entry.latest?.key === key)
  for (const entry of entries) {
    // A done root may have gone with the last entry of its message; it was of this key all the same.
    erased++
    if (entry.state === 'done') forget(disk, entry)
    else if (entry.state !== 'gone') drop(disk, entry, 'discarded', false)
  }
  for (const keys of disk.latest.values()) keys.delete(key)
  return erased
}
