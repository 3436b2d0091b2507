import { breachOf } from './breach-of.js'
import { law, type Law } from '../law.js'

/**
 * A destination that is parked is not called, and what waits for it spends no attempt: an attempt is spent by a failure, and
 * by nothing else.
 */
export const attemptsWhileParked: Law = law('attemptsWhileParked', (ledger) => {
  const call = ledger.calls.find((c) => c.parked)
  return (
    breachOf(ledger, 'attemptsWhileParked') ??
    (call &&
      `${call.target} was called for ${call.entry} by ${call.process} while its destination was parked`)
  )
})
