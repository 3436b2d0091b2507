import type { Json } from '@xconnector/core'
import type { AssetShelf } from './asset-shelf.js'
import { entryVersion, publishedEntry, type EntryShelf, type KeptEntry } from './entry-shelf.js'
import { given, missing, refused, type ApiAnswer } from './envelope.js'
import type { FakeSettings } from './options.js'
import type { Query } from './query.js'
import { matching, shownFields } from './shown-fields.js'
import type { Fields } from './versions.js'

/** A read of either API: management shows saved versions, delivery those that an environment shows. */
export interface ReadRequest {
  /** Segments below `/v3`. */
  readonly path: readonly string[]
  readonly query: Query
  /** Undefined: the management API. */
  readonly environment: string | undefined
  /** Where files of assets are. */
  readonly origin: string
}

/** Answers reads of entries, assets and content types. */
export const readsOf =
  (settings: FakeSettings, entries: EntryShelf, assets: AssetShelf): ((request: ReadRequest) => ApiAnswer) =>
  ({ path, query, environment, origin }) => {
    const locale = query.one('locale') ?? settings.locales[0]!
    const number = query.one('version') === undefined ? undefined : query.number('version', -1)
    const entry = (kept: KeptEntry): Fields | undefined =>
      environment === undefined
        ? entryVersion(kept, locale, number)
        : (publishedEntry(settings, kept, environment, locale) ??
          (query.one('include_fallback') === 'true'
            ? publishedEntry(settings, kept, environment, settings.locales[0]!)
            : undefined))
    const asset = (uid: string): Fields | undefined => {
      const kept = assets.find(uid)
      if (kept === undefined) return undefined
      return environment === undefined
        ? assets.version(kept, number, origin)
        : assets.published(kept, environment, locale, origin)
    }
    const included = (fields: Fields): Fields => withReferences(fields, query, entries, entry)

    const [kind, uid, below, inner, ...deeper] = path
    if (deeper.length > 0) return missing('requested URL', 'url')
    if (kind === 'assets' && below === undefined) {
      if (uid === undefined)
        return listed(
          'assets',
          assets.all().map((a) => asset(a.uid)),
          query,
        )
      const found = asset(uid)
      return found === undefined ? missing('asset') : given({ asset: found })
    }
    if (kind !== 'content_types') return missing('requested URL', 'url')
    if (uid === undefined)
      return given({
        content_types: [...settings.contentTypes.values()].map((type) => ({ ...type })) as Json,
      })
    const type = settings.contentTypes.get(uid)
    if (type === undefined)
      return refused(422, 118, `The content type '${uid}' was not found.`, { uid: ['is not valid.'] })
    if (below === undefined) return given({ content_type: { ...type } as Json })
    if (below !== 'entries') return missing('requested URL', 'url')
    if (inner === undefined) return listed('entries', entries.of(uid).map(entry), query, included)
    const kept = entries.find(uid, inner)
    const found = kept && entry(kept)
    return found === undefined ? missing('entry') : given({ entry: shownFields(included(found), query) })
  }

const listed = (
  name: string,
  all: readonly (Fields | undefined)[],
  query: Query,
  included: (fields: Fields) => Fields = (fields) => fields,
): ApiAnswer => {
  const items = matching(
    all.filter((item) => item !== undefined),
    query,
  )
  if (items === undefined)
    return refused(422, 141, 'The query was not understood: this fake knows equalities only.', {
      query: ['is not valid.'],
    })
  if (query.one('count') === 'true') return given({ [name]: items.length })
  const skip = query.number('skip', 0)
  const page = items.slice(skip, skip + Math.min(100, query.number('limit', 100)))
  return given({
    [name]: page.map((item) => shownFields(included(item), query)),
    ...(query.one('include_count') === 'true' && { count: items.length }),
  })
}

// References of the first level: lists of { uid, _content_type_uid }.
const withReferences = (
  fields: Fields,
  query: Query,
  entries: EntryShelf,
  entry: (kept: KeptEntry) => Fields | undefined,
): Fields => {
  const wanted = query.all('include')
  if (wanted.length === 0) return fields
  const resolved = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(resolved)
    const { uid, _content_type_uid: type } = (value ?? {}) as Readonly<Record<string, Json>>
    const kept = typeof uid === 'string' && typeof type === 'string' ? entries.find(type, uid) : undefined
    const found = kept && entry(kept)
    return found === undefined ? value : { ...found, _content_type_uid: type! }
  }
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, wanted.includes(name) ? resolved(value) : value]),
  )
}
