import type { Json } from '../message/json.js'
import type { Effect } from '../step/step.js'

/** A call that a flow would make. It was not made. */
export interface Call {
  /** The target's own name; `alert <target>`, `once <name>` for the other effects. */
  readonly target: string
  readonly hop: string
  readonly effect: Exclude<Effect, 'none'> | 'alert' | 'once'
  /** What it would be called under. Ids are those of the entry. */
  readonly key: string
  /** The target's own preview where it has one (of HTTP: the request), else its input; credentials masked. */
  readonly sends: Json
}
