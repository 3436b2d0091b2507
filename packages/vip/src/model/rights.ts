import type { Json } from '@xconnector/core'
import type { LocalizedText } from './texts.js'

/** What may be done with an asset: local names of ODRL 2.2 actions; `use` stands for all. */
export type RightsAction =
  | 'distribute'
  | 'display'
  | 'reproduce'
  | 'derive'
  | 'print'
  | 'stream'
  | 'present'
  | 'archive'
  | 'use'

/** One rule. What is left out does not restrict it. */
export interface Permission {
  readonly id?: string
  readonly actions: readonly RightsAction[]
  /** ISO 3166-1 alpha-2 codes in capitals, or UN M49 areas. */
  readonly territories?: { readonly mode: 'include' | 'exclude'; readonly codes: readonly string[] }
  readonly channels?: { readonly mode: 'include' | 'exclude'; readonly ids: readonly string[] }
  /** BCP 47 tags. */
  readonly languages?: readonly string[]
  /** RFC 3339 in UTC. */
  readonly notBefore?: string
  /** RFC 3339 in UTC; the instant itself is outside. */
  readonly notAfter?: string
  readonly maxCount?: number
}

/** Who licenses an asset. */
export interface Licensor {
  readonly name?: string
  readonly id?: string
  readonly url?: string
  readonly email?: string
}

/** The usage rights of an asset: it may be used as some permission says and no prohibition does, once it is `cleared`. */
export interface Rights {
  readonly status: 'cleared' | 'restricted' | 'hold' | 'unknown'
  readonly licenseId?: string
  readonly permissions: readonly Permission[]
  readonly prohibitions?: readonly Permission[]
  readonly usageTerms?: LocalizedText
  readonly copyrightNotice?: LocalizedText
  readonly webStatement?: string
  readonly licensor?: readonly Licensor[]
  readonly dataMining?: string
  /** A full ODRL 2.2 policy; the members above win where they disagree. */
  readonly odrl?: Readonly<Record<string, Json>>
}
