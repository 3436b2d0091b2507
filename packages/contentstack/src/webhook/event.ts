import type { Json } from '@xconnector/core'
import type { Asset, AssetTrace } from '../content/asset.js'
import type { Entry, EntryTrace } from '../content/entry.js'
import type { EventName } from './event-name.js'

/** A content type, as an event names it. */
export interface ContentTypeRef {
  readonly uid: string
  readonly title?: string
}

/** Where something was published. */
export interface EnvironmentRef {
  readonly uid: string
  readonly name: string
}

/** The release that it went out with. */
export interface ReleaseRef {
  readonly uid: string
  readonly title?: string
}

/** What every event carries. */
export interface EventFrame<N extends string, D> {
  readonly type: N
  /** `triggered_at`, as it was sent: ISO 8601. */
  readonly at: string
  /** The stack's API key. */
  readonly apiKey: string
  readonly locale?: string
  /** The branch's uid, where the stack has branches. */
  readonly branch?: string
  readonly release?: ReleaseRef
  readonly data: D
}

/** An event about a publication: to one environment, in one locale. */
export interface PublicationFrame<N extends string, D> extends EventFrame<N, D> {
  readonly environment: EnvironmentRef
}

/** An entry and its content type. */
export interface EntryData<E> {
  readonly entry: E
  readonly content_type: ContentTypeRef
}

/**
 * A move in a workflow. The keys of this event are documented nowhere: what came beside entry and content type is in
 * `details`, as it came.
 */
export interface WorkflowData {
  readonly entry: EntryTrace
  readonly content_type?: ContentTypeRef
  readonly details: Readonly<Record<string, Json>>
}

/** The events by name. `E`: what the entries that carry content decode to. */
export interface StackEvents<E = Entry> {
  readonly 'entry.create': EventFrame<'entry.create', EntryData<E>>
  readonly 'entry.update': EventFrame<'entry.update', EntryData<E>>
  readonly 'entry.delete': EventFrame<'entry.delete', EntryData<EntryTrace>>
  readonly 'entry.publish': PublicationFrame<'entry.publish', EntryData<E>>
  readonly 'entry.publish.fail': PublicationFrame<'entry.publish.fail', EntryData<EntryTrace>>
  readonly 'entry.unpublish': PublicationFrame<'entry.unpublish', EntryData<Entry>>
  readonly 'entry.unpublish.fail': PublicationFrame<'entry.unpublish.fail', EntryData<EntryTrace>>
  readonly 'entry.workflow': EventFrame<'entry.workflow', WorkflowData>
  readonly 'asset.create': EventFrame<'asset.create', { readonly asset: Asset }>
  readonly 'asset.update': EventFrame<'asset.update', { readonly asset: Asset }>
  readonly 'asset.delete': EventFrame<'asset.delete', { readonly asset: AssetTrace }>
  readonly 'asset.publish': PublicationFrame<'asset.publish', { readonly asset: Asset }>
  readonly 'asset.publish.fail': PublicationFrame<'asset.publish.fail', { readonly asset: AssetTrace }>
  readonly 'asset.unpublish': PublicationFrame<'asset.unpublish', { readonly asset: Asset }>
  readonly 'asset.unpublish.fail': PublicationFrame<'asset.unpublish.fail', { readonly asset: AssetTrace }>
}

/** One of the named events, told apart by `type`. `E`: what the entries that carry content decode to. */
export type StackEvent<N extends EventName = EventName, E = Entry> = { [K in N]: StackEvents<E>[K] }[N]
