import { dirname } from 'node:path'
import type { Fared } from './trial.ts'

/** How many of some mutants were noticed. */
export interface Score {
  readonly noticed: number
  readonly all: number
}

/** The mutants that a test noticed: killed, or no end. */
export const isNoticed = ({ fate }: Fared): boolean => fate === 'killed' || fate === 'timeout'

export const scoreOf = (fared: readonly Fared[]): Score => ({
  noticed: fared.filter(isNoticed).length,
  all: fared.length,
})

/** `83.3 %`. */
export const percent = ({ noticed, all }: Score): string =>
  all === 0 ? '–' : `${((100 * noticed) / all).toFixed(1)} %`

const grouped = (fared: readonly Fared[], by: (m: Fared) => string): readonly (readonly [string, Score])[] =>
  [...Map.groupBy(fared, by)]
    .map(([name, some]) => [name, scoreOf(some)] as const)
    .sort(([a], [b]) => a.localeCompare(b))

/** A table of scores by folder and by operator, then every mutant that nothing noticed. */
export const summary = (fared: readonly Fared[], reasons: ReadonlyMap<string, string>): string => {
  const rows = [
    ...grouped(fared, (m) => dirname(m.file).replace('packages/', '').replace('/src', '')),
    ...grouped(fared, (m) => m.operator),
    ['all', scoreOf(fared)] as const,
  ]
  const width = Math.max(...rows.map(([name]) => name.length))
  const table = rows.map(
    ([name, s]) => `${name.padEnd(width)}  ${`${s.noticed}/${s.all}`.padStart(8)}  ${percent(s).padStart(8)}`,
  )
  const survivors = fared
    .filter((m) => !isNoticed(m))
    .map((m) => `${m.fate}  ${described(m)}${reasons.has(m.id) ? `\n    ${reasons.get(m.id)}` : ''}`)
  return [...survivors, '', ...table].join('\n')
}

/** One line about a mutant: where it is and what it does. */
export const described = (m: Fared): string =>
  `${m.id}  ${m.file}:${m.line}  ${m.operator}: ${m.was === '' ? '(before this)' : m.was} → ${
    m.text.replaceAll(/\s+/g, ' ').slice(0, 60) || '(nothing)'
  }`
