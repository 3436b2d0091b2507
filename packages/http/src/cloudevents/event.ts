import type { Json } from '@xconnector/core'

/**
 * A CloudEvent 1.0, in the names of its JSON format. Extensions stand beside these attributes: `eventOf` keeps those that a
 * schema is not asked about.
 */
export interface CloudEvent<D = Json, T extends string = string> {
  readonly specversion: '1.0'
  /** With `source`, unique for each event. */
  readonly id: string
  /** URI reference of the context in which it happened. */
  readonly source: string
  readonly type: T
  /** What of the source it is about. */
  readonly subject?: string
  /** RFC 3339. */
  readonly time?: string
  readonly datacontenttype?: string
  readonly dataschema?: string
  readonly data: D
}

/** The most characters of an attribute's name that this package reads or writes; the specification advises 20. */
const NAME = /^[a-z0-9]{1,64}$/

/** Whether an attribute may have this name. */
export const isAttributeName = (name: string): boolean =>
  NAME.test(name) && name !== 'data' && name !== 'datacontentencoding'
