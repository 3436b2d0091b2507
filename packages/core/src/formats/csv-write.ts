import { stringify } from 'csv-stringify/sync'
import type { Rows } from './rows.js'

/** What a cell may be. A date is written as ISO 8601, nothing as an empty cell. */
export type Cell = string | number | boolean | bigint | Date | null | undefined

/** How a CSV file is written. */
export interface CsvWriteOptions<R> {
  /**
   * The columns, in order; or what each is called in the header. A row's other fields are left out. Default: the fields of the
   * first row; then a field that it has not, in a later row, is an error.
   */
  readonly columns?: readonly (keyof R & string)[] | { readonly [K in keyof R & string]?: string }
  /** Whether a header row comes first. Default `true`. */
  readonly header?: boolean
  /** One character. Default `,`. */
  readonly delimiter?: string
  /** Between rows. Default `\n`. */
  readonly newline?: '\n' | '\r\n'
  /** A byte order mark first: spreadsheet programs then read UTF-8. Default `false`. */
  readonly bom?: boolean
  /**
   * What becomes of a text that a spreadsheet program would take for a formula (it begins with `=`, `+`, `-`, `@`, a tab or a
   * carriage return). `keep` (default): it is written as it is. `escape`: with a `'` before it, which changes the data and is
   * right for files that people open. See https://owasp.org/www-community/attacks/CSV_Injection
   */
  readonly formulas?: 'keep' | 'escape'
}

const BATCH = 256
const FLUSH = 64 * 1024

/** @throws TypeError naming the option that makes no sense. */
export const csvBytes = <R extends object>(
  rows: Rows<R>,
  options: CsvWriteOptions<R>,
): AsyncGenerator<Buffer, void, void> => {
  const { columns, header = true, delimiter = ',', newline = '\n', bom = false, formulas = 'keep' } = options
  if (typeof delimiter !== 'string' || delimiter.length !== 1 || '"\r\n'.includes(delimiter))
    throw new TypeError(`csv.write: delimiter: expected one character, got ${JSON.stringify(delimiter)}`)
  if (newline !== '\n' && newline !== '\r\n')
    throw new TypeError(`csv.write: newline: expected '\\n' or '\\r\\n', got ${JSON.stringify(newline)}`)
  if (formulas !== 'keep' && formulas !== 'escape')
    throw new TypeError(`csv.write: formulas: expected 'keep' or 'escape', got ${JSON.stringify(formulas)}`)
  const text = (cells: readonly (readonly Cell[])[]): string =>
    stringify(cells as unknown[][], {
      delimiter,
      record_delimiter: newline,
      // By default it leaves a lone `\n` bare where rows end in `\r\n`.
      quote_record_delimiter: true,
      escape_formulas: formulas === 'escape',
      // An empty line is no row to most readers.
      quoted_empty: cells[0]?.length === 1,
    })
  const made = columns === undefined ? undefined : columnsOf(columns)
  return written(rows, made, header, text, bom)
}

/** The fields to write, and what they are called. */
interface Columns {
  readonly keys: readonly string[]
  /** The same, to be looked up. */
  readonly known: ReadonlySet<string>
  readonly titles: readonly string[]
  /** Taken from the first row: all rows are held to them. */
  readonly all: boolean
}

async function* written<R extends object>(
  rows: Rows<R>,
  given: Columns | undefined,
  header: boolean,
  text: (cells: readonly (readonly Cell[])[]) => string,
  bom: boolean,
): AsyncGenerator<Buffer, void, void> {
  let columns = given
  let cells: (readonly Cell[])[] = header && columns !== undefined ? [columns.titles] : []
  let out = bom ? '\uFEFF' : ''
  let n = 0
  for await (const row of rows) {
    n++
    if (columns === undefined) {
      const keys = Object.keys(row)
      columns = { keys, known: new Set(keys), titles: keys, all: true }
      if (header) cells.push(keys)
    }
    cells.push(cellsOf(row, columns, n))
    if (cells.length < BATCH) continue
    out += text(cells)
    cells = []
    if (out.length < FLUSH) continue
    yield Buffer.from(out)
    out = ''
  }
  if (cells.length > 0) out += text(cells)
  if (out !== '') yield Buffer.from(out)
}

const columnsOf = (columns: readonly string[] | Readonly<Record<string, string | undefined>>): Columns => {
  const named = Array.isArray(columns)
    ? (columns as readonly string[]).map((key) => [key, key] as const)
    : Object.entries(columns as Readonly<Record<string, string | undefined>>)
  if (named.length === 0) throw new TypeError('csv.write: columns: expected at least one')
  const keys = named.map(([key]) => key)
  return { keys, known: new Set(keys), titles: named.map(([key, title]) => title ?? key), all: false }
}

const cellsOf = (row: object, { keys, known, all }: Columns, n: number): readonly Cell[] => {
  if (all) {
    const other = Object.keys(row).find((key) => !known.has(key))
    if (other !== undefined)
      throw new TypeError(
        `csv.write: row ${n} has the field ${JSON.stringify(other)}, which the first row has not: give columns`,
      )
  }
  return keys.map((key) => cellOf((row as Readonly<Record<string, unknown>>)[key], key, n))
}

const cellOf = (value: unknown, key: string, n: number): string | number => {
  if (typeof value === 'string') return value
  if (value === null || value === undefined) return ''
  if (typeof value === 'number' && Number.isFinite(value)) return value
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value)
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value.toISOString()
  const got =
    typeof value === 'number' || value instanceof Date ? String(value) : `a value of type ${typeof value}`
  throw new TypeError(
    `csv.write: row ${n}, ${JSON.stringify(key)}: expected what one cell can hold, got ${got}`,
  )
}
