import { entryVersion, type EntryShelf, type KeptEntry } from './entry-shelf.js'
import type { FakeEvent, Happened } from './fake-event.js'
import type { FakeSettings } from './options.js'
import { environmentOf, localeOf, type Place } from './place.js'
import type { Timeline } from './timeline.js'
import type { Fields } from './versions.js'

/** What editors do with entries. Everything gives the event that its webhook would send. */
export interface FakeEntries {
  /** Creates an entry, or saves a new version of one (fields that are left out stay). */
  save(
    contentType: string,
    fields: Fields,
    at?: { readonly uid?: string; readonly locale?: string },
  ): FakeEvent
  /** Publishes a version. `fails`: it is tried in vain, and nothing changes. */
  publish(
    uid: string,
    at?: Place & { readonly fails?: boolean; readonly release?: Happened['release'] },
  ): FakeEvent
  unpublish(uid: string, at?: Place & { readonly fails?: boolean }): FakeEvent
  /** Moves an entry to a stage of its workflow. */
  move(uid: string, stage: string, at?: { readonly locale?: string }): FakeEvent
  /** Deletes one localization, or the whole entry. */
  remove(uid: string, at?: { readonly locale?: string }): FakeEvent
}

/** The entries of a fake stack, for its editors. */
export const fakeEntries = (
  settings: FakeSettings,
  shelf: EntryShelf,
  timeline: Timeline,
  event: (happened: Happened) => FakeEvent,
): FakeEntries => {
  const typeOf = (entry: KeptEntry): NonNullable<Happened['contentType']> =>
    settings.contentTypes.get(entry.contentType)!
  const at = (uid: string, place: Place): { entry: KeptEntry; fields: Fields; locale: string } => {
    const entry = shelf.get(uid)
    const locale = localeOf(settings, place.locale)
    const fields = entryVersion(entry, locale, place.version)
    if (fields === undefined)
      throw new TypeError(`fakeStack: entry "${uid}" has no version ${place.version ?? ''} in ${locale}`)
    return { entry, fields, locale }
  }
  const shown = (
    verb: 'publish' | 'unpublish',
    uid: string,
    place: Place & { readonly fails?: boolean; readonly release?: Happened['release'] },
  ): FakeEvent => {
    const { entry, fields, locale } = at(uid, place)
    const { name: environment } = environmentOf(settings, place.environment)
    const { published } = entry.locales.get(locale)!
    if (place.fails !== true) {
      if (verb === 'unpublish') published.delete(environment)
      else published.set(environment, { version: Number(fields['_version']), at: timeline.next() })
    }
    return event({
      name: place.fails === true ? `entry.${verb}.fail` : `entry.${verb}`,
      entry: fields,
      contentType: typeOf(entry),
      environment,
      locale,
      ...(place.release && { release: place.release }),
    })
  }
  return {
    save(contentType, fields, where = {}) {
      const entry = shelf.save(contentType, fields, where)
      const { fields: saved } = at(entry.uid, where.locale === undefined ? {} : { locale: where.locale })
      const isNew = entry.locales.size === 1 && saved['_version'] === 1
      return event({
        name: isNew ? 'entry.create' : 'entry.update',
        entry: saved,
        contentType: typeOf(entry),
      })
    },
    publish: (uid, place = {}) => shown('publish', uid, place),
    unpublish: (uid, place = {}) => shown('unpublish', uid, place),
    move(uid, stage, place = {}) {
      const { entry, fields } = at(uid, place)
      const workflow = { name: 'editorial', workflow_stage: { name: stage, title: stage } }
      return event({ name: 'entry.workflow', entry: fields, contentType: typeOf(entry), more: { workflow } })
    },
    remove(uid, place = {}) {
      const entry = shelf.get(uid)
      const locale = place.locale ?? [...entry.locales.keys()][0]!
      const { fields } = at(uid, { locale })
      shelf.remove(uid, place.locale)
      return event({ name: 'entry.delete', entry: fields, contentType: typeOf(entry) })
    },
  }
}
