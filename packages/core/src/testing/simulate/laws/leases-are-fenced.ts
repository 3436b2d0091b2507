import { breachOf } from './breach-of.js'
import { law, type Law } from '../law.js'

/** No entry is leased twice at once, settled by a process that has lost its lease, ended twice, or leased after its end. */
export const leasesAreFenced: Law = law('leasesAreFenced', (ledger) => breachOf(ledger, 'leasesAreFenced'))
