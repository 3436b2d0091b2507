import type { Exchange } from '../exchange.js'
import { recordOf } from '../wire/header-list.js'
import { directivesOf, type Directives } from './directives.js'
import { cacheKey } from './key.js'
import type { RequestFields } from './vary.js'

/** A GET or HEAD, as the cache sees it. */
export interface Asked {
  readonly exchange: Exchange
  readonly key: string
  readonly fields: RequestFields
  /** The `Cache-Control` of the request, as far as it is heeded. */
  readonly directives: Directives
  /** How the names of the variants that may answer it begin: routes that map bodies share with no other. */
  readonly variant: string
}

/** What the cache makes of a request. `heeded`: whether its `Cache-Control` is. */
export const askedBy = (exchange: Exchange, heeded: boolean): Asked => {
  const fields = recordOf(exchange.outgoing.headers)
  return {
    exchange,
    key: cacheKey(exchange.backend.name, exchange.outgoing.path),
    fields,
    directives: directivesIn(fields, heeded),
    variant: variantOf(exchange, fields),
  }
}

// What the backend is told beside the request's own headers, and need not name in `Vary`: through which host and scheme it was
// asked, which it may make links of, and the locale. What maps a body may look at the path as well.
const variantOf = (exchange: Exchange, fields: RequestFields): string => {
  const { route, routed, front } = exchange
  const forwarded = fields['forwarded'] === undefined ? '' : routed.host
  const host = (fields['x-forwarded-host'] ?? forwarded).toLowerCase()
  const scheme = host === '' ? '' : (fields['x-forwarded-proto'] ?? (front.secure ? 'https' : 'http'))
  const locale = route.localeHeader === undefined && route.json === undefined ? '' : (routed.locale ?? '')
  const mapped = route.json === undefined ? '' : `${route.index} ${routed.path}`
  return host === '' && locale === '' && mapped === '' ? '' : `${scheme} ${host} ${locale} ${mapped} `
}

// RFC 9111, 5.4: `Pragma` counts where there is no Cache-Control.
const directivesIn = (fields: RequestFields, heeded: boolean): Directives => {
  const given = directivesOf(
    fields['cache-control'] ?? (/no-cache/i.test(fields['pragma'] ?? '') ? 'no-cache' : undefined),
  )
  if (heeded) return given
  return Object.fromEntries(Object.entries(given).filter(([n]) => n === 'only-if-cached' || n === 'no-store'))
}
