import { failureRecord } from '../failure/failure-record.js'
import type { Tagged } from '../failure/failure.js'
import { storedFailure } from '../failure/stored-failure.js'
import type { Json } from '../message/json.js'
import type { Reply } from '../ports/journal.js'
import type { Ending } from './joined.js'

/** What a journal's join got, as a policy judges it. */
export const endings = (replies: Readonly<Record<string, Reply>>): ReadonlyMap<string, Ending> =>
  new Map(Object.entries(replies).map(([name, r]) => [name, endingOf(r)]))

const endingOf = (r: Reply): Ending => {
  if (r.as === 'reply') return { as: 'reply', value: JSON.parse(r.value) as unknown }
  if (r.as === 'none') return r
  const { attempt } = failureRecord(r.error)
  return { as: 'failure', error: readBack(r.error), attempts: typeof attempt === 'number' ? attempt : 1 }
}

// Its message is stored with the body at the next cut, like the rest of it.
const readBack = (stored: Json): Tagged =>
  Object.defineProperty(storedFailure(stored), 'message', { enumerable: true })
