import { isUtf8 } from 'node:buffer'
import { isFailure, type Json } from '@xconnector/core'
import type { CsvReadOptions } from '@xconnector/core/formats'
import { atLeastOne } from '../../files/stream-rules.js'
import { mediaOf } from '../../cloudevents/media.js'
import type { Format, FormatHead, Read } from '../format.js'
import { unreadable } from './media-check.js'

/** How CSV is read: as by `csv.read` of `@xconnector/core/formats`. */
export interface CsvFormatOptions extends Omit<CsvReadOptions<string>, 'skip' | 'encoding'> {
  /** Each row is a message (default), or the list of all rows is one. */
  readonly rows?: 'each' | 'whole'
  /** The most rows. Default 1000 where each is a message, else 10,000. */
  readonly maxRows?: number
}

/**
 * A body of CSV (`text/csv`, RFC 4180), in UTF-8 or the charset that it names: each row is a message, an object of texts by
 * column, or all rows together are one. Messages are accepted in one transaction, all or none; a row that cannot be read is
 * 400, with its line. What is too much for one transaction is a file: `hooks.file`, and a flow that reads it row by row.
 *
 * @throws TypeError naming the option that makes no sense.
 */
export const csvFormat = (options: CsvFormatOptions = {}): Format => {
  const { rows = 'each', maxRows, ...reading } = options
  if (rows !== 'each' && rows !== 'whole')
    throw new TypeError(`csvFormat rows: expected 'each' or 'whole', got ${JSON.stringify(rows)}`)
  const most = atLeastOne(maxRows ?? (rows === 'each' ? 1000 : 10_000), 'csvFormat maxRows')
  checkReading(reading)
  return {
    types: [TYPE],
    async read(head, raw) {
      const wrong = unreadable(head, (type) => type === TYPE, TYPE, 'any')
      if (wrong !== undefined) return wrong
      const encoding = charsetOf(head)
      if (encoding === undefined) return { status: 415, detail: 'expected a charset that is known' }
      if (encoding === 'utf-8' && !isUtf8(raw)) return { status: 400, detail: 'expected CSV in UTF-8' }
      // Loaded with the first body: its parsers are much to load for those who read no CSV.
      const { csv } = await import('@xconnector/core/formats')
      const found: Json[] = []
      try {
        for await (const row of csv.read([raw], { ...reading, encoding })) {
          if (isFailure(row)) return { status: 400, detail: row.message }
          if (found.length === most) return { status: 400, detail: `expected at most ${most} rows` }
          found.push(row)
        }
      } catch (thrown) {
        if (isFailure(thrown) && thrown._tag === 'BadFile') return { status: 400, detail: thrown.message }
        throw thrown
      }
      return read(found, rows)
    },
  }
}

const TYPE = 'text/csv'

// What `csv.read` would say with the first body is said when the format is made.
const checkReading = (reading: Omit<CsvReadOptions<string>, 'skip' | 'encoding'>): void => {
  const { delimiter = ',', quote = '"', ragged = 'refuse', maxRecordBytes = 1, columns, require } = reading
  const expected = (option: string, what: string, got: unknown): TypeError =>
    new TypeError(`csvFormat ${option}: expected ${what}, got ${JSON.stringify(got)}`)
  if (!CHARACTER.test(delimiter)) throw expected('delimiter', 'one ASCII character', delimiter)
  if (quote !== false && !CHARACTER.test(quote))
    throw expected('quote', 'one ASCII character, or false', quote)
  if (quote === delimiter) throw expected('quote', 'another character than the delimiter', quote)
  if (ragged !== 'refuse' && ragged !== 'pad') throw expected('ragged', "'refuse' or 'pad'", ragged)
  if (!(maxRecordBytes >= 1))
    throw expected('maxRecordBytes', 'a number of bytes, at least 1', maxRecordBytes)
  if (columns === undefined) return
  if (columns.length === 0 || columns.includes('') || new Set(columns).size < columns.length)
    throw expected('columns', 'names that differ, and are not empty', columns)
  for (const name of require ?? [])
    if (!columns.includes(name)) throw expected('require', 'names that are in `columns`', name)
}

// oxlint-disable-next-line no-control-regex
const CHARACTER = /^[\x00-\x09\x0b\x0c\x0e-\x7f]$/

const read = (found: readonly Json[], rows: 'each' | 'whole'): Read =>
  rows === 'whole' ? { messages: [{ raw: found }] } : { messages: found.map((raw) => ({ raw })), list: true }

const charsetOf = (head: FormatHead): string | undefined => {
  const charset = mediaOf(head.header('content-type') ?? '')?.charset ?? 'utf-8'
  try {
    return new TextDecoder(charset).encoding
  } catch {
    return undefined
  }
}
