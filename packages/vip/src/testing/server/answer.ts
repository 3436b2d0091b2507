import { STATUS_CODES } from 'node:http'
import type { Refusal } from '../platform/refusal.js'

/** An answer before it goes over the wire. Header names in lower case. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** JSON. */
  readonly body?: unknown
}

/** A JSON answer. */
export const answer = (
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Answer => ({ status, headers: { 'content-type': 'application/json', ...headers }, body })

/** A refusal as `application/problem+json` (RFC 9457). */
export const problem = ({ status, code, detail, retryable, retryAfter, errors }: Refusal): Answer => ({
  status,
  headers: {
    'content-type': 'application/problem+json',
    ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
    ...(status === 401 && { 'www-authenticate': 'Bearer' }),
  },
  body: {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Problem',
    status,
    code,
    detail,
    retryable: retryable ?? (status >= 500 || status === 429),
    ...(errors !== undefined && { errors }),
  },
})

/** The answer as `fetch` has it. HEAD, 204 and 304 have no body. */
export const toResponse = ({ status, headers, body }: Answer, method: string): Response => {
  const bare = body === undefined || method === 'HEAD' || status === 204 || status === 304
  return new Response(bare ? null : JSON.stringify(body), { status, headers })
}
