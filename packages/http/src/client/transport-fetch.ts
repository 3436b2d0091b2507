import type { Clock, Effect } from '@xconnector/core'
import type { AuthFetch, AuthRequest } from '../auth/auth.js'
import type { AnswerHeaders, Exchange } from '../outcome/exchange.js'
import { NoAnswer } from './no-answer.js'
import type { Transport } from './wire.js'

/** A small fetch over a client's transport, for the requests that an `Auth` makes for itself. */
export const transportFetch =
  (transport: Transport, clock: Clock): AuthFetch =>
  async (url, request) => {
    const { origin, pathname, search } = new URL(url)
    const { method, headers, body, signal = new AbortController().signal } = request
    const exchange = await transport.send({
      method,
      baseUrl: origin,
      url: pathname + search,
      headers: { 'user-agent': 'xconnector', ...headers },
      body: body === undefined ? undefined : Buffer.from(body),
      effect: effectOf(request),
      clock,
      deadline: Infinity,
      signal,
      parkedUntil: () => 0,
      mayRepeat: () => true,
    })
    if (exchange.as !== 'answered') throw noAnswer(exchange)
    return responseOf(exchange)
  }

// Never `none`: redirects are followed for reads, where the client says so, and no request for a token follows one.
const effectOf = ({ method, repeatable }: AuthRequest): Effect =>
  method === 'GET' || repeatable === true ? 'idempotent' : 'unsafe'

const noAnswer = (exchange: Exclude<Exchange, { as: 'answered' }>): NoAnswer => {
  switch (exchange.as) {
    case 'timed-out':
      return new NoAnswer('TIMED_OUT', exchange.sent)
    case 'unreadable':
      return new NoAnswer(exchange.flaw === 'too-large' ? 'TOO_LARGE' : 'ENCODING', true)
    case 'never-sent':
      return new NoAnswer(exchange.code, false)
    default:
      return new NoAnswer(exchange.code, true)
  }
}

// Statuses whose answer has no body: `Response` refuses to be given one.
const BODILESS: ReadonlySet<number> = new Set([204, 205, 304])

const responseOf = ({ status, headers, body }: Exchange & { as: 'answered' }): Response => {
  if (status < 200 || status > 599) throw new NoAnswer(`STATUS_${status}`, true)
  return new Response(BODILESS.has(status) ? null : new Uint8Array(body), {
    status,
    headers: fieldsOf(headers),
  })
}

const fieldsOf = (headers: AnswerHeaders): Headers => {
  const fields = new Headers()
  for (const [name, value] of Object.entries(headers))
    for (const one of Array.isArray(value) ? (value as readonly unknown[]) : [value])
      if (typeof one === 'string') fields.append(name, one)
  return fields
}
