import { count, counted } from '@xconnector/example-kit/words'
import { SYSTEMS, type KillLine } from '../../shared/evidence.ts'
import type { Evidence } from '../evidence.ts'
import { when, type Law } from '../finding.ts'
import { isInFlightAt } from '../uploads.ts'

const ENTRIES = 20
const UPLOADS = 1

/** What the receivers had in hand at a kill, by their own logs: what had come, and was answered later. */
const inHand = (
  { requests, uploads }: Evidence,
  { at: killed }: KillLine,
): { readonly entries: number; readonly uploads: number } => ({
  entries: SYSTEMS.flatMap((system) => requests[system]).filter(
    ({ began, at }) => began <= killed && at > killed,
  ).length,
  uploads: uploads.filter((upload) => isInFlightAt(upload, killed)).length,
})

/** The service was killed in the middle of its work. */
export const killedAtWork: Law = (evidence) => {
  const found = evidence.kills.map((kill) => inHand(evidence, kill))
  return {
    holds: found
      .map(
        ({ entries, uploads }) =>
          `killed while the receivers had ${counted(entries, 'entry', 'entries')} and ` +
          `${counted(uploads, 'upload')} in hand`,
      )
      .join('; '),
    broken: [
      ...when(found.length === 0, () => 'the service was never killed: nothing is shown'),
      ...found.flatMap(({ entries, uploads }) => [
        ...when(
          entries < ENTRIES,
          () => `killed with ${count(entries)} entries in hand; ${ENTRIES} at least: nothing is shown`,
        ),
        ...when(uploads < UPLOADS, () => 'killed while no upload was under way: nothing is shown'),
      ]),
    ],
  }
}
