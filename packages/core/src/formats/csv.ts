import type { BadRow } from './bad-row.js'
import { csvRows, type CsvReadOptions, type CsvRow } from './csv-read.js'
import { csvBytes, type CsvWriteOptions } from './csv-write.js'
import type { Numbered } from './numbered.js'
import type { Bytes } from './pieces.js'
import type { Rows } from './rows.js'

/** Reads and writes CSV. */
export interface Csv {
  /**
   * The rows of a file, one by one, in flat memory; the source is read only as fast as rows are taken. A row that cannot be read
   * comes as a `BadRow` in its place. Blank lines are no rows. With `numbered` each row comes with its line.
   *
   * Throws while rows are taken: `BadFile` when the header is wrong, and what the source throws.
   *
   * @throws TypeError naming the option that makes no sense.
   * @throws RangeError when there is no such encoding.
   */
  read<const K extends string = never>(
    bytes: Bytes,
    options: CsvReadOptions<K> & { readonly numbered: true },
  ): AsyncIterable<Numbered<CsvRow<K>> | BadRow>
  read<const K extends string = never>(
    bytes: Bytes,
    options?: CsvReadOptions<K> & { readonly numbered?: false },
  ): AsyncIterable<CsvRow<K> | BadRow>
  /**
   * A file of rows, in pieces of about 64 KiB, made as they are taken: `Readable.from` makes a stream of it.
   *
   * Throws while pieces are taken: a `TypeError` naming the row and field that no cell can hold, and what the rows throw.
   *
   * @throws TypeError naming the option that makes no sense.
   */
  write<R extends object>(rows: Rows<R>, options?: CsvWriteOptions<R>): AsyncIterable<Uint8Array>
}

/**
 * CSV as of RFC 4180, and as it is found: other delimiters, byte order marks, encodings, ragged rows. Cells are read by csv-parse
 * and written by csv-stringify.
 *
 * @example
 * for await (const row of csv.read(createReadStream('prices.csv'), { require: ['sku', 'price'] }))
 *   if (!isFailure(row)) await save(row.sku, Number(row.price))
 */
export const csv: Csv = {
  read: (
    bytes: Bytes,
    options?: CsvReadOptions<string> & { readonly numbered?: boolean },
  ): AsyncIterable<never> =>
    csvRows(bytes, options ?? {}, options?.numbered === true) as AsyncIterable<never>,
  write: (rows, options = {}) => csvBytes(rows, options),
}
