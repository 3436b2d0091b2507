import type { DestinationOptions, Duration } from '@xconnector/core'
import type { HttpOptions, SecretText } from '@xconnector/http'
import type { HostOverrides } from '../region/hosts.js'
import type { RegionName } from '../region/region.js'
import type { CallPorts } from '../verify/public-keys.js'

/** How one of the stack's hosts is called. */
export type StackDestination = Omit<DestinationOptions, 'name' | 'whenParked'>

/** Options of a stack. */
export interface ContentstackOptions {
  /** Default `'NA'`. */
  readonly region?: RegionName
  readonly apiKey: SecretText
  /** Needed for `management`: a management token, sent as it is. */
  readonly managementToken?: SecretText
  /** Needed for `delivery`. */
  readonly delivery?: {
    /** A delivery token of the environment. */
    readonly token: SecretText
    /** The environment's name. */
    readonly environment: string
  }
  /** Uid or alias of a branch. Left out: the stack's main one. */
  readonly branch?: string
  /** Other hosts than the region's: a fake, a proxy. */
  readonly hosts?: HostOverrides
  /**
   * Begins the names of its destinations: `<name>-management`, `<name>-delivery`, `<name>-files`. Two stacks in one process
   * need two names. Default `'contentstack'`.
   */
  readonly name?: string
  /** Default: the client's, 30 s. Of files: how long nothing may come. */
  readonly timeout?: Duration
  /**
   * Rates and concurrency. Default for `management`: one read each 100 ms, which is what Contentstack allows a whole
   * organization (10 a second); with several stacks or processes give each of them its share.
   */
  readonly destinations?: {
    readonly management?: StackDestination
    readonly delivery?: StackDestination
    readonly files?: StackDestination
  }
  /** An axios of the user's own, for all calls. */
  readonly axios?: HttpOptions['axios']
  /** TLS settings, for all calls. */
  readonly tls?: HttpOptions['tls']
  /** The outbound proxy, for all calls. Default `'env'`. */
  readonly proxy?: HttpOptions['proxy']
  /** `true`: other `hosts` may be `http` on another machine. Default `false`. */
  readonly plaintext?: boolean
  /** The ports of plain calls; in a flow, those of its runtime are used. Default: the platform's. */
  readonly ports?: CallPorts
}
