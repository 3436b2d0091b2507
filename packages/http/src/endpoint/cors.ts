import { millis, type Duration } from '@xconnector/core'
import { checkFlag, checkList, checkRecord } from '../config/check-option.js'
import type { Head } from '../ingress/head.js'
import type { Reply } from '../ingress/reply.js'

/** Which pages of other origins may call an endpoint (WHATWG Fetch, CORS). Left out: none. */
export interface CorsOptions {
  /** Such as `https://shop.example`; `'*'`: all, which excludes `credentials`. */
  readonly origins: '*' | readonly string[]
  /** Whether they may send cookies and other credentials. Default false. */
  readonly credentials?: boolean
  /** Headers that they may send beside those that need no permission. Default: `content-type`, `idempotency-key`. */
  readonly allow?: readonly string[]
  /** Headers of the answer that they may read beside those that need no permission. */
  readonly expose?: readonly string[]
  /** How long a browser may remember the permission. Default `'10m'`. */
  readonly maxAge?: Duration
}

/** What an endpoint says to pages of other origins. */
export interface Cors {
  /** The headers of a preflight's answer, beside the methods. */
  preflight(head: Head): Readonly<Record<string, string>>
  /** The answer as a page may read it. */
  on(head: Head, reply: Reply): Reply
}

const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[^\s/?#@]+$/
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

/** @throws TypeError naming `option` when an origin or a header is none, or everybody may send credentials. */
export const corsOf = (options: CorsOptions, option: string): Cors => {
  checkRecord(option, options)
  if (options.origins !== '*') checkList(`${option} origins`, options.origins)
  checkFlag(`${option} credentials`, options.credentials)
  const { origins, credentials = false, allow = ['content-type', 'idempotency-key'], expose = [] } = options
  if (origins === '*' && credentials)
    throw new TypeError(`${option}: expected a list of origins with credentials, got '*'`)
  for (const origin of origins === '*' ? [] : origins)
    if (!ORIGIN.test(origin))
      throw new TypeError(
        `${option} origins: expected origins like "https://shop.example", got ${JSON.stringify(origin)}`,
      )
  for (const name of [...allow, ...expose])
    if (!NAME.test(name)) throw new TypeError(`${option}: expected header names, got ${JSON.stringify(name)}`)
  const maxAge = String(Math.floor(millis(options.maxAge ?? '10m', `${option} maxAge`) / 1000))

  const allowed = (head: Head): Readonly<Record<string, string>> | undefined => {
    const [origin] = head.headers('origin')
    if (origin === undefined) return undefined
    if (origins === '*') return { 'access-control-allow-origin': '*' }
    if (!origins.includes(origin)) return undefined
    return {
      'access-control-allow-origin': origin,
      ...(credentials && { 'access-control-allow-credentials': 'true' }),
    }
  }
  return {
    preflight(head) {
      const who = allowed(head)
      if (who === undefined) return {}
      return {
        ...who,
        ...(allow.length > 0 && { 'access-control-allow-headers': allow.join(', ') }),
        'access-control-max-age': maxAge,
      }
    },
    on(head, reply) {
      const exposed = expose.length > 0 && { 'access-control-expose-headers': expose.join(', ') }
      const who = allowed(head)
      const { vary } = reply.headers
      // Also where it names none: a cache must not give that answer to a page that may read it.
      const varies = origins !== '*' && { vary: vary === undefined ? 'origin' : `${vary}, origin` }
      return { ...reply, headers: { ...reply.headers, ...varies, ...(who && { ...who, ...exposed }) } }
    },
  }
}
