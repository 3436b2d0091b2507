import { decodeWith, type Json } from '@xconnector/core'
import * as t from 'io-ts'
import { AssetCodec, AssetTraceCodec } from '../content/asset.js'
import { EntryCodec, EntryTraceCodec } from '../content/entry.js'
import type { EventName } from './event-name.js'

const Ref = t.intersection([t.type({ uid: t.string }), t.partial({ title: t.string })], 'a reference')
const Named = t.type({ uid: t.string, name: t.string }, 'an environment')

const Everywhere = t.partial({
  locale: t.string,
  branch: t.partial({ uid: t.string }),
  environment: Named,
})

const framed = <D extends t.Mixed>(data: D): t.Mixed =>
  t.intersection([
    t.type({ triggered_at: t.string, module: t.string, event: t.string, api_key: t.string, data }),
    t.partial({ source: t.partial({ type: t.string, uid: t.string, title: t.string }) }),
  ])

const entry = (codec: t.Mixed): t.Mixed =>
  t.intersection([t.type({ entry: codec, content_type: Ref }), Everywhere])
const asset = (codec: t.Mixed): t.Mixed => t.intersection([t.type({ asset: codec }), Everywhere])
const published = (data: t.Mixed): t.Mixed => framed(t.intersection([data, t.type({ environment: Named })]))

/** The shape of each event on the wire. */
const SHAPES: Readonly<Record<EventName, t.Mixed>> = {
  'entry.create': framed(entry(EntryCodec)),
  'entry.update': framed(entry(EntryCodec)),
  'entry.delete': framed(entry(EntryTraceCodec)),
  'entry.publish': published(entry(EntryCodec)),
  'entry.publish.fail': published(entry(EntryTraceCodec)),
  'entry.unpublish': published(entry(EntryCodec)),
  'entry.unpublish.fail': published(entry(EntryTraceCodec)),
  'entry.workflow': framed(
    t.intersection([t.type({ entry: EntryTraceCodec }), t.partial({ content_type: Ref }), Everywhere]),
  ),
  'asset.create': framed(asset(AssetCodec)),
  'asset.update': framed(asset(AssetCodec)),
  'asset.delete': framed(asset(AssetTraceCodec)),
  'asset.publish': published(asset(AssetCodec)),
  'asset.publish.fail': published(asset(AssetTraceCodec)),
  'asset.unpublish': published(asset(AssetCodec)),
  'asset.unpublish.fail': published(asset(AssetTraceCodec)),
}

/** An event as it came, its shape made sure of. Fields that nobody asked for are still there. */
export interface WireEvent {
  readonly triggered_at: string
  readonly module: string
  readonly event: string
  readonly api_key: string
  readonly source?: { readonly type?: string; readonly uid?: string; readonly title?: string }
  readonly data: WireData
}

/** The `data` of an event, by what was asked for. */
export interface WireData {
  readonly entry?: Readonly<Record<string, Json>>
  readonly asset?: Readonly<Record<string, Json>>
  readonly content_type?: { readonly uid: string; readonly title?: string }
  readonly environment?: { readonly uid: string; readonly name: string }
  readonly locale?: string
  readonly branch?: { readonly uid?: string }
}

/** Checks the shape of an event of that name. */
export const wireDecoder = (name: EventName): ReturnType<typeof decodeWith<t.Type<WireEvent>>> =>
  decodeWith(SHAPES[name] as unknown as t.Type<WireEvent>)
