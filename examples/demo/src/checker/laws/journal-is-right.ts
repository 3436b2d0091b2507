import { count, counted } from '@xconnector/example-kit/words'
import { CONCURRENCY, SYSTEMS, TARGETS, type TargetName } from '../../shared/evidence.ts'
import type { Evidence } from '../evidence.ts'
import { when, versionName, type Law } from '../finding.ts'

/** How many deliveries a receiver can show, each counted once. */
const shownBy = ({ requests, tracking, vip }: Evidence): Readonly<Record<TargetName, number>> => {
  const answered = (lines: readonly { applied: boolean; status: number; entry: string }[]): number =>
    new Set(lines.filter(({ applied, status }) => applied && status !== 0).map(({ entry }) => entry)).size
  return {
    site: answered(requests.site),
    portal: answered(requests.portal),
    tracking: answered(tracking),
    vip: new Set(
      vip.assets.flatMap(({ source, versions }) =>
        versions.map(({ sourceVersion }) => versionName(source, sourceVersion)),
      ),
    ).size,
  }
}

/** What the journal says of deliveries is what the receivers say. */
export const journalIsRight: Law = (evidence) => {
  const { starts, targets } = evidence.books
  const wentOn = starts.entries.done['delivered'] ?? 0
  const shown = shownBy(evidence)
  return {
    holds: 'whatever the journal calls delivered is with its receiver',
    broken: [
      ...SYSTEMS.flatMap((system) => {
        const { accepted } = targets[system]
        return when(
          accepted !== wentOn,
          () => `${system}: ${counted(wentOn, 'message')} went on, but the journal has ${count(accepted)}`,
        )
      }),
      ...TARGETS.flatMap((target) => {
        const { delivered = 0 } = targets[target].done
        const took = shown[target]
        return [
          ...when(
            delivered > took,
            () => `${target}: the journal says ${count(delivered)} delivered, but it took in ${count(took)}`,
          ),
          // What was in flight at the kill may have been taken in, and superseded before the journal knew.
          ...when(
            took - delivered > CONCURRENCY[target] * evidence.kills.length,
            () => `${target} took in ${count(took)}, of which the journal knows ${count(delivered)}`,
          ),
        ]
      }),
    ],
  }
}
