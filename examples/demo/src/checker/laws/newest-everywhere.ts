import { counted } from '@xconnector/example-kit/words'
import { SYSTEMS } from '../../shared/evidence.ts'
import { deliveriesOf } from '../deliveries.ts'
import { versionName, whenAny, type Law } from '../finding.ts'
import { newestOf } from '../newest.ts'

/** The newest version of every entry is at every system. */
export const newestEverywhere: Law = (evidence) => {
  const newest = [...newestOf(evidence, 'entry.publish').values()]
  return {
    holds: `the newest version of all ${counted(newest.length, 'entry', 'entries')} is at the site and at the portal`,
    broken: SYSTEMS.flatMap((system) => {
      const took = deliveriesOf(evidence.requests[system], (line) => versionName(line.thing, line.version))
      const missing = newest.filter(({ thing, version }) => !took.has(versionName(thing, version)))
      return whenAny(
        missing,
        (n, { thing, version }) =>
          `${system} never got the newest version of ${counted(n, 'entry', 'entries')}, ` +
          `such as ${versionName(thing, version)}`,
      )
    }),
  }
}
