import type { Duration, FileProvider, Setting } from '@xconnector/core'
import type { Auth, HttpOptions } from '@xconnector/http'
import type { VipProfileOptions } from './profile.js'
import type { CompareRevisions } from './revision.js'

/** Options of a VIP client. */
export interface VipOptions extends Pick<
  HttpOptions,
  'destination' | 'axios' | 'ports' | 'random' | 'tls' | 'proxy' | 'plaintext'
> {
  /** `http` or `https`, with a path if need be; without credentials, query and fragment. */
  readonly baseUrl: string | Setting<string>
  /** The tenant's authentication: `bearer(env.VIP_TOKEN)`, or another. */
  readonly auth: Auth
  /** Who opens the files that are put. */
  readonly files?: FileProvider | readonly FileProvider[]
  /** How the tenant's API departs from the contract. */
  readonly profile?: VipProfileOptions
  /** The destination's name. Default `'vip'`. */
  readonly name?: string
  /** How long one call may take; while a file is sent, how long VIP may take no byte of it. Default `'30s'`. */
  readonly timeout?: Duration
  /**
   * The most bytes of one request of an upload: what a break may cost where a proxy holds requests back, or VIP keeps nothing
   * of one that broke off. Smaller is safer, and slower: each request costs a round trip. 1 or more. Default 64 MiB.
   */
  readonly chunkBytes?: number
  /** How long one run waits for VIP to process a version. Default `'10m'`. */
  readonly processing?: Duration
  /** Which of two revisions of a source is newer. Default: whole numbers as numbers. */
  readonly compare?: CompareRevisions
}
