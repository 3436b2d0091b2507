import { breachOf } from './breach-of.js'
import { law, type Law } from '../law.js'

/** A join goes on when its policy is met by branches that have ended, each counted once, and it ends once. */
export const joinsCountOnce: Law = law('joinsCountOnce', (ledger) => breachOf(ledger, 'joinsCountOnce'))
