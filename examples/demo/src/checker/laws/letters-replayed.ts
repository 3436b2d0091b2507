import { count, counted } from '@xconnector/example-kit/words'
import { whenAny, when, versionName, type Law } from '../finding.ts'

const REJECTED = 422

/** What the portal had rejected came again once it was mended, under the key that it had. */
export const lettersReplayed: Law = ({ requests }) => {
  const lines = requests.portal
  const rejected = new Map(
    lines.filter(({ status }) => status === REJECTED).map((line) => [line.entry, line]),
  )
  const taken = new Set(lines.filter(({ applied }) => applied).map(({ entry }) => entry))
  const newest = new Map<string, number>()
  for (const { thing, version, applied } of lines)
    if (applied) newest.set(thing, Math.max(version, newest.get(thing) ?? 0))
  const left = [...rejected.values()].filter(({ entry }) => !taken.has(entry))
  const gone = left.filter(({ thing, version }) => (newest.get(thing) ?? 0) <= version)
  const replayed = rejected.size - left.length
  return {
    holds:
      `${counted(rejected.size, 'delivery', 'deliveries')} rejected by the portal: ${count(replayed)} taken in when ` +
      `replayed, ${count(left.length)} superseded`,
    broken: [
      ...whenAny(
        gone,
        (n, { thing, version }) =>
          `the portal rejected ${counted(n, 'delivery', 'deliveries')} and never got them again, ` +
          `such as ${versionName(thing, version)}`,
      ),
      ...when(replayed === 0, () => 'no dead letter was replayed: nothing is shown'),
    ],
  }
}
