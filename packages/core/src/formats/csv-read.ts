import type { BadRow } from './bad-row.js'
import { CsvRows } from './csv-rows.js'
import { problemOf } from './header.js'
import type { Numbered } from './numbered.js'
import { oneByOne } from './one-by-one.js'
import { pieces, type Bytes } from './pieces.js'
import { RecordCutter } from './record-cutter.js'

/** How a CSV file is read. `K`: the columns that are known to be there. */
export interface CsvReadOptions<K extends string = never> {
  /** The names of the columns, in the file's order, for a file without a header row. Default: its first row has them. */
  readonly columns?: readonly K[]
  /** Columns that the header must have; the others may be there or not. */
  readonly require?: readonly K[]
  /** One ASCII character. Default `,`. */
  readonly delimiter?: string
  /** One ASCII character, doubled inside of quotes; `false`: quotes are text. Default `"`. */
  readonly quote?: string | false
  /**
   * A row with too few or too many cells. `refuse` (default): a `BadRow`. `pad`: missing cells are empty, empty ones too many are
   * dropped; only a row with a cell of text too many is a `BadRow`.
   */
  readonly ragged?: 'refuse' | 'pad'
  /** Any encoding of the WHATWG Encoding Standard: `utf-16le`, `windows-1252`, … Default `utf-8`. */
  readonly encoding?: string
  /** The longest row: bytes. A longer one is a `BadRow`, of which nothing is kept in memory. Default 1 MiB. */
  readonly maxRecordBytes?: number
  /** How many rows, bad ones counted, are passed over unread: those that were handled already. Default 0. */
  readonly skip?: number
}

/** A row: the text of each cell, by its column. */
export type CsvRow<K extends string = never> = { readonly [k in K]: string } & {
  readonly [column: string]: string
}

/** A row, alone or with its line; or why there is none. */
export type CsvItem = CsvRow | Numbered<CsvRow> | BadRow

/** @throws TypeError naming the option that makes no sense. */
export const csvRows = (
  bytes: Bytes,
  options: CsvReadOptions<string>,
  numbered: boolean,
): AsyncIterableIterator<CsvItem> => {
  const { delimiter = ',', quote = '"', ragged = 'refuse', maxRecordBytes = 1024 * 1024, skip = 0 } = options
  const expected = (option: string, what: string, got: unknown): TypeError =>
    new TypeError(`csv.read: ${option}: expected ${what}, got ${JSON.stringify(got)}`)
  if (!isAscii(delimiter)) throw expected('delimiter', 'one ASCII character', delimiter)
  if (quote !== false && !isAscii(quote)) throw expected('quote', 'one ASCII character, or false', quote)
  if (quote === delimiter) throw expected('quote', 'another character than the delimiter', quote)
  if (ragged !== 'refuse' && ragged !== 'pad') throw expected('ragged', "'refuse' or 'pad'", ragged)
  if (!(typeof maxRecordBytes === 'number' && maxRecordBytes >= 1))
    throw expected('maxRecordBytes', 'a number of bytes, at least 1', maxRecordBytes)
  if (!Number.isSafeInteger(skip) || skip < 0) throw expected('skip', 'a whole number of rows', skip)
  const problem = options.columns && problemOf(options.columns, options.require)
  if (problem !== undefined) throw new TypeError(`csv.read: columns: ${problem}`)
  const cutter = new RecordCutter({
    delimiter: delimiter.charCodeAt(0),
    quote: quote === false ? -1 : quote.charCodeAt(0),
    longest: maxRecordBytes,
  })
  const rows = new CsvRows({ syntax: { delimiter, quote }, pad: ragged === 'pad', numbered }, options)
  return oneByOne(batches(pieces(bytes, options.encoding ?? 'utf-8'), cutter, rows))
}

async function* batches(
  bytes: AsyncGenerator<Buffer, void, void>,
  cutter: RecordCutter,
  rows: CsvRows,
): AsyncGenerator<readonly CsvItem[], void, void> {
  for await (const piece of bytes) yield cutter.push(piece).flatMap((part) => rows.of(part))
  yield cutter.end().flatMap((part) => rows.of(part))
  rows.end()
}

const isAscii = (text: unknown): boolean =>
  typeof text === 'string' && text.length === 1 && text.charCodeAt(0) < 128 && text !== '\n' && text !== '\r'
