import type { Json } from '@xconnector/core'
import type { FormatMessage } from '../ingress/format.js'
import { rfc3339 } from '../text/rfc3339.js'
import type { ReadEvent } from './read-structured.js'

const TRACEPARENT = /^[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}/
/** Extensions that are headers of a message under another name. */
const AS_HEADERS = {
  traceparent: 'traceparent',
  tracestate: 'tracestate',
  correlationid: 'correlation-id',
} as const

/** The message of an event: the dedupe key is its source and id, its type and time are the event's. */
export const messageOf = ({ event, inHead }: ReadEvent, body: 'event' | 'data'): FormatMessage => {
  const id = `${String(event['source'])} ${String(event['id'])}`
  const time = event['time'] === undefined ? undefined : rfc3339(String(event['time']))
  const headers = { ...(body === 'data' && attributeHeaders(event)), ...extensionHeaders(event) }
  return {
    raw: body === 'event' ? event : dataOf(event),
    ...(inHead ? { headId: id } : { id }),
    type: String(event['type']),
    ...(time !== undefined && { time }),
    ...(Object.keys(headers).length > 0 && { headers }),
  }
}

const dataOf = (event: ReadEvent['event']): Json => event['data'] ?? event['data_base64'] ?? null

const attributeHeaders = (event: ReadEvent['event']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(event).flatMap(([name, value]) =>
      name === 'data' || name === 'data_base64' ? [] : [[`ce-${name}`, String(value)]],
    ),
  )

const extensionHeaders = (event: ReadEvent['event']): Record<string, string> => {
  const headers: Record<string, string> = {}
  for (const [name, header] of Object.entries(AS_HEADERS)) {
    const value = event[name]
    if (typeof value !== 'string' || value === '' || value.length > 1024) continue
    if (name === 'traceparent' && !TRACEPARENT.test(value)) continue
    headers[header] = value
  }
  return headers
}
