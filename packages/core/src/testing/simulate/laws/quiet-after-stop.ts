import { breachOf } from './breach-of.js'
import { law, type Law } from '../law.js'

/** A process that has stopped has no timer, calls nothing, and leaves its journal alone. */
export const quietAfterStop: Law = law('quietAfterStop', (ledger) => breachOf(ledger, 'quietAfterStop'))
