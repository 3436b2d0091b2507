import type { Json } from '@xconnector/core'
import type { EventName } from '../webhook/event-name.js'
import type { Payload } from '../webhook/stack-webhook.js'
import type { FakeContentType, FakeSettings } from './options.js'
import { environmentOf, type FakeEnvironment } from './place.js'
import type { Timeline } from './timeline.js'
import type { Fields } from './versions.js'

/** Something that happened in a fake stack: what its webhook sends, in both payloads. */
export interface FakeEvent {
  readonly name: EventName
  /** Of the entry or asset. */
  readonly uid: string
  readonly version: number
  readonly bodies: Readonly<Record<Payload, Json>>
}

/** What an event is made of. */
export interface Happened {
  readonly name: EventName
  readonly entry?: Fields
  readonly asset?: Fields
  readonly contentType?: FakeContentType
  /** With the locale: of a publication. */
  readonly environment?: string
  readonly locale?: string
  /** Further members of `data`. */
  readonly more?: Fields
  /** The release that it went out with. */
  readonly release?: { readonly uid: string; readonly title: string }
}

/** Makes events of a stack. */
export const fakeEvents =
  (settings: FakeSettings, timeline: Timeline): ((happened: Happened) => FakeEvent) =>
  (happened) => {
    const { name, entry, asset, environment } = happened
    const [module, verb, outcome] = name.split('.') as [string, string, string?]
    const place = environment === undefined ? undefined : environmentOf(settings, environment)
    const frame = {
      triggered_at: timeline.next(),
      module,
      api_key: settings.apiKey,
      event: verb,
      ...(happened.release && { source: { type: 'release', ...happened.release } }),
    }
    const rest = {
      ...(place && publication(place, verb, outcome === undefined)),
      ...(happened.locale !== undefined && { locale: happened.locale }),
      ...happened.more,
    }
    const bodyOf = (payload: Payload): Json => ({
      ...frame,
      data: { ...subject(happened, payload), ...rest },
    })
    const { uid = '', _version = 0 } = (entry ?? asset ?? {}) as {
      readonly uid?: string
      readonly _version?: number
    }
    return {
      name,
      uid,
      version: _version,
      bodies: { full: bodyOf('full'), concise: bodyOf('concise') },
    }
  }

const publication = (environment: FakeEnvironment, action: string, well: boolean): Fields => ({
  environment: { ...environment },
  action,
  status: well ? 'success' : 'fail',
})

const subject = ({ entry, asset, contentType }: Happened, payload: Payload): Fields => {
  if (asset !== undefined) return { asset }
  if (entry === undefined) return {}
  const { uid, title = uid, schema = [] } = contentType ?? { uid: 'unknown' }
  if (payload === 'concise') {
    const { uid: of, title: titled, locale, _version } = entry
    return {
      entry: Object.fromEntries(
        Object.entries({ uid: of, title: titled, locale, _version }).filter(([, v]) => v !== undefined),
      ) as Fields,
      content_type: { uid, title },
    }
  }
  return {
    entry,
    content_type: { uid, title, description: '', schema, options: { is_page: false, singleton: false } },
    branch: { uid: 'main', source: '', alias: [] },
  }
}
