import type { Json } from '../message/json.js'
import type { Advice } from '../operate/advice.js'
import { maskedHeaders } from '../operate/masked-headers.js'
import { readEnvelope } from '../operate/read-envelope.js'
import type { Found } from '../ports/journal.js'
import type { DeadLetter } from './dead-letters.js'
import type { Preview } from './preview.js'

/**
 * All that is known of a dead letter, on one page: what came in, what its hop was given, what went wrong at each attempt, and
 * what a replay would send. Data of the message stands in it as it is; credentials of requests and failures are masked.
 */
export interface DeadLetterReport extends DeadLetter {
  /** The message that it is of, as it was accepted. */
  readonly message: AcceptedMessage
  /** What to do about it. */
  readonly advice: Advice
  /** What a replay of the hop would send: the request, where its target is a call. Reads are made for it. */
  readonly again: Preview
}

/** A message as it was accepted. */
export interface AcceptedMessage {
  readonly id: string
  /** The name of the source. */
  readonly source: string
  readonly type: string
  /** Epoch milliseconds. */
  readonly time: number
  /** Credentials are masked. */
  readonly headers: Readonly<Record<string, string>>
  /** The raw input; its text, if that is not JSON. Left out where the journal keeps it no more. */
  readonly raw?: Json
}

/** The message of an entry. `root`: its entry as it was accepted, if it is still there. */
export const messageOf = (
  id: string,
  found: Found,
  root: Found | undefined,
  readable: (body: string) => Json,
): AcceptedMessage => {
  const { source, type, time, headers } = readEnvelope((root ?? found).envelope)
  return {
    id,
    source,
    type,
    time,
    headers: maskedHeaders(headers),
    ...(root !== undefined && { raw: readable(root.body) }),
  }
}
