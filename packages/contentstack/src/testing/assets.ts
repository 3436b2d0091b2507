import type { AssetShelf, FakeAsset } from './asset-shelf.js'
import type { FakeEvent, Happened } from './fake-event.js'
import type { FakeSettings } from './options.js'
import { environmentOf, localeOf, type Place } from './place.js'
import type { Timeline } from './timeline.js'
import type { Fields } from './versions.js'

/** What editors do with assets. Everything gives the event that its webhook would send. */
export interface FakeAssets {
  /** Uploads an asset, or replaces the file of one. */
  save(asset: FakeAsset, at?: { readonly uid?: string }): FakeEvent
  /** Publishes a version. `fails`: it is tried in vain, and nothing changes. */
  publish(uid: string, at?: Place & { readonly fails?: boolean }): FakeEvent
  unpublish(uid: string, at?: Place & { readonly fails?: boolean }): FakeEvent
  remove(uid: string): FakeEvent
}

/** The assets of a fake stack, for its editors. `origin`: where their files are, when asked. */
export const fakeAssets = (
  settings: FakeSettings,
  shelf: AssetShelf,
  timeline: Timeline,
  event: (happened: Happened) => FakeEvent,
  origin: () => string,
): FakeAssets => {
  const at = (uid: string, version?: number): Fields => {
    const fields = shelf.version(shelf.get(uid), version, origin())
    if (fields === undefined) throw new TypeError(`fakeStack: asset "${uid}" has no version ${version ?? ''}`)
    return fields
  }
  const shown = (
    verb: 'publish' | 'unpublish',
    uid: string,
    place: Place & { readonly fails?: boolean },
  ): FakeEvent => {
    const asset = at(uid, place.version)
    const locale = localeOf(settings, place.locale)
    const { name: environment } = environmentOf(settings, place.environment)
    const { published } = shelf.get(uid).versions
    if (place.fails !== true) {
      if (verb === 'unpublish') published.delete(`${environment}/${locale}`)
      else
        published.set(`${environment}/${locale}`, { version: Number(asset['_version']), at: timeline.next() })
    }
    return event({
      name: place.fails === true ? `asset.${verb}.fail` : `asset.${verb}`,
      asset,
      environment,
      locale,
    })
  }
  return {
    save(asset, { uid } = {}) {
      const fields = at(shelf.save(asset, uid).uid)
      return event({ name: fields['_version'] === 1 ? 'asset.create' : 'asset.update', asset: fields })
    },
    publish: (uid, place = {}) => shown('publish', uid, place),
    unpublish: (uid, place = {}) => shown('unpublish', uid, place),
    remove(uid) {
      const asset = at(uid)
      shelf.remove(uid)
      return event({ name: 'asset.delete', asset })
    },
  }
}
