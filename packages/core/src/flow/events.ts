import type { Tagged } from '../failure/failure.js'
import type { Filtered } from '../failure/filtered.js'

/** A call that ended. Times are epoch milliseconds and milliseconds. */
export interface CallEnded {
  readonly flow: string
  readonly at: number
  readonly ms: number
}

/** What the calls of a flow tell: `flow(name, { events: new EventEmitter<CallEvents>() })`. */
export interface CallEvents {
  done: [event: CallEnded & { readonly body: unknown }]
  failed: [event: CallEnded & { readonly failure: Tagged | Filtered }]
}
