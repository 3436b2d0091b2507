import type { Disk } from './disk.js'
import type { Entry } from './entry.js'

/** Keeps an entry, as one of its message. */
export const keep = (disk: Disk, entry: Entry): void => {
  disk.entries.set(entry.id, entry)
  const message = disk.messages.get(entry.root)
  if (message === undefined) disk.messages.set(entry.root, new Set([entry]))
  else message.add(entry)
}

/** Removes an entry, and the done root with it when that is all that was left of the message. */
export const forget = (disk: Disk, entry: Entry): void => {
  remove(disk, entry)
  const message = disk.messages.get(entry.root)
  if (message?.size !== 1) return
  const root = disk.entries.get(entry.root)
  if (root?.state === 'done') remove(disk, root)
}

const remove = (disk: Disk, entry: Entry): void => {
  entry.state = 'gone'
  disk.entries.delete(entry.id)
  const message = disk.messages.get(entry.root)!
  message.delete(entry)
  if (message.size === 0) disk.messages.delete(entry.root)
}

/** A done entry goes; a done root stays, with its raw input, while anything else of its message is alive or dead. */
export const retire = (disk: Disk, entry: Entry): void => {
  if (entry.id === entry.root && disk.messages.get(entry.root)!.size > 1) entry.state = 'done'
  else forget(disk, entry)
}
