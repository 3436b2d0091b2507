import type { Verdict } from '../check/judge.ts'
import type { Mode } from '../cast/slots.ts'
import type { Violence } from '../violence.ts'
import { bars, countBy } from './bars.ts'

const TITLES: Readonly<Record<Mode, string>> = {
  many: 'several processes on one file',
  one: 'one process that does all',
}

/** What a run came to: its numbers, and where the kills have hit. */
export const summary = (
  mode: Mode,
  { figures, violations }: Verdict,
  violence: Violence,
  ms: number,
): string => {
  const counted = violence.done.filter((one) => one.counted)
  const dead = Object.entries(figures.dead)
    .map(([tag, n]) => `${n} ${tag}`)
    .join(', ')
  const rows: readonly (readonly [string, string])[] = [
    ['kills that met work', `${figures.kills} (and ${violence.done.length - counted.length} that met none)`],
    ['stops longer than a lease', `${figures.stops}, ${figures.fenced} leases lost`],
    ['messages acknowledged', `${figures.acknowledged}, ${figures.again} of them again`],
    ['effects at the receiver', String(figures.effects)],
    ['repeats of effects', `${figures.repeats}, at most ${figures.bound}`],
    ['dead letters', dead === '' ? 'none' : dead],
    ['waiting at the end', String(figures.waiting)],
    ['largest WAL', `${(figures.walBytes / 2 ** 20).toFixed(1)} MiB`],
    ['time', `${(ms / 1000).toFixed(1)} s`],
    ['violations', String(violations.length)],
  ]
  const width = Math.max(...rows.map(([name]) => name.length))
  return [
    `${TITLES[mode]}:`,
    ...rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`),
    'where they were hit:',
    bars(countBy(counted, ({ point }) => point)),
    'who was hit:',
    bars(countBy(counted, ({ slot }) => slot)),
  ].join('\n')
}

/** Violations by rule, each with the first that was found. */
export const violationTable = ({ violations }: Verdict): string => {
  const first = new Map(violations.toReversed().map((violation) => [violation.rule, violation.says]))
  return [...countBy(violations, ({ rule }) => rule)]
    .map(([rule, n]) => `  ${n} x ${rule}\n      ${first.get(rule)}`)
    .join('\n')
}
