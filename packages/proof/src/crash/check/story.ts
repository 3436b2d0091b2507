import { rootOf, type Facts } from './facts.ts'
import type { Violation } from './violation.ts'

interface Line {
  readonly at: number
  readonly text: string
}

/** At most so many lines of one kind: a story is to be read. */
const LINES = 40

/** What each log says of the message of a violation, in the order of time: milliseconds since the first line. */
export const storyOf = (facts: Facts, { rule, says, m, key }: Violation): string => {
  const roots = new Set(m === undefined ? [] : (facts.told.get(m)?.ids ?? []))
  if (key !== undefined) roots.add(rootOf(key))
  const ofIt = (id: string): boolean => id === key || roots.has(rootOf(id))
  const { acknowledged, received, violence, journal } = facts.evidence
  const lines: readonly Line[] = [
    ...acknowledged
      .filter(({ id, mail }) => mail.m === m || ofIt(id))
      .map(({ id, mail, at }) => ({
        at,
        text: `producer   ${mail.m} (${mail.kind}) is acknowledged as ${id}`,
      })),
    ...received
      .filter(({ delivery }) => ofIt(delivery.key) || (m !== undefined && delivery.m === m))
      .slice(0, LINES)
      .map(({ at, from, path, as, delivery }) => {
        return { at, text: `receiver   ${delivery.part} from ${from} at ${path}: ${as}, key ${delivery.key}` }
      }),
    ...violence.done
      .filter(({ inHand }) => inHand.some(ofIt))
      .map(({ at, life, point, inHand }) => {
        return { at, text: `killer     ${life} ${point}, with ${inHand.filter(ofIt).join(', ')} in hand` }
      }),
    ...violence.lost
      .filter(ofIt)
      .map((id) => ({ at: Number.POSITIVE_INFINITY, text: `service    has lost the lease of ${id}` })),
    ...journal.entries
      .filter(({ id }) => ofIt(id))
      .slice(0, LINES)
      .map(({ id, flow, hop, standing, tag, attempts, claims }) => {
        const of = `${flow}/${hop}: ${standing}${tag === null ? '' : ` as ${tag}`}, attempts ${attempts}, claims ${claims}`
        return { at: Number.POSITIVE_INFINITY, text: `journal    ${id} at ${of}` }
      }),
  ]
  const told = lines.toSorted((a, b) => a.at - b.at || 0)
  const start = told[0]?.at ?? 0
  const shown = told.map(
    ({ at, text }) => `  ${(Number.isFinite(at) ? `+${at - start} ms` : 'at the end').padStart(12)}  ${text}`,
  )
  return [
    `Violated: ${rule}.`,
    `${says}.`,
    ...(shown.length > 0 ? ['What the logs say of it:', ...shown] : []),
  ].join('\n')
}
