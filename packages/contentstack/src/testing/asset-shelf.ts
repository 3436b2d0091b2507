import { statSync } from 'node:fs'
import type { FakeSettings } from './options.js'
import { environmentOf } from './place.js'
import type { Timeline } from './timeline.js'
import { digest, type Uids } from './uids.js'
import { versions, type Fields, type Versions } from './versions.js'

/** The bytes of a file: in memory, or on disk, streamed from there. */
export type FakeFile = Uint8Array | { readonly path: string }

/** What an asset is saved from. Further fields (`title`, `description`, `tags`) come with it as they are. */
export interface FakeAsset {
  readonly filename: string
  /** Media type: `image/png`. */
  readonly type: string
  readonly file: FakeFile
  readonly fields?: Fields
}

/** One version of an asset. */
export interface AssetVersion {
  readonly filename: string
  readonly type: string
  readonly file: FakeFile
  readonly size: number
  /** A part of the file's URL. */
  readonly hash: string
  readonly fields: Fields
}

/** An asset as the fake keeps it. */
export interface KeptAsset {
  readonly uid: string
  readonly versions: Versions<AssetVersion>
}

/** The assets of a fake stack. */
export interface AssetShelf {
  save(asset: FakeAsset, uid?: string): KeptAsset
  /** @throws TypeError when there is none. */
  get(uid: string): KeptAsset
  find(uid: string): KeptAsset | undefined
  all(): readonly KeptAsset[]
  /** The version whose file is at a URL of that hash. */
  fileOf(uid: string, hash: string): AssetVersion | undefined
  remove(uid: string): void
  /** One version as APIs and events give it; undefined when there is none. `origin`: where its file is. */
  version(asset: KeptAsset, number: number | undefined, origin: string): Fields | undefined
  /** The version that an environment shows, with its publish details. */
  published(asset: KeptAsset, environment: string, locale: string, origin: string): Fields | undefined
}

const USER = 'bltfakeuser000000000'

/** An empty shelf. */
export const assetShelf = (settings: FakeSettings, uids: Uids, timeline: Timeline): AssetShelf => {
  const kept = new Map<string, KeptAsset>()
  const get = (uid: string): KeptAsset => {
    const asset = kept.get(uid)
    if (asset === undefined) throw new TypeError(`fakeStack: no asset "${uid}"`)
    return asset
  }
  const version: AssetShelf['version'] = ({ uid, versions: own }, number, origin) => {
    const found = own.at(number ?? own.newest)
    if (found === undefined) return undefined
    const { filename, type, size, hash, fields } = found
    const path = [settings.apiKey, uid, hash, filename].map(encodeURIComponent).join('/')
    return {
      ...fields,
      uid,
      filename,
      content_type: type,
      file_size: String(size),
      url: `${origin}/v3/assets/${path}`,
    }
  }
  return {
    get,
    version,
    find: (uid) => kept.get(uid),
    all: () => [...kept.values()],
    fileOf(uid, hash) {
      const own = kept.get(uid)?.versions
      for (let n = own?.newest ?? 0; n > 0; n--) if (own?.at(n)?.hash === hash) return own.at(n)
      return undefined
    },
    remove(uid) {
      get(uid)
      kept.delete(uid)
    },
    save({ filename, type, file, fields }, uid = uids.next()) {
      const asset = kept.get(uid) ?? { uid, versions: versions<AssetVersion>() }
      kept.set(uid, asset)
      const own = asset.versions
      const at = timeline.next()
      own.add({
        filename,
        type,
        file,
        size: file instanceof Uint8Array ? file.byteLength : statSync(file.path).size,
        hash: digest(`${uid}/${own.newest + 1}`).slice(0, 24),
        fields: {
          title: filename,
          tags: [],
          ACL: {},
          is_dir: false,
          parent_uid: null,
          created_at: at,
          created_by: USER,
          ...own.at(own.newest)?.fields,
          ...fields,
          _version: own.newest + 1,
          updated_at: at,
          updated_by: USER,
        },
      })
      return asset
    },
    published(asset, environment, locale, origin) {
      const publication = asset.versions.published.get(`${environment}/${locale}`)
      const fields = publication && version(asset, publication.version, origin)
      if (publication === undefined || fields === undefined) return undefined
      const { uid } = environmentOf(settings, environment)
      return { ...fields, publish_details: { environment: uid, locale, time: publication.at, user: USER } }
    },
  }
}
