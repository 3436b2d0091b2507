import type { Clock, Random } from '@xconnector/core'
import type { Transport } from '../client/wire.js'
import type { Network } from '../network/network.js'

/** How connections are kept. */
export interface ConnectionRules {
  /** How many connections to one host at most; more requests wait for one. */
  readonly perHost: number
  /** Milliseconds after which a connection is not used for another request, so that changes of DNS are seen. */
  readonly maxAgeMs: number
  /** Milliseconds that an unused connection is kept. Shorter than servers keep theirs, so that none closes under a request. */
  readonly idleMs: number
}

/** What a client tells the transport that it is made with. */
export interface TransportNeeds {
  /** The most bytes of an answer that is read as a whole, after decompression. */
  readonly maxResponseBytes: number
  /** How many times its size an answer may have after decompression, beyond its first MiB. */
  readonly maxExpansion: number
  readonly connections: ConnectionRules
  /** How connections come about. Left out: by the platform's defaults. */
  readonly network?: Pick<Network, 'httpAgent' | 'httpsAgent' | 'connect' | 'generation' | 'isGuarded'>
  /** Spreads quick retries. */
  readonly random: Random
  /** By which connections grow old. */
  readonly clock: Clock
}

/** Makes a client's transport. Given as the `transport` option of `http`. */
export type TransportFactory = (needs: TransportNeeds) => Transport
