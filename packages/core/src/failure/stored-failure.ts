import { Failure, type Tagged } from './failure.js'
import { failureRecord } from './failure-record.js'
import type { Json } from '../message/json.js'

/** A failure read back from its stored form, so that a route can be asked about it: tag, kind, message and data. */
export const storedFailure = (stored: Json): Tagged => {
  const record = failureRecord(stored)
  const failure = new Failure(record._tag, record.kind, record.message)
  for (const [name, value] of Object.entries(record))
    if (!(name in failure)) Object.defineProperty(failure, name, { value, enumerable: true })
  return failure
}
