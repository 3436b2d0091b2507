import { median } from './median.ts'
import { isAbsent, type Round } from './sample.ts'

/** A figure of a variant in one round; NaN where the variant is absent or has no such figure. */
export type At = (variant: string, figure: string) => number

/** What a figure must be, and what we aim for. */
export type Bound =
  | { readonly atMost: number; readonly aim?: number }
  | { readonly atLeast: number; readonly aim?: number }

/** A line of the table that is judged, or without `must` only told. */
export interface Row {
  readonly row: string
  /** Its figure in one round: a ratio, or a plain figure. */
  readonly of: (at: At) => number
  readonly must?: Bound
  /** Behind the figure: `ms`, `KB`. A ratio has none. */
  readonly unit?: string
}

/** A row with its figure in every round; `figure` is their median, NaN when a side was absent. */
export interface Judged {
  readonly row: string
  readonly unit: string
  readonly rounds: readonly number[]
  readonly figure: number
  readonly must: Bound | undefined
  readonly verdict: 'met' | 'missed' | 'absent' | 'told'
}

/** How many times one variant's figure is another's. */
export const ratio =
  (of: string, to: string, figure: string): Row['of'] =>
  (at) =>
    at(of, figure) / at(to, figure)

export const holds = (figure: number, must: Bound): boolean =>
  'atMost' in must ? figure <= must.atMost : figure >= must.atLeast

/** Judges a row by the median of its figure over the rounds. */
export const judge = (row: Row, rounds: readonly Round[]): Judged => {
  const figures = rounds.map((round) => row.of(reader(round))).filter((figure) => !Number.isNaN(figure))
  const figure = median(figures)
  return {
    row: row.row,
    unit: row.unit ?? '',
    rounds: figures,
    figure,
    must: row.must,
    verdict: verdict(figure, row.must),
  }
}

const verdict = (figure: number, must: Bound | undefined): Judged['verdict'] => {
  if (Number.isNaN(figure)) return 'absent'
  if (must === undefined) return 'told'
  return holds(figure, must) ? 'met' : 'missed'
}

const reader =
  (round: Round): At =>
  (variant, figure) => {
    const measured = round.get(variant)
    return measured === undefined || isAbsent(measured) ? Number.NaN : (measured[figure] ?? Number.NaN)
  }
