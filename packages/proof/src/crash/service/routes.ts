import { byKind, deadLetter, retry } from '@xconnector/core'

/** Soon again, so that little is left when the killing is over; a dead letter for what will not get better. */
export const soonAgain = byKind({
  transient: retry({ initial: '100ms', max: '1s', upTo: '6h' }).orElse(deadLetter()),
})
