import { breachOf } from './breach-of.js'
import { law, type Law } from '../law.js'

/** What a route tells somebody of is written in the commit of its verdict, and in no other write. */
export const alertsWithVerdicts: Law = law('alertsWithVerdicts', (ledger) => {
  const silent = [...ledger.alerting].find((id) => !ledger.alerted.has(id))
  return (
    breachOf(ledger, 'alertsWithVerdicts') ??
    (silent && `${silent} became a dead letter, and the alert of its route was not in the same commit`)
  )
})
