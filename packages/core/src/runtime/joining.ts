import { failureRecord } from '../failure/failure-record.js'
import type { PartialFailure } from '../failure/partial-failure.js'
import type { Tagged } from '../failure/failure.js'
import type { Json } from '../message/json.js'
import type { Joining } from '../plan/hop.js'
import type { Claimed, Reply } from '../ports/journal.js'
import type { Result } from '../result/result.js'
import { joined, type Ending } from '../run/joined.js'
import { storedFailure } from './stored-failure.js'

/** What a join's entry begins with: the replies that came, as one body, or `PartialFailure`. */
export const joinedBody = (joining: Joining, entry: Claimed): Result<PartialFailure, unknown> => {
  const endings = new Map(Object.entries(entry.replies ?? {}).map(([name, r]) => [name, endingOf(r)]))
  return joined(joining.settle, entry.join!.expect, endings, joining.optional, joining.each)
}

const endingOf = (r: Reply): Ending => {
  if (r.as === 'reply') return { as: 'reply', value: JSON.parse(r.value) as unknown }
  if (r.as === 'none') return r
  const { attempt } = failureRecord(r.error)
  return { as: 'failure', error: readBack(r.error), attempts: typeof attempt === 'number' ? attempt : 1 }
}

// Its message is stored with the body at the next cut, like the rest of it.
const readBack = (stored: Json): Tagged =>
  Object.defineProperty(storedFailure(stored), 'message', { enumerable: true })
