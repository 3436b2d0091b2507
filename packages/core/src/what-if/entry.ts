import type { DeadLetter } from '../runtime/dead-letters.js'
import type { DeadLetterReport } from '../runtime/dead-letter-report.js'
import type { Found } from '../ports/journal.js'

/** A message as it came from outside: it starts at the source's decoder. `message` of a `DeadLetterReport` is one. */
export interface RawEntry {
  readonly raw?: unknown
  readonly type?: string
  readonly headers?: Readonly<Record<string, string>>
  /** When it happened: epoch milliseconds. */
  readonly time?: number
  /** Under which it is told. */
  readonly id?: string
}

/**
 * What may be run: a raw message; a dead letter, which starts at its hop; an entry of a journal as `admin.find` gives it.
 */
export type WhatIfEntry = RawEntry | DeadLetter | DeadLetterReport | Found

/** An entry as a world takes it. */
export interface Given {
  /** Its place among the entries, from 0. */
  readonly index: number
  /** Under which it is told. */
  readonly id: string
  /** The id that its message has while it runs: in both versions the same, and no other entry's. */
  readonly root: string
  /** Where it starts; left out: at the source. */
  readonly hop?: string
  /** The id after the root's. */
  readonly path: string
  /** JSON. */
  readonly body: string
  /** The version of the flow that stored it. */
  readonly version?: number
  readonly type: string
  readonly time?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly key?: string
  /** As stored: of an entry of a journal. */
  readonly envelope?: string
}

/** Why an entry is left out. */
export interface Skipped {
  readonly why: string
}
