import type { FakeSettings } from './options.js'
import { environmentOf, localeOf } from './place.js'
import type { Timeline } from './timeline.js'
import type { Uids } from './uids.js'
import { versions, type Fields, type Versions } from './versions.js'

/** An entry as the fake keeps it. */
export interface KeptEntry {
  readonly uid: string
  readonly contentType: string
  /** By locale: the fields of each version, complete. */
  readonly locales: Map<string, Versions<Fields>>
}

/** The entries of a fake stack. */
export interface EntryShelf {
  /** A new entry, or a new version of one. */
  save(
    contentType: string,
    fields: Fields,
    at: { readonly uid?: string; readonly locale?: string },
  ): KeptEntry
  /** @throws TypeError when there is none. */
  get(uid: string): KeptEntry
  find(contentType: string, uid: string): KeptEntry | undefined
  of(contentType: string): readonly KeptEntry[]
  remove(uid: string, locale?: string): void
}

const USER = 'bltfakeuser000000000'

/** An empty shelf. */
export const entryShelf = (settings: FakeSettings, uids: Uids, timeline: Timeline): EntryShelf => {
  const kept = new Map<string, KeptEntry>()
  const get = (uid: string): KeptEntry => {
    const entry = kept.get(uid)
    if (entry === undefined) throw new TypeError(`fakeStack: no entry "${uid}"`)
    return entry
  }
  return {
    get,
    find(contentType, uid) {
      const entry = kept.get(uid)
      return entry?.contentType === contentType ? entry : undefined
    },
    of: (contentType) => [...kept.values()].filter((entry) => entry.contentType === contentType),
    save(contentType, fields, { uid = uids.next(), locale: code }) {
      if (!settings.contentTypes.has(contentType))
        throw new TypeError(
          `fakeStack: no content type "${contentType}"; known: ${[...settings.contentTypes.keys()].join(', ')}`,
        )
      const locale = localeOf(settings, code)
      const entry = kept.get(uid) ?? { uid, contentType, locales: new Map<string, Versions<Fields>>() }
      kept.set(uid, entry)
      const own = entry.locales.get(locale) ?? versions<Fields>()
      entry.locales.set(locale, own)
      const at = timeline.next()
      own.add({
        title: uid,
        tags: [],
        ACL: {},
        _in_progress: false,
        created_at: at,
        created_by: USER,
        ...own.at(own.newest),
        ...fields,
        uid,
        locale,
        _version: own.newest + 1,
        updated_at: at,
        updated_by: USER,
      })
      return entry
    },
    remove(uid, locale) {
      const entry = get(uid)
      if (locale === undefined || (entry.locales.delete(locale) && entry.locales.size === 0)) kept.delete(uid)
    },
  }
}

/** One version of an entry, as APIs and events give it. Undefined: there is none. */
export const entryVersion = (
  entry: KeptEntry,
  locale: string,
  version: number | undefined,
): Fields | undefined => {
  const own = entry.locales.get(locale)
  return own?.at(version ?? own.newest)
}

/** The version of an entry that an environment shows, with its publish details. */
export const publishedEntry = (
  settings: FakeSettings,
  entry: KeptEntry,
  environment: string,
  locale: string,
): Fields | undefined => {
  const publication = entry.locales.get(locale)?.published.get(environment)
  const fields = publication && entryVersion(entry, locale, publication.version)
  if (publication === undefined || fields === undefined) return undefined
  const { uid } = environmentOf(settings, environment)
  return { ...fields, publish_details: { environment: uid, locale, time: publication.at, user: USER } }
}
