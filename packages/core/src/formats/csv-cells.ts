import { isUtf8 } from 'node:buffer'
import { parse } from 'csv-parse/sync'
import { BadRow } from './bad-row.js'
import type { Records } from './record-cutter.js'

/** What separates cells, and what they may be quoted with. */
export interface Syntax {
  readonly delimiter: string
  readonly quote: string | false
}

/** The cells of each record from the `first` on. */
export const cellsOfAll = (
  records: Records,
  first: number,
  syntax: Syntax,
): readonly (readonly string[] | BadRow)[] => {
  const { from, to, bytes } = records
  return (
    together(bytes.subarray(from[first], to.at(-1)), from.length - first, syntax) ??
    from.slice(first).map((_, i) => cellsOf(records, first + i, syntax))
  )
}

/** The cells of one record. */
export const cellsOf = (
  { bytes, from, to, lines }: Records,
  i: number,
  syntax: Syntax,
): readonly string[] | BadRow => {
  const record = bytes.subarray(from[i], to[i])
  if (!isUtf8(record)) return new BadRow('csv', lines[i]!, 'it is not UTF-8: give the encoding of the file')
  try {
    const [cells, ...more] = parsed(record, syntax)
    if (cells !== undefined && more.length === 0) return cells
    return new BadRow('csv', lines[i]!, 'its quotes are not closed as they are opened')
  } catch (thrown) {
    const { code } = thrown as { readonly code?: unknown }
    return new BadRow('csv', lines[i]!, REASON[String(code)] ?? 'it is no CSV')
  }
}

// All at once, which is quick. Undefined when one of them is not as it should be: then each is read alone.
const together = (bytes: Buffer, n: number, syntax: Syntax): readonly string[][] | undefined => {
  if (!isUtf8(bytes)) return undefined
  try {
    const all =
      syntax.quote === false || !bytes.includes(syntax.quote)
        ? unquoted(bytes.toString(), syntax.delimiter)
        : parsed(bytes, syntax)
    return all.length === n ? all : undefined
  } catch {
    return undefined
  }
}

// Without a quote there is nothing to parse.
const unquoted = (text: string, delimiter: string): string[][] => {
  const records: string[][] = []
  for (const line of text.split('\n')) {
    const record = line.endsWith('\r') ? line.slice(0, -1) : line
    if (record !== '') records.push(record.split(delimiter))
  }
  return records
}

const parsed = (bytes: Buffer, { delimiter, quote }: Syntax): string[][] =>
  parse(bytes, {
    delimiter,
    quote,
    escape: quote === false ? null : quote,
    record_delimiter: ['\r\n', '\n'],
    relax_column_count: true,
    skip_empty_lines: true,
  })

const REASON: Readonly<Record<string, string>> = {
  CSV_INVALID_CLOSING_QUOTE: 'something stands between a closing quote and the next delimiter',
  INVALID_OPENING_QUOTE: 'a quote stands inside of a cell that does not begin with one',
  CSV_QUOTE_NOT_CLOSED: 'a quote is opened that is never closed',
}
