import { lookup as platformLookup, type LookupAddress } from 'node:dns'
import type { LookupFunction } from 'node:net'
import type { AddressFilter } from './address-filter.js'
import { NetworkFault } from './network-fault.js'

/**
 * Resolves a name to those of its addresses that a filter lets through; a fault where it lets none. The connection is made to
 * what was judged: a name that gives another address the next time (rebinding) gains nothing.
 */
export const guardedLookup =
  (filter: AddressFilter, resolve: LookupFunction = platformLookup): LookupFunction =>
  (host, options, done) => {
    resolve(host, { ...options, all: true }, (fault, found) => {
      if (fault !== null) return done(fault, '')
      const all = Array.isArray(found) ? found : []
      const allowed = all.filter(({ address }) => filter.mayReach(address))
      if (allowed.length === 0) return done(new NetworkFault('ADDRESS_REFUSED'), '')
      if (options.all === true) return done(null, allowed)
      const [{ address, family }] = allowed as [LookupAddress]
      done(null, address, family)
    })
  }
