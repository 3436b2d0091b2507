import type { Verified } from '../verify/verifier.js'
import { problem } from '../ingress/problem.js'
import type { Head } from '../ingress/head.js'
import type { Reply } from '../ingress/reply.js'
import { schemeOf } from '../ingress/scheme.js'
import type { Authorize, Admission, UnauthorizedRequest } from './authorize.js'

/** Lets a request in, with who calls; or gives the answer instead, and the reason for the log. */
export type Door = (
  head: Head,
  raw: Buffer,
  now: number,
  signal: AbortSignal,
) => Promise<{ readonly caller: unknown } | { readonly reply: Reply; readonly reason: string }>

const VALUE = /^[\t\x20-\x7e]+$/

/**
 * The door of an endpoint. Settings of a verifier are read at the first request: an endpoint has no start.
 *
 * @throws TypeError naming `option` when there is neither a verifier nor a function.
 */
export const doorOf = (authorize: Authorize<unknown>, name: string, option: string): Door => {
  const ask = askerOf(authorize, option)
  const scheme = schemeOf(typeof authorize === 'function' ? name : authorize.name)
  return async (head, raw, now, signal) => {
    const request: UnauthorizedRequest = {
      method: head.method,
      path: head.path,
      query: head.query,
      params: head.params,
      header: (header) => head.header(header),
      headers: (header) => head.headers(header),
      raw,
      now,
      signal,
    }
    const found = await ask(request)
    if (found.ok) return { caller: 'caller' in found ? found.caller : undefined }
    const challenge = 'challenge' in found ? found.challenge : undefined
    const { reason } = found
    if (reason === 'forbidden') return { reply: problem(403), reason }
    if (challenge !== undefined && !VALUE.test(challenge))
      throw new TypeError(`${option}: a challenge of one line of ASCII was expected`)
    return { reply: problem(401, { headers: { 'www-authenticate': challenge ?? scheme } }), reason }
  }
}

type Asker = (request: UnauthorizedRequest) => Promise<Verified | Admission<unknown>>

const askerOf = (authorize: Authorize<unknown>, option: string): Asker => {
  if (typeof authorize === 'function') return async (request) => authorize(request)
  if (typeof authorize?.verify !== 'function')
    throw new TypeError(
      `${option}: expected a verifier or a function; anyone({ because }) lets everybody call it`,
    )
  let started = authorize.start === undefined ? authorize : undefined
  return async (request) => {
    started ??= authorize.start!({})
    return started.verify(request)
  }
}
