import type { Json } from '../message/json.js'
import type { HopRef } from '../ports/journal.js'

/**
 * What can be paused. A flow or hop: its entries are not claimed, what comes in is accepted and waits. An intake: the
 * sources of a flow are told to wait, so that webhooks answer 503 and polls do not poll. A destination: it takes no
 * calls, from flows or plain ones, as if it was parked.
 */
export type Controlled =
  | { readonly flow: string; readonly hop?: string }
  | { readonly intake: string }
  | { readonly destination: string }

/** Something that is paused. */
export interface Pause {
  readonly what: Controlled
  /** Epoch milliseconds. */
  readonly since: number
  /** Who asked for it, as far as it was said. */
  readonly by?: string
  readonly why?: string
}

/** One thing's name: `flow publish`, `hop publish/put`, `intake publish`, `destination site`. */
export const controlledName = (what: Controlled): string => {
  if ('destination' in what) return `destination ${what.destination}`
  if ('intake' in what) return `intake ${what.intake}`
  return what.hop === undefined ? `flow ${what.flow}` : `hop ${what.flow}/${what.hop}`
}

/** Whether a pause keeps entries of a hop from being claimed. */
export const holds = ({ what }: Pause, { flow, hop }: HopRef): boolean =>
  'flow' in what && what.flow === flow && (what.hop === undefined || what.hop === hop)

/** What can be paused, as it is stored; undefined where this version does not understand it. */
export const controlledOf = (row: Json | undefined): Controlled | undefined => {
  const { flow, hop, intake, destination } = (row ?? {}) as Readonly<Record<string, Json>>
  if (typeof destination === 'string') return { destination }
  if (typeof intake === 'string') return { intake }
  if (typeof flow !== 'string') return undefined
  if (hop === undefined) return { flow }
  return typeof hop === 'string' ? { flow, hop } : undefined
}
