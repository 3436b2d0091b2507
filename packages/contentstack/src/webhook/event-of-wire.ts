import type { Json } from '@xconnector/core'
import type { StackEvent } from './event.js'
import type { EventName } from './event-name.js'
import type { WireData, WireEvent } from './wire-event.js'

const TOLD = new Set(['entry', 'content_type', 'environment', 'locale', 'branch'])

/** An event as flows see it, from the wire's: without the schema of the content type and other things said at length. */
export const eventOfWire = (name: EventName, wire: WireEvent): StackEvent => {
  const { data, source } = wire
  const { environment, branch } = data
  const locale = data.locale ?? textIn(data.entry?.['locale'])
  return {
    type: name,
    at: wire.triggered_at,
    apiKey: wire.api_key,
    ...(environment !== undefined && { environment: { uid: environment.uid, name: environment.name } }),
    ...(locale !== undefined && { locale }),
    ...(branch?.uid !== undefined && { branch: branch.uid }),
    ...(source?.type === 'release' &&
      source.uid !== undefined && { release: titled(source.uid, source.title) }),
    data: dataOf(name, data),
  } as unknown as StackEvent
}

const dataOf = (name: EventName, data: WireData): object => {
  if (data.asset !== undefined && name.startsWith('asset.')) return { asset: data.asset }
  const { uid, title } = data.content_type ?? {}
  return {
    entry: data.entry,
    ...(uid !== undefined && { content_type: titled(uid, title) }),
    ...(name === 'entry.workflow' && { details: rest(data) }),
  }
}

const rest = (data: WireData): Readonly<Record<string, Json>> =>
  Object.fromEntries(Object.entries(data).filter(([key]) => !TOLD.has(key))) as Readonly<Record<string, Json>>

const titled = (uid: string, title: string | undefined): { uid: string; title?: string } => ({
  uid,
  ...(title !== undefined && { title }),
})

const textIn = (value: Json | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined
