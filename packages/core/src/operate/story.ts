import { failureRecord, type FailureRecord } from '../failure/failure-record.js'
import type { Json } from '../message/json.js'
import type { FlowDescription, HopDescription } from '../plan/describe.js'
import type { Found, Reply } from '../ports/journal.js'
import { adviceFor, type Advice } from './advice.js'
import { maskedHeaders } from './masked-headers.js'
import { readEnvelope } from './read-envelope.js'

/**
 * All that a journal knows of one entry, for whoever has to understand it. Data of the message stands in it as it is; headers
 * that may carry credentials are masked, and failures were stored without any.
 */
export interface Story {
  readonly id: string
  readonly flow: string
  readonly hop: string
  readonly seq: number
  readonly state: Found['state']
  /** Epoch milliseconds at which it got to this hop. */
  readonly at: number
  /** When it is due: epoch milliseconds. Only while it waits. */
  readonly due?: number
  readonly deadline?: number
  /** Failed attempts, the last one included. */
  readonly attempts: number
  readonly key?: string
  /** The version of the flow that stored it. */
  readonly version: number
  readonly headers: Readonly<Record<string, string>>
  /** The hop's input; its text, if that is not JSON. */
  readonly body: Json
  /** What the hop does, where a start has stored it. */
  readonly does?: Omit<HopDescription, 'name' | 'next'>
  /**
   * The failures of its attempts, oldest first, with what their calls were (method, path, status, chosen headers, the first
   * 4 KB of the answer); of very many, the first and the 19 last.
   */
  readonly errors: readonly FailureRecord[]
  /** Of a join: what came. */
  readonly replies?: Readonly<Record<string, Reply>>
  /** The message that it is of, as it was accepted. */
  readonly message: StoryMessage
  /** What to do about its last failure. */
  readonly advice?: Advice
}

/** A message as it was accepted. */
export interface StoryMessage {
  readonly id: string
  readonly source: string
  readonly type: string
  /** Epoch milliseconds. */
  readonly time: number
  readonly headers: Readonly<Record<string, string>>
  /** The message that this one came of: the one that it replays, splits or diverts. */
  readonly causation?: string
  readonly correlation?: string
  readonly traceparent?: string
  /** The raw input; its text, if that is not JSON. Left out where the journal keeps it no more. */
  readonly raw?: Json
}

/**
 * Tells the story of an entry from the journal alone, without a runtime. `root`: the entry of its message as it was accepted,
 * where it is still there. `description`: of its flow, as a start stored it.
 */
export const storyOf = (found: Found, root?: Found, description?: FlowDescription): Story => {
  const envelope = readEnvelope(found.envelope)
  const errors = found.errors.map(failureRecord)
  const last = errors.at(-1)
  const hop = description?.hops.find((h) => h.name === hopNow(description, found.hop))
  const waits = found.state === 'ready' || found.state === 'joining'
  return {
    id: found.id,
    flow: found.flow,
    hop: found.hop,
    seq: found.seq,
    state: found.state,
    at: found.at,
    ...(waits && { due: found.due }),
    ...(found.deadline !== undefined && { deadline: found.deadline }),
    attempts: typeof last?.['attempt'] === 'number' ? last['attempt'] : found.attempts,
    ...(found.key !== undefined && { key: found.key }),
    version: envelope.version,
    headers: maskedHeaders(envelope.headers),
    body: readable(found.body),
    ...(hop !== undefined && { does: whatItDoes(hop) }),
    errors,
    ...(found.replies !== undefined && { replies: found.replies }),
    message: messageOf(found, root),
    ...(last !== undefined && { advice: adviceFor(last, hop) }),
  }
}

const hopNow = ({ renamed }: FlowDescription, hop: string): string =>
  renamed !== undefined && Object.hasOwn(renamed, hop) ? renamed[hop]! : hop

const whatItDoes = (hop: HopDescription): Omit<HopDescription, 'name' | 'next'> => {
  const { name: _name, next: _next, ...does } = hop
  return does
}

const messageOf = (found: Found, root: Found | undefined): StoryMessage => {
  const { source, type, time, headers, causation, correlation, traceparent } = readEnvelope(
    (root ?? found).envelope,
  )
  return {
    id: found.id.split('/', 1)[0]!,
    source,
    type,
    time,
    headers: maskedHeaders(headers),
    ...(causation !== undefined && { causation }),
    ...(correlation !== undefined && { correlation }),
    ...(traceparent !== undefined && { traceparent }),
    ...(root !== undefined && { raw: readable(root.body) }),
  }
}

// What cannot be read must still be seen.
const readable = (body: string): Json => {
  try {
    return JSON.parse(body) as Json
  } catch {
    return body
  }
}
