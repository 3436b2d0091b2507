import { Failure, type Kind, type Tagged } from '../failure/failure.js'
import type { Json } from '../message/json.js'

/** A failure read back from its stored form, so that a route can be asked about it: tag, kind, message and data. */
export const storedFailure = (stored: Json): Tagged => {
  const s = (stored ?? {}) as Readonly<Record<string, Json>>
  const failure = new Failure(
    typeof s._tag === 'string' ? s._tag : 'StepFailed',
    (s.kind ?? 'permanent') as Kind,
    typeof s.message === 'string' ? s.message : '',
  )
  for (const [name, value] of Object.entries(s))
    if (!(name in failure)) Object.defineProperty(failure, name, { value, enumerable: true })
  return failure
}
