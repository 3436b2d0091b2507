import type { Count } from '../ports/journal.js'
import type { Disk } from './disk.js'
import type { HopLine } from './hop-line.js'

/** Counts of every hop that ever had an entry: `Admin.counts`. Reasons for which nothing ended are left out. */
export const counts = (disk: Disk): readonly Count[] =>
  [...disk.lines.values()].flatMap((hops) => [...hops.values()].flatMap(ofHop))

const ofHop = ({ flow, hop, tally }: HopLine): readonly Count[] => {
  const { in: written, dead, ...done } = tally
  const ended = Object.entries(done).filter(([, n]) => n > 0)
  const waiting = ended.reduce((left, [, n]) => left - n, written - dead)
  const rows = [['in', written], ...ended, ['dead', dead], ['waiting', waiting]] as const
  return rows.map(([what, n]) => ({ flow, hop, what, n }))
}
