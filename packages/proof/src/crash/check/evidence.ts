import { readFileSync } from 'node:fs'
import type { Mode } from '../cast/slots.ts'
import { slotsOf } from '../cast/slots.ts'
import { recordsOf } from '../line-log.ts'
import { placesIn } from '../places.ts'
import type { Acknowledged, Begun } from '../producer/producer-log.ts'
import type { Received } from '../receiver/request-log.ts'
import type { Violence } from '../violence.ts'
import { readJournal, type JournalFile } from './journal-file.ts'

/** All that a run is judged by: three logs that the library has no hand in, and the journal's file. */
export interface Evidence {
  readonly acknowledged: readonly Acknowledged[]
  readonly begun: readonly Begun[]
  /** In the order in which the requests came. */
  readonly received: readonly Received[]
  readonly journal: JournalFile
  /** What was done to the processes. */
  readonly violence: Violence
}

/** Where a run says what it did to its processes. */
export const VIOLENCE_FILE = 'violence.json'

/** Reads what a run has left in its directory. */
export const evidenceIn = (directory: string, mode: Mode): Evidence => {
  const places = placesIn(directory)
  const producers = slotsOf(mode).filter(({ role }) => role === 'producer')
  return {
    acknowledged: producers.flatMap(({ name }) => recordsOf<Acknowledged>(places.acknowledged(name))),
    begun: producers.flatMap(({ name }) => recordsOf<Begun>(places.begun(name))),
    received: recordsOf<Received>(places.received),
    journal: readJournal(places.journal),
    violence: JSON.parse(readFileSync(`${directory}/${VIOLENCE_FILE}`, 'utf8')) as Violence,
  }
}
