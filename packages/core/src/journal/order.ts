import type { Entry } from './entry.js'
import { Heap } from './heap.js'
import { queue } from './ready.js'

/** Puts a living entry into the line of its key: at the head when nobody is there, else behind, by sequence. */
export const enterKey = (entry: Entry): void => {
  if (entry.key === undefined) return
  const keyLine = entry.line.keys.get(entry.key)
  entry.head = keyLine === undefined
  if (keyLine === undefined) entry.line.keys.set(entry.key, { head: entry })
  else entry.place = (keyLine.behind ??= new Heap()).push(entry, entry.seq, 0)
}

/** Takes an entry out of the line of its key; the next one moves up. */
export const leaveKey = (entry: Entry): void => {
  if (entry.key === undefined) return
  const keyLine = entry.line.keys.get(entry.key)!
  if (!entry.head) {
    keyLine.behind!.remove(entry.place!)
    entry.place = undefined
    return
  }
  const next = keyLine.behind?.pop()
  if (next === undefined) {
    entry.line.keys.delete(entry.key)
    return
  }
  next.place = undefined
  next.head = true
  keyLine.head = next
  if (next.state === 'ready') queue(next)
}
