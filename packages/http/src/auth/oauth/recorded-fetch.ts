import { NoAnswer } from '../../client/no-answer.js'
import type { AuthFetch } from '../auth.js'

/** The answer that came last: what a failure is told from. */
export interface Recorded {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** When it was there: epoch milliseconds. */
  readonly at: number
}

/** A fetch that reads each answer, and remembers the last one. */
export interface RecordedFetch {
  readonly last: Recorded | undefined
  /** Credentials that were made for a request: an answer may echo them. */
  readonly sent: readonly string[]
  /** As oauth4webapi calls it. */
  fetch(
    url: string,
    init: {
      readonly method: string
      readonly headers: Record<string, string>
      readonly body?: URLSearchParams | undefined
    },
  ): Promise<Response>
}

const LONGEST = 1024 * 1024

/** `repeatable`: its requests may be sent twice. */
export const recordedFetch = (
  through: AuthFetch,
  signal: AbortSignal,
  now: () => number,
  repeatable: boolean,
): RecordedFetch => {
  let last: Recorded | undefined
  const sent: string[] = []
  return {
    sent,
    get last() {
      return last
    },
    async fetch(url, { method, headers, body }) {
      last = undefined
      for (const made of [headers['authorization']?.replace(/^Basic /, ''), body?.get('client_assertion')])
        if (typeof made === 'string') sent.push(made)
      const response = await through(url, {
        method: method === 'GET' ? 'GET' : 'POST',
        headers,
        ...(body !== undefined && { body: body.toString() }),
        redirect: 'manual',
        signal,
        repeatable,
      })
      const text = await response.text()
      if (text.length > LONGEST) throw new NoAnswer('TOO_LARGE', true)
      last = { status: response.status, headers: response.headers, text, at: now() }
      return new Response(text === '' ? null : text, {
        status: response.status === 0 ? 599 : response.status,
        headers: response.headers,
      })
    },
  }
}
