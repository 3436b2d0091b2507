import type { Json } from '@xconnector/core'
import type { LocalizedText } from './texts.js'

/** What describes an asset. Members that are left out are taken away. */
export interface Metadata {
  readonly title: LocalizedText
  readonly description?: LocalizedText
  readonly altText?: LocalizedText
  readonly keywords?: readonly string[]
  /** BCP 47 tags. */
  readonly languages?: readonly string[]
  readonly productIds?: readonly string[]
  readonly campaignIds?: readonly string[]
  readonly creator?: readonly string[]
  readonly creditLine?: string
  /** A date: `2026-11-21`. */
  readonly dateCreated?: string
  /** The IRI of an IPTC digital source type. */
  readonly digitalSourceType?: string
  readonly custom?: Readonly<Record<string, string | number | boolean | readonly Json[] | null>>
}
