import { median } from './median.ts'
import type { Bound, Judged } from './row.ts'
import { isAbsent, type Round, type Sample } from './sample.ts'

/** A table with aligned columns: the first to the left, the others to the right. */
export const table = (header: readonly string[], lines: readonly (readonly string[])[]): string => {
  const all = [header, ...lines]
  const widths = header.map((_, column) => Math.max(...all.map((line) => line[column]!.length)))
  const format = (line: readonly string[]): string =>
    line.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  ')
  return [format(header), widths.map((width) => '-'.repeat(width)).join('  '), ...lines.map(format)].join(
    '\n',
  )
}

/** A number with three significant digits, and all its digits before the point. */
export const short = (n: number): string => {
  if (Number.isNaN(n)) return '-'
  if (Math.abs(n) >= 100) return Math.round(n).toLocaleString('en')
  return Number(n.toPrecision(3)).toString()
}

/** What every variant measured: the medians of its figures. */
export const variantTable = (rounds: readonly Round[]): string => {
  const names = [...rounds[0]!.keys()]
  const figures = [
    ...new Set(rounds.flatMap((r) => [...r.values()].flatMap((m) => (isAbsent(m) ? [] : Object.keys(m))))),
  ]
  return table(
    ['variant', ...figures],
    names.map((name) => {
      const measured = rounds.map((round) => round.get(name)!)
      const absent = measured.find(isAbsent)
      if (absent !== undefined) return [`${name} (absent: ${absent.absent})`, ...figures.map(() => '-')]
      const samples = measured as readonly Sample[]
      return [name, ...figures.map((figure) => short(median(figuresOf(samples, figure))))]
    }),
  )
}

const figuresOf = (samples: readonly Sample[], figure: string): readonly number[] =>
  samples.flatMap((sample) => (sample[figure] === undefined ? [] : [sample[figure]]))

/** The rows with their verdicts. */
export const rowTable = (rows: readonly Judged[]): string =>
  table(
    ['row', 'figure', 'rounds', 'must be', 'verdict'],
    rows.map((r) => [
      r.row,
      r.verdict === 'absent' ? 'absent' : `${short(r.figure)}${r.unit === '' ? '' : ` ${r.unit}`}`,
      r.rounds.length === 0 ? '-' : `${short(Math.min(...r.rounds))} to ${short(Math.max(...r.rounds))}`,
      bound(r.must),
      r.verdict,
    ]),
  )

const bound = (must: Bound | undefined): string => {
  if (must === undefined) return '-'
  const limit =
    'atMost' in must ? `<= ${must.atMost.toLocaleString('en')}` : `>= ${must.atLeast.toLocaleString('en')}`
  return must.aim === undefined ? limit : `${limit} (${must.aim.toLocaleString('en')})`
}
