import { plain } from './plain.js'
import { cutTo, widthOf } from './width.js'

/** How a piece of text looks; where there is no colour, it looks like any other. */
export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan'

/** A piece of text. Whatever is in it, it reaches the terminal as plain text. */
export type Piece = string | { readonly text: string; readonly style: Style }

/** A column of a table. */
export interface Column {
  readonly head: string
  readonly align?: 'right'
  /** Gives way first where the terminal is narrow. */
  readonly flexible?: true
}

/** Puts a style on a text. */
export type Paint = (style: Style, text: string) => string

export const textOf = (piece: Piece): string => plain(typeof piece === 'string' ? piece : piece.text)

export const painted = (piece: Piece, text: string, paint: Paint): string =>
  typeof piece === 'string' || text === '' ? text : paint(piece.style, text)

const GAP = '  '
const LEAST = 6

/** A table for people: aligned, and no wider than the terminal, as far as flexible columns can give way. */
export const fittedTable = (
  columns: readonly Column[],
  rows: readonly (readonly Piece[])[],
  width: number,
  paint: Paint,
  head = true,
): readonly string[] => {
  const texts = rows.map((row) => row.map(textOf))
  const natural = columns.map((column, i) =>
    Math.max(head ? widthOf(column.head) : 0, ...texts.map((row) => widthOf(row[i] ?? ''))),
  )
  const widths = fitted(columns, natural, width)
  const line = (cells: readonly string[], dress: (i: number, text: string) => string): string =>
    cells
      .map((cell, i) => {
        const text = cutTo(cell, widths[i]!)
        const blank = ' '.repeat(Math.max(0, widths[i]! - widthOf(text)))
        return columns[i]!.align === 'right' ? blank + dress(i, text) : dress(i, text) + blank
      })
      .join(GAP)
      .trimEnd()
  return [
    ...(head
      ? [
          line(
            columns.map((c) => c.head),
            (_, text) => (text === '' ? '' : paint('dim', text)),
          ),
        ]
      : []),
    ...texts.map((cells, at) => line(cells, (i, text) => painted(rows[at]![i]!, text, paint))),
  ]
}

/** A table for programs: columns between tabs, nothing cut. */
export const plainTable = (
  columns: readonly Column[],
  rows: readonly (readonly Piece[])[],
  head = true,
): readonly string[] => [
  ...(head ? [columns.map((c) => c.head).join('\t')] : []),
  ...rows.map((row) => row.map(textOf).join('\t')),
]

const fitted = (columns: readonly Column[], natural: readonly number[], width: number): readonly number[] => {
  const widths = [...natural]
  const gaps = GAP.length * (columns.length - 1)
  for (;;) {
    const over = widths.reduce((sum, w) => sum + w, gaps) - width
    const widest = columns.reduce(
      (best, column, i) =>
        column.flexible === true && widths[i]! > LEAST && (best < 0 || widths[i]! > widths[best]!) ? i : best,
      -1,
    )
    if (over <= 0 || widest < 0) return widths
    // The widest gives way down to the next one, so that none is cut to nothing before the others.
    const others = columns.flatMap((c, i) => (c.flexible === true && i !== widest ? [widths[i]!] : []))
    const next = Math.max(LEAST, ...others.filter((w) => w < widths[widest]!))
    const least = Math.min(next, widths[widest]! - 1)
    widths[widest] = Math.max(least, widths[widest]! - over)
  }
}
