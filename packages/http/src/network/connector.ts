import { lookup as platformLookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import type { ConnectionOptions } from 'node:tls'
import type { AddressFilter } from './address-filter.js'
import { guardedLookup } from './guarded-lookup.js'
import { NetworkFault } from './network-fault.js'
import type { Proxy, ProxyRules } from './proxy-rules.js'
import { PLAIN_TLS } from './tls-material.js'
import type { HeldTls } from './tls-holder.js'

/** What agents ask about a connection before they make it. */
export interface Connector {
  /** How a host is reached, or why it must not be. */
  route(
    secure: boolean,
    host: string,
    port: number,
  ): { readonly proxy: Proxy | undefined } | { readonly fault: Error }
  /** What secures connections; `undefined`: not read yet. */
  held(): HeldTls | undefined
  /** The fault of a connection that was wanted before anything had been read. */
  unread(): Error
  /** What secures a connection to a proxy. */
  forProxy(): ConnectionOptions
  /** The option that resolves names, where addresses are judged. */
  readonly lookup: { readonly lookup?: LookupFunction }
}

/** A connector by its parts. */
export const connectorOf = (
  held: () => HeldTls | undefined,
  rules: () => ProxyRules,
  filter: AddressFilter | undefined,
  resolve?: LookupFunction,
): Connector => ({
  held,
  unread: () => new NetworkFault('TLS_SETTINGS'),
  forProxy: () => (held()?.material ?? PLAIN_TLS).forProxy,
  lookup:
    filter !== undefined
      ? { lookup: guardedLookup(filter, resolve ?? platformLookup) }
      : resolve === undefined
        ? {}
        : { lookup: resolve },
  route(secure, host, port) {
    try {
      const proxy = rules()(secure, host, port)
      if (filter === undefined) return { proxy }
      if (proxy !== undefined) return { fault: new NetworkFault('ADDRESS_BEHIND_PROXY') }
      return filter.mayAsk(host, port) ? { proxy } : { fault: new NetworkFault('ADDRESS_REFUSED') }
    } catch (fault) {
      return { fault: fault instanceof NetworkFault ? fault : new NetworkFault('PROXY_SETTINGS') }
    }
  },
})
