// A stored failure has a type: dead letters, events, alerts and diverted messages say their tag without a cast.
import type { Alert, DeadLetter, Failed, FailureRecord, Json, Kind, RuntimeEvents } from '../../src/index.js'
import type { Dead } from '../../src/testing/index.js'

declare const dead: Dead
declare const letter: DeadLetter
declare const event: RuntimeEvents['dead'][0]
declare const alert: Alert
declare const diverted: Failed

export const tags: readonly string[] = [
  dead.error._tag,
  event.error._tag,
  alert.sample.error._tag,
  diverted.error._tag,
  ...letter.errors.map((e) => e._tag),
]
export const kind: Kind = dead.error.kind
export const message: string = dead.error.message
// Its own data is JSON, and so is all of it.
export const status: Json | undefined = dead.error.status
export const all: Json = dead.error
export const several: readonly Json[] = letter.errors
// @ts-expect-error what the failure's own data is, its class knows, not its record
export const code: number = dead.error.status
// @ts-expect-error a record is no failure to return from a step: it is data about one
export const error: Error = letter.errors[0] satisfies FailureRecord | undefined
