import type { Json } from '../message/json.js'
import type { FlowDescription } from '../plan/describe.js'

/** A flow's description as a start stored it; `undefined` for what another version may have written in its place. */
export const readDescription = (value: Json | undefined): FlowDescription | undefined => {
  const d = value as Partial<FlowDescription> | null | undefined
  const read =
    typeof d?.flow === 'string' &&
    typeof d.version === 'number' &&
    Array.isArray(d.hops) &&
    Array.isArray(d.errors) &&
    d.hops.every((h: Partial<FlowDescription['hops'][number]> | null) => typeof h?.name === 'string')
  return read ? (d as FlowDescription) : undefined
}
