import type { Json } from '@xconnector/core'

/** What happens to entries. `.fail`: it was to be published, and could not be. */
export type EntryEventName =
  | 'entry.create'
  | 'entry.update'
  | 'entry.delete'
  | 'entry.publish'
  | 'entry.publish.fail'
  | 'entry.unpublish'
  | 'entry.unpublish.fail'
  | 'entry.workflow'

/** What happens to assets. */
export type AssetEventName =
  | 'asset.create'
  | 'asset.update'
  | 'asset.delete'
  | 'asset.publish'
  | 'asset.publish.fail'
  | 'asset.unpublish'
  | 'asset.unpublish.fail'

/** The events of a stack that a flow can start with: the wire's `module` and `event`. */
export type EventName = EntryEventName | AssetEventName

/** All of them. */
export const EVENT_NAMES: readonly EventName[] = [
  'entry.create',
  'entry.update',
  'entry.delete',
  'entry.publish',
  'entry.publish.fail',
  'entry.unpublish',
  'entry.unpublish.fail',
  'entry.workflow',
  'asset.create',
  'asset.update',
  'asset.delete',
  'asset.publish',
  'asset.publish.fail',
  'asset.unpublish',
  'asset.unpublish.fail',
]

const KNOWN: ReadonlySet<string> = new Set(EVENT_NAMES)

/**
 * The name of an event, from its body: `undefined` for one of another kind, and for folders of assets. A publication has
 * failed when its `status` says other than success; a workflow's event goes by several names on the wire.
 */
export const eventNameOf = (raw: Json): EventName | undefined => {
  const { module, event, data } = recordOf(raw)
  if (typeof module !== 'string' || typeof event !== 'string') return undefined
  const { asset, status } = recordOf(data)
  if (module === 'asset' && recordOf(asset)['is_dir'] === true) return undefined
  if (module === 'workflow' || (module === 'entry' && event.startsWith('workflow'))) return 'entry.workflow'
  const [verb, outcome] = event.split('.')
  const failed =
    outcome === 'fail' || (typeof status === 'string' && event.endsWith('publish') && !SUCCESS.test(status))
  const name = `${module}.${verb}${failed ? '.fail' : ''}`
  return KNOWN.has(name) ? (name as EventName) : undefined
}

const SUCCESS = /^(?:cs\$)?success(?:ful)?$/i

const recordOf = (value: Json | undefined): Readonly<Record<string, Json>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, Json>>)
    : {}
