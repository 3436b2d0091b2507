import { giveHead, type Exchange } from '../exchange.js'
import { answerHeaders } from '../wire/answer-headers.js'
import { recordOf, valueOf, without, type HeaderList } from '../wire/header-list.js'
import { notModified, rangeHolds } from './conditional.js'
import { ageNow } from './decide.js'
import { partOf } from './range.js'
import type { StoredAnswer } from './store.js'

// What a 304 carries (RFC 9110, 15.4.5), and what is of use to caches in front.
export const OF_THE_BODY: readonly string[] = [
  'content-length',
  'content-type',
  'content-encoding',
  'content-language',
  'content-range',
]

/** Gives a stored answer to the front: the whole, a range of it, its head, or 304. */
export const giveStored = (exchange: Exchange, stored: StoredAnswer, status: string, now: number): void => {
  const { front, outgoing, rules } = exchange
  const request = recordOf(outgoing.headers)
  const headers = answerHeaders(without(stored.headers, 'age'), { ...rules, setCookie: false })
  headers.push('age', String(Math.floor(ageNow(stored, now))), 'cache-status', status)
  if (stored.status === 200 && notModified(request, stored.headers, now)) {
    if (giveHead(exchange, 304, without(headers, ...OF_THE_BODY))) front.end()
    return
  }
  const range = stored.status === 200 && outgoing.method === 'GET' ? request['range'] : undefined
  if (range !== undefined && rangeHolds(request, stored.headers))
    return givePart(exchange, stored, headers, range)
  give(exchange, stored.status, headers, stored.body)
}

const givePart = (
  exchange: Exchange,
  { status, body }: StoredAnswer,
  headers: string[],
  range: string,
): void => {
  const size = body.byteLength
  const part = partOf(range, size)
  if (part === 'whole') return give(exchange, status, headers, body)
  const rest = without(headers, 'content-length')
  if (part === 'none')
    return give(exchange, 416, [...rest, 'content-range', `bytes */${size}`], new Uint8Array(0))
  rest.push('content-range', `bytes ${part.from}-${part.to}/${size}`)
  give(exchange, 206, rest, body.subarray(part.from, part.to + 1))
}

const give = (exchange: Exchange, status: number, headers: HeaderList, body: Uint8Array): void => {
  const { front, outgoing } = exchange
  const bodiless = status === 204 || status === 304
  const sized =
    bodiless || valueOf(headers, 'content-length') !== undefined
      ? [...headers]
      : [...headers, 'content-length', String(body.byteLength)]
  if (!giveHead(exchange, status, sized)) return
  front.end(outgoing.method === 'HEAD' || bodiless ? undefined : body)
}
