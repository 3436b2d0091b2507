import type { FormatHead } from '../ingress/format.js'
import { problem } from '../ingress/problem.js'
import type { Reply } from '../ingress/reply.js'

/** Who may send, where a sender asks first (CloudEvents webhook specification, 4: abuse protection). */
export interface Handshake {
  /** Origins that may: the host names that they send as `WebHook-Request-Origin`. `'*'`: any. */
  readonly origins: readonly string[]
  /** Requests a minute that a sender may send at most. Default: no limit is told. */
  readonly rate?: number
}

/** Answers `OPTIONS` by a handshake. A status says nothing there: the sender goes by the headers. */
export const handshaker = ({ origins, rate }: Handshake): ((head: FormatHead) => Reply) => {
  if (
    !Array.isArray(origins) ||
    origins.length === 0 ||
    origins.some((o) => typeof o !== 'string' || o === '')
  )
    throw new TypeError('cloudEvents handshake.origins: expected one or several host names, or "*"')
  if (rate !== undefined && (!Number.isSafeInteger(rate) || rate < 1))
    throw new TypeError(
      `cloudEvents handshake.rate: expected requests a minute, 1 or more, got ${String(rate)}`,
    )
  const known = new Set(origins.map((o) => o.toLowerCase()))
  return (head) => {
    const origin = head.header('webhook-request-origin')
    if (origin === undefined)
      return problem(400, { detail: 'webhook-request-origin: expected who asks to send' })
    if (!known.has('*') && !known.has(origin.toLowerCase())) return problem(403)
    return {
      status: 200,
      headers: {
        allow: 'POST',
        // What was asked is sent back only where it is one of ours; a star is told as such.
        'webhook-allowed-origin': known.has(origin.toLowerCase()) ? origin : '*',
        'webhook-allowed-rate': rate === undefined ? '*' : String(rate),
      },
      body: '',
    }
  }
}
