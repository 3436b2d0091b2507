import type { Incoming, Json } from '@xconnector/core'
import type { Verified } from '../verify/verifier.js'
import type { FormatMessage } from './format.js'
import type { Head } from './head.js'
import { keptHeaders } from './kept-headers.js'
import type { Route } from './route.js'

/** What a message of a request is, for the intake: by its webhook, its verifier and its format. */
export const incomingOf = (
  route: Route,
  head: Head,
  verified: Verified & { ok: true },
  message: FormatMessage,
  place: { readonly at: number; readonly of: number },
): Incoming => {
  const { raw, text } = message
  const dedupe = dedupeOf(route, head, verified, message, place)
  const time = message.time ?? verified.time
  const kept = keptHeaders(head, route.kept)
  return {
    raw,
    ...(text !== undefined && { text }),
    type: typeOf(route.type ?? message.type, head, raw),
    ...(dedupe !== undefined && dedupe !== '' && { dedupe }),
    ...(time !== undefined && { time }),
    headers: message.headers === undefined ? kept : { ...kept, ...message.headers },
    undecodable: route.undecodable,
  }
}

const dedupeOf = (
  { dedupe }: Route,
  head: Head,
  verified: Verified & { ok: true },
  { raw, id, headId }: FormatMessage,
  { at, of }: { readonly at: number; readonly of: number },
): string | undefined => {
  if (dedupe === 'none') return undefined
  if (typeof dedupe === 'object' && 'field' in dedupe) return fieldOf(raw, dedupe.field)
  if (dedupe === 'id') {
    if (id !== undefined) return id
    const { idField } = verified
    const inBody = idField === undefined ? undefined : fieldOf(raw, idField)
    if (verified.id === undefined) return inBody ?? headId
  }
  const common = dedupe === 'id' ? verified.id : head.header(dedupe.header)
  // Several messages of one request share what stands in its head, and each needs a key of its own.
  return common === undefined || common === '' || of === 1 ? common : `${common}#${at}`
}

const DEFAULT_TYPE = 'webhook'

const typeOf = (type: Route['type'], head: Head, json: Json): string => {
  if (typeof type === 'string') return type
  if (typeof type === 'function') return type(json)
  if (type !== undefined && 'header' in type) return head.header(type.header) ?? DEFAULT_TYPE
  const field = type?.field ?? 'type'
  if (typeof json !== 'object' || json === null || !Object.hasOwn(json, field)) return DEFAULT_TYPE
  const value = (json as Readonly<Record<string, Json>>)[field]
  return typeof value === 'string' && value !== '' ? value : DEFAULT_TYPE
}

/** A top-level field of text, or of a whole number. */
const fieldOf = (json: Json, field: string): string | undefined => {
  if (typeof json !== 'object' || json === null || !Object.hasOwn(json, field)) return undefined
  const value = (json as Readonly<Record<string, Json>>)[field]
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value)
  return typeof value === 'string' ? value : undefined
}
