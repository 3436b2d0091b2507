import type { Clock, Json } from '@xconnector/core'
import type { RegionName } from '../region/region.js'

/** A content type of a fake stack. */
export interface FakeContentType {
  readonly uid: string
  readonly title?: string
  /** Sent with full events, never looked at. */
  readonly schema?: readonly Json[]
}

/** Options of a fake stack. */
export interface FakeStackOptions {
  /** Default `'NA'`: its hosts are those that the handlers answer for. */
  readonly region?: RegionName
  /** Default: made from the region. */
  readonly apiKey?: string
  readonly managementToken?: string
  readonly deliveryToken?: string
  /** Key of webhooks that are signed in the HMAC mode. */
  readonly webhookSecret?: string
  /** Entries are saved to these only. */
  readonly contentTypes?: readonly (string | FakeContentType)[]
  /** Names. The first is where things are published when nothing else is said. Default `['production']`. */
  readonly environments?: readonly string[]
  /** Codes. The first is the master. Default `['en-us']`. */
  readonly locales?: readonly string[]
  /** Reads of the management API in a second. Default 10, as in Contentstack. */
  readonly readsPerSecond?: number
  /** Or a function that gives it, for a clock that is made later: `() => t.clock` of a flow under test. Default: the machine's. */
  readonly clock?: Clock | (() => Clock)
}

/** The options, with defaults filled in. */
export interface FakeSettings {
  readonly region: RegionName
  readonly apiKey: string
  readonly managementToken: string
  readonly deliveryToken: string
  readonly webhookSecret: string
  readonly contentTypes: ReadonlyMap<string, FakeContentType & { readonly title: string }>
  readonly environments: readonly string[]
  readonly locales: readonly string[]
  readonly readsPerSecond: number
  readonly clock: Clock
}
