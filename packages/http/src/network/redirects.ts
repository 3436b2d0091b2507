import type { Streaming, Transport, Wire } from '../client/wire.js'
import { headerOf, type Exchange } from '../outcome/exchange.js'
import { hostMatcher } from './host-matcher.js'
import { isLoopbackHost } from './loopback-host.js'

/** Which redirects of reads are followed. */
export interface RedirectOptions {
  /** How many in a row. 1 to 20; default 5. */
  readonly max?: number
  /**
   * `false`: to other origins too, where they are `https`. No header of the client's, of the call's or of its
   * authentication goes there but those that say what is wanted (`Accept`, `Range` and the like); no client certificate is
   * shown; and only public addresses are connected to, unless `addresses` says otherwise. Default `true`.
   */
  readonly sameOrigin?: boolean
  /**
   * Other hosts that may be redirected to: `files.example.com`, or `.example.com` for all below it; what goes there is as with
   * `sameOrigin: false`, which need not be said. These are your choice, and not the remote's: they are reached through the
   * proxy like `baseUrl`, and at any address, unless `addresses` says otherwise.
   */
  readonly hosts?: readonly string[]
}

/** Whether they may lead to other origins. */
export const leavesOrigin = ({ sameOrigin, hosts }: RedirectOptions): boolean =>
  sameOrigin === false || hosts !== undefined

/** Follows redirects, for a transport that does not. */
export interface RedirectRules {
  readonly max: number
  /** Whether another host may be redirected to. Left out: any. */
  readonly hosts?: (host: string, port: number) => boolean
  /** What sends to other origins; left out: nothing does. */
  readonly foreign?: Transport
}

/**
 * Rules by options; `undefined`: none is followed.
 *
 * @throws TypeError naming the option that makes no sense.
 */
export const redirectRules = (
  options: RedirectOptions | undefined,
  at: string,
  foreign: () => Transport,
): RedirectRules | undefined => {
  if (options === undefined) return undefined
  const { max = 5, hosts, sameOrigin = hosts === undefined } = options
  if (!Number.isInteger(max) || max < 1 || max > 20)
    throw new TypeError(`${at} redirects.max: expected 1 to 20, got ${String(max)}`)
  if (typeof sameOrigin !== 'boolean')
    throw new TypeError(`${at} redirects.sameOrigin: expected true or false, got ${typeof sameOrigin}`)
  if (hosts === undefined) return sameOrigin ? { max } : { max, foreign: foreign() }
  if (sameOrigin) throw new TypeError(`${at} redirects: expected one of hosts and sameOrigin: true, got both`)
  if (!Array.isArray(hosts) || hosts.length === 0)
    throw new TypeError(`${at} redirects.hosts: expected hosts, such as ".example.com"`)
  return { max, hosts: hostMatcher(hosts, `${at} redirects.hosts`), foreign: foreign() }
}

/**
 * A transport that follows the redirects of GET and HEAD reads (RFC 9110, 15.4: 301, 302, 303, 307 and 308), all hops within
 * the one deadline. Anything else is answered as it came, with the reason why it was not followed.
 */
export const redirecting = (inner: Transport, rules: RedirectRules | undefined): Transport => {
  if (rules === undefined) return inner
  const follow = async <E extends Exchange | Streaming>(
    wire: Wire,
    carry: (by: Transport, wire: Wire) => Promise<E>,
  ): Promise<E> => {
    let exchange = await carry(inner, wire)
    if (wire.effect !== 'none' || wire.body !== undefined || !METHODS.has(wire.method)) return exchange
    const home = new URL(wire.baseUrl).origin
    const seen = new Set([wire.baseUrl + wire.url])
    let now = wire
    for (let hop = 1; isRedirect(exchange); hop++) {
      if (wire.signal.aborted) return { as: 'timed-out', sent: true } as E
      const next = nextOf(now, exchange, seen, hop > rules.max, (to) => mayLead(to, home, rules))
      if (typeof next === 'string') return { ...exchange, redirect: next }
      // What has been taken off stays off, wherever it leads.
      const away = next.origin !== home
      const { baseUrl: _, url: __, headers, fresh, ...same } = now
      const moved = { baseUrl: next.origin, url: next.pathname + next.search }
      now = {
        ...same,
        ...moved,
        headers: away ? harmless(headers) : headers,
        ...(!away && fresh !== undefined && { fresh: () => wire.fresh!(moved) }),
      }
      exchange = await carry(next.origin === home ? inner : rules.foreign!, now)
    }
    return exchange
  }
  return {
    send: (wire) => follow(wire, (by, w) => by.send(w)),
    open: (wire) => follow(wire, (by, w) => by.open(w)),
    close() {
      inner.close()
      rules.foreign?.close()
    },
  }
}

type Whole = Exchange & { as: 'answered' }

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD'])
const FOLLOWED: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

// What says which answer is wanted, and nothing of who wants it.
const HARMLESS: ReadonlySet<string> = new Set([
  'accept',
  'accept-encoding',
  'accept-language',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'range',
  'user-agent',
])

const harmless = (headers: Wire['headers']): Wire['headers'] =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => HARMLESS.has(name)))

const isRedirect = <E extends Exchange | Streaming>(exchange: E): exchange is E & Whole =>
  exchange.as === 'answered' && FOLLOWED.has(exchange.status)

const mayLead = (to: URL, home: string, { foreign, hosts }: RedirectRules): string | undefined => {
  if (to.origin === home) return undefined
  if (foreign === undefined) return 'redirected to another origin'
  if (hosts === undefined || hosts(to.hostname, Number(to.port === '' ? 443 : to.port))) return undefined
  return 'redirected to a host that redirects.hosts does not name'
}

// Where to, or why not. `why`: whether its origin is one that is allowed.
const nextOf = (
  wire: Wire,
  answer: Whole,
  seen: Set<string>,
  tooMany: boolean,
  why: (to: URL) => string | undefined,
): URL | string => {
  if (tooMany) return 'redirected too often'
  const location = headerOf(answer.headers, 'location')
  const next = location === undefined ? null : URL.parse(location, wire.baseUrl + wire.url)
  if (next === null) return 'a redirect without a place'
  if (next.username !== '' || next.password !== '') return 'redirected to a place with credentials in it'
  next.hash = ''
  const wrong = why(next)
  if (wrong !== undefined) return wrong
  if (
    next.protocol !== 'https:' &&
    !(next.origin === new URL(wire.baseUrl).origin || isPlainLocal(wire, next))
  )
    return 'redirected out of TLS'
  if (seen.has(next.href)) return 'redirected in a circle'
  seen.add(next.href)
  return next
}

// From this machine to this machine, without TLS before.
const isPlainLocal = (wire: Wire, next: URL): boolean =>
  next.protocol === 'http:' && isLoopbackHost(next.hostname) && wire.baseUrl.startsWith('http:')
