import type { NewEntry } from '../ports/journal.js'
import type { Disk } from './disk.js'

/** What a dedupe key is bound to, and until when. */
export interface Bound {
  readonly id: string
  readonly until: number
}

/** The id that the key is bound to inside its window, if any. */
export const boundTo = (disk: Disk, key: string, now: number): string | undefined => {
  const bound = disk.dedupe.get(key)
  return bound !== undefined && now < bound.until ? bound.id : undefined
}

/** Binds a key for its window; looks at two others in passing, so that keys whose window is over do not pile up. */
export const bind = (
  disk: Disk,
  { key, until }: NonNullable<NewEntry['dedupe']>,
  id: string,
  now: number,
): void => {
  disk.dedupe.set(key, { id, until })
  for (let i = 0; i < 2; i++) {
    const step = (disk.dedupeWalk ??= disk.dedupe.entries()).next()
    if (step.done === true) {
      disk.dedupeWalk = undefined
      return
    }
    const [seen, bound] = step.value
    if (bound.until <= now) disk.dedupe.delete(seen)
  }
}
