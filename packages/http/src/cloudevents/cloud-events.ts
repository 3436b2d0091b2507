import type { Format, FormatFlaw, FormatHead, Read } from '../ingress/format.js'
import { parsedJson } from '../ingress/formats/json-format.js'
import { handshaker, type Handshake } from './handshake.js'
import { isUnicode, mediaOf } from './media.js'
import { messageOf } from './message-of.js'
import { readBinary } from './read-binary.js'
import { readStructured } from './read-structured.js'

/** How an event travels: its attributes in headers, as one JSON object, or as a list of them. */
export type EventMode = 'binary' | 'structured' | 'batch'

/** Which CloudEvents a webhook takes, and what its messages are. */
export interface CloudEventsOptions {
  /** Default: all three. Signatures cover a body, so with a signing verifier `binary` leaves the attributes unsigned. */
  readonly modes?: readonly EventMode[]
  /**
   * What the webhook's decoder gets: the event in its JSON form (default; see `eventOf`), or its data alone. Then its
   * attributes are headers of the message, as `ce-subject`.
   */
  readonly body?: 'event' | 'data'
  /** The most events of a batch. Default 1000. */
  readonly maxEvents?: number
  /** Answers senders that ask by `OPTIONS` whether they may send. Left out: 405. */
  readonly handshake?: Handshake
}

/**
 * The format of CloudEvents 1.0 over HTTP, in binary, structured and batch mode, in the JSON format.
 *
 * Each event is one message, with the event's type and time; `source` and `id` are its dedupe key, so that
 * an event which is sent twice is handled once. Where the attributes came as headers, an id that the verifier vouches for is
 * used instead. The extensions `traceparent`, `tracestate` and `correlationid` win over headers of the request. A batch is
 * accepted in one transaction or, when one of its events is no CloudEvent, not at all: 400.
 *
 * @example
 * hooks.webhook({
 *   path: '/events', format: cloudEvents(), body: eventOf({ 'order.placed': Order }),
 *   verify: standardWebhooks({ secret: env.HOOK }),
 * })
 *
 * @throws TypeError naming the option that makes no sense.
 */
export const cloudEvents = (options: CloudEventsOptions = {}): Format => {
  const { modes = MODES, body = 'event', maxEvents = 1000, handshake } = options
  if (!Array.isArray(modes) || modes.length === 0 || modes.some((m) => !MODES.includes(m)))
    throw new TypeError(`cloudEvents modes: expected some of ${MODES.join(', ')}`)
  if (body !== 'event' && body !== 'data')
    throw new TypeError(`cloudEvents body: expected 'event' or 'data', got ${JSON.stringify(body)}`)
  if (!Number.isSafeInteger(maxEvents) || maxEvents < 1)
    throw new TypeError(`cloudEvents maxEvents: expected 1 or more, got ${String(maxEvents)}`)
  const types = [
    ...(modes.includes('structured') ? [STRUCTURED] : []),
    ...(modes.includes('batch') ? [BATCH] : []),
    ...(modes.includes('binary') ? ['application/json'] : []),
  ]
  const wrongType: FormatFlaw = { status: 415, detail: `expected a CloudEvent in ${modes.join(' or ')} mode` }
  return {
    types,
    ...(handshake && { options: handshaker(handshake) }),
    read(head, raw): Read {
      const mode = modeOf(head)
      if (typeof mode !== 'string') return mode
      if (!modes.includes(mode)) return wrongType
      if (mode === 'binary') {
        const read = readBinary(head, raw)
        return 'status' in read ? read : { messages: [messageOf(read, body)] }
      }
      const found = parsedJson(raw)
      if ('status' in found) return found
      if (mode === 'structured') {
        const read = readStructured(found.json)
        return typeof read === 'string' ? flaw(read) : { messages: [messageOf(read, body)] }
      }
      if (!Array.isArray(found.json)) return flaw('expected a list of events')
      if (found.json.length > maxEvents) return flaw(`expected at most ${maxEvents} events`)
      const messages = []
      for (const [i, event] of found.json.entries()) {
        const read = readStructured(event as never)
        if (typeof read === 'string') return flaw(`event ${i}: ${read}`)
        messages.push(messageOf(read, body))
      }
      return { messages, list: true }
    },
  }
}

const MODES: readonly EventMode[] = ['binary', 'structured', 'batch']
const STRUCTURED = 'application/cloudevents+json'
const BATCH = 'application/cloudevents-batch+json'

const flaw = (detail: string): FormatFlaw => ({ status: 400, detail })

/** The mode is told by the content type alone: what is no media type of CloudEvents is the type of an event's data. */
const modeOf = (head: FormatHead): EventMode | FormatFlaw => {
  const encoding = head.header('content-encoding')
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity')
    return { status: 415, detail: 'expected a body without content-encoding' }
  const media = mediaOf(head.header('content-type') ?? 'application/json')
  if (media === undefined) return { status: 415, detail: 'content-type: expected a media type' }
  if (media.type.startsWith('application/cloudevents')) {
    if (!isUnicode(media)) return { status: 415, detail: 'expected the charset utf-8' }
    if (media.type === STRUCTURED) return 'structured'
    if (media.type === BATCH) return 'batch'
    return { status: 415, detail: 'expected CloudEvents in the JSON format' }
  }
  return head.headers('ce-specversion').length > 0 || head.headers('ce-id').length > 0
    ? 'binary'
    : { status: 415, detail: 'expected a CloudEvent: there is neither its media type nor ce-specversion' }
}
