import type { Json } from '@xconnector/core'
import * as t from 'io-ts'

/** What every entry carries beside the fields of its content type. */
export interface EntryFields {
  readonly uid: string
  readonly title: string
  /** Of this localization: `en-us`. */
  readonly locale: string
  /** From 1. */
  readonly _version: number
}

/** An entry as Contentstack sends it; the fields of its content type are JSON until a codec reads them. */
export type Entry = EntryFields & { readonly [field: string]: Json }

/** An entry of which only the uid is sure: deleted, or moved in a workflow. */
export type EntryTrace = Pick<EntryFields, 'uid'> &
  Partial<Omit<EntryFields, 'uid'>> & { readonly [field: string]: Json | undefined }

// Fields that are not named pass, as they do through every io-ts type.
export const EntryCodec: t.Type<Entry> = t.type(
  { uid: t.string, title: t.string, locale: t.string, _version: t.number },
  'Entry',
)

export const EntryTraceCodec: t.Type<EntryTrace> = t.intersection(
  [t.type({ uid: t.string }), t.partial({ title: t.string, locale: t.string, _version: t.number })],
  'Entry',
)
