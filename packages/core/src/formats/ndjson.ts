import { StepFailed } from '../failure/step-failed.js'
import type { Json } from '../message/json.js'
import { stringify } from '../message/storable.js'
import type { BadRow } from './bad-row.js'
import { jsonLines, type NdjsonReadOptions } from './ndjson-read.js'
import type { Numbered } from './numbered.js'
import type { Bytes } from './pieces.js'
import type { Rows } from './rows.js'

/** Reads and writes NDJSON. */
export interface Ndjson {
  /**
   * The values of a file, one by one, in flat memory; the source is read only as fast as they are taken. A line that is no JSON,
   * or is too long, comes as a `BadRow` in its place. Blank lines are no values. With `numbered` each value comes with its line.
   *
   * Throws while values are taken: what the source throws.
   *
   * @throws TypeError naming the option that makes no sense.
   */
  read(
    bytes: Bytes,
    options: NdjsonReadOptions & { readonly numbered: true },
  ): AsyncIterable<Numbered<Json> | BadRow>
  read(
    bytes: Bytes,
    options?: NdjsonReadOptions & { readonly numbered?: false },
  ): AsyncIterable<Json | BadRow>
  /**
   * A file of values, one a line, in pieces of about 64 KiB, made as they are taken: `Readable.from` makes a stream of it.
   *
   * Throws while pieces are taken: a `StepFailed` naming the row and the field that JSON cannot carry (a `Date`, `NaN`, …), and
   * what the rows throw.
   */
  write(rows: Rows<unknown>): AsyncIterable<Uint8Array>
}

/**
 * NDJSON, also known as JSON Lines: one JSON value a line, in UTF-8.
 *
 * @example
 * for await (const event of ndjson.read(createReadStream('events.ndjson')))
 *   if (!isFailure(event)) await handle(event)
 */
export const ndjson: Ndjson = {
  read(
    bytes: Bytes,
    options: NdjsonReadOptions & { readonly numbered?: boolean } = {},
  ): AsyncIterable<never> {
    return jsonLines(bytes, options, options.numbered === true) as AsyncIterable<never>
  },
  write: (rows) => written(rows),
}

const FLUSH = 64 * 1024

async function* written(rows: Rows<unknown>): AsyncGenerator<Buffer, void, void> {
  let out = ''
  let n = 0
  for await (const row of rows) {
    n++
    const made = stringify(row)
    if (!('text' in made)) {
      const at = made.path === '' ? 'the row' : made.path
      throw new StepFailed(
        'ndjson.write',
        undefined,
        `ndjson.write: row ${n}: ${at} is of type ${made.type}, which JSON cannot carry`,
      )
    }
    out += `${made.text}\n`
    if (out.length < FLUSH) continue
    yield Buffer.from(out)
    out = ''
  }
  if (out !== '') yield Buffer.from(out)
}
