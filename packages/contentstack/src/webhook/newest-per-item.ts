import type { AssetFields } from '../content/asset.js'
import type { EntryFields } from '../content/entry.js'
import type { EnvironmentRef } from './event.js'

/** An event that says which version of what it is about. */
export interface VersionedEvent {
  readonly environment?: EnvironmentRef
  readonly locale?: string
  readonly data:
    | { readonly entry: Pick<EntryFields, 'uid' | 'locale' | '_version'> }
    | { readonly asset: Pick<AssetFields, 'uid' | '_version'> }
}

/**
 * For `from(…, { latest: newestPerItem })`: of the events of one entry or asset only the newest version counts, in each locale
 * and environment on its own. Versions of one locale say nothing of another's.
 */
export const newestPerItem: {
  key(event: VersionedEvent): string
  version(event: VersionedEvent): number
} = {
  key({ data, environment, locale }) {
    const where = environment?.uid ?? ''
    return 'asset' in data
      ? `asset ${data.asset.uid} ${locale ?? ''} ${where}`
      : `entry ${data.entry.uid} ${data.entry.locale} ${where}`
  },
  version: ({ data }) => ('asset' in data ? data.asset._version : data.entry._version),
}
