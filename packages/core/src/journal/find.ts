import type { Json } from '../message/json.js'
import type { FindQuery, Found } from '../ports/journal.js'
import { replies } from './answer.js'
import type { Disk } from './disk.js'
import { type Entry, givenBack } from './entry.js'

/** Looks for entries, in sequence: `Admin.find`. */
export const find = (disk: Disk, query: FindQuery): readonly Found[] => {
  const { root, after = 0, limit } = query
  const within = root === undefined ? disk.entries.values() : (disk.messages.get(root) ?? [])
  const found: Found[] = []
  for (const entry of within) {
    if (found.length >= limit) break
    if (entry.seq > after && matches(entry, query)) found.push(shown(disk, entry))
  }
  return found
}

const matches = ({ state, line, errors }: Entry, query: FindQuery): boolean => {
  if (query.state === 'dead' && state !== 'dead') return false
  if (query.state === 'waiting' && (state === 'dead' || state === 'done')) return false
  if (query.flow !== undefined && line.flow !== query.flow) return false
  if (query.hop !== undefined && line.hop !== query.hop) return false
  return query.tag === undefined || tagOf(errors?.at(-1)) === query.tag
}

const tagOf = (error: string | undefined): unknown => {
  const parsed = error === undefined ? null : (JSON.parse(error) as Json)
  return typeof parsed === 'object' && parsed !== null && '_tag' in parsed ? parsed._tag : undefined
}

const shown = (disk: Disk, entry: Entry): Found => ({
  ...givenBack(entry),
  seq: entry.seq,
  at: entry.at,
  state: entry.state as Found['state'],
  attempts: entry.attempts,
  claims: entry.claims,
  due: entry.due,
  errors: (entry.errors ?? []).map((error) => JSON.parse(error) as Json),
  ...(entry.join !== undefined && { replies: replies(disk, entry) }),
})
