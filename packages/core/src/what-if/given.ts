import type { DeadLetter } from '../runtime/dead-letters.js'
import type { DeadLetterReport } from '../runtime/dead-letter-report.js'
import { envelopeOf } from '../runtime/envelope.js'
import type { Found } from '../ports/journal.js'
import type { Given, RawEntry, Skipped, WhatIfEntry } from './entry.js'
import { isTime } from './options.js'

/** Makes an entry ready to run, or says why it cannot be. `flow`: the name that entries of it have. */
export const givenOf = (entry: WhatIfEntry, index: number, flow: string): Given | Skipped => {
  if (typeof entry !== 'object' || entry === null) return { why: `not an entry, but ${typeof entry}` }
  if (!('hop' in entry)) return raw(entry, index)
  if (entry.flow !== flow) return { why: `of flow "${entry.flow}"` }
  if (entry.hop.startsWith('alert ')) return { why: 'an alert that could not be delivered' }
  return 'state' in entry ? found(entry, index) : letter(entry, index)
}

const raw = (entry: RawEntry, index: number): Given | Skipped => {
  if (!('raw' in entry)) return { why: 'without its raw input, which the journal keeps no more' }
  const { id = `message-${index + 1}`, type = '', time, headers } = entry
  const body = textOf(entry.raw)
  if (body === undefined) return { why: 'its raw input is no JSON' }
  if (time !== undefined && !isTime(time)) return { why: 'its time is no epoch milliseconds' }
  return {
    index,
    id,
    root: rootAt(index),
    path: '',
    body,
    type,
    ...(time !== undefined && { time }),
    ...(headers !== undefined && { headers }),
  }
}

const letter = (entry: DeadLetter | DeadLetterReport, index: number): Given => {
  const message = 'message' in entry ? entry.message : undefined
  return {
    index,
    id: entry.id,
    root: rootAt(index),
    hop: entry.hop,
    path: pathOf(entry.id),
    body: JSON.stringify(entry.body) ?? 'null',
    version: entry.version,
    type: message?.type ?? '',
    time: message?.time ?? entry.at,
    headers: entry.headers,
  }
}

const found = (entry: Found, index: number): Given | Skipped => {
  if (entry.join !== undefined) return { why: 'a join, which waits for its replies' }
  const { v, type, time, headers } = envelopeOf(entry)
  return {
    index,
    id: entry.id,
    root: rootAt(index),
    hop: entry.hop,
    path: pathOf(entry.id),
    body: entry.body,
    version: v,
    type,
    time,
    ...(headers !== undefined && { headers }),
    ...(entry.key !== undefined && { key: entry.key }),
    ...(entry.envelope !== undefined && { envelope: entry.envelope }),
  }
}

/** Nothing is `null`. Undefined: it cannot be stored, so that no journal gave it. */
const textOf = (raw: unknown): string | undefined => {
  try {
    return JSON.stringify(raw === undefined ? null : raw)
  } catch {
    return undefined
  }
}

/** Looks like the ids of messages, and is found in no text by chance. */
const rootAt = (index: number): string => `00000000-0000-7fff-bfff-${String(index + 1).padStart(12, '0')}`

const pathOf = (id: string): string => {
  const cut = id.indexOf('/')
  return cut < 0 ? '' : id.slice(cut)
}
