import type { Json } from '../message/json.js'

/** The name of the journal's state that lists the flows whose descriptions it holds. */
export const FLOWS = 'flows'

/** Names of flows as they are stored; what is none is left out. */
export const readFlowNames = (value: Json | undefined): readonly string[] =>
  Array.isArray(value) ? value.filter((name) => typeof name === 'string') : []
