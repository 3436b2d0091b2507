import { JournalUnavailable } from '@xconnector/core'
import type { Answer, Call, Trouble } from '../call.js'

/** A call that waits for its answer. */
export interface Pending {
  readonly call: Call
  readonly resolve: (value: unknown) => void
  readonly reject: (reason: JournalUnavailable) => void
}

/** A trouble, as the port's failure. */
export const unavailable = ({ trouble, message }: Trouble): JournalUnavailable =>
  new JournalUnavailable(trouble, message)

/** Passes an answer on. */
export const answer = (pending: Pending, given: Exclude<Answer, { readonly busy: true }>): void => {
  if ('ok' in given) pending.resolve(given.ok)
  else pending.reject(unavailable(given.no))
}
