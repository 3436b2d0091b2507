import { isUtf8 } from 'node:buffer'
import type { Json } from '../message/json.js'
import { BadRow } from './bad-row.js'
import type { Numbered } from './numbered.js'
import { oneByOne } from './one-by-one.js'
import { pieces, type Bytes } from './pieces.js'

/** How an NDJSON file is read. */
export interface NdjsonReadOptions {
  /** The longest line: bytes. A longer one is a `BadRow`, of which nothing is kept in memory. Default 1 MiB. */
  readonly maxRecordBytes?: number
  /** How many lines, bad ones counted and blank ones not, are passed over unread: those that were handled already. Default 0. */
  readonly skip?: number
}

type Value = Json | Numbered<Json> | BadRow

/** @throws TypeError naming the option that makes no sense. */
export const jsonLines = (
  bytes: Bytes,
  { maxRecordBytes = 1024 * 1024, skip = 0 }: NdjsonReadOptions,
  numbered: boolean,
): AsyncIterableIterator<Value> => {
  if (!(typeof maxRecordBytes === 'number' && maxRecordBytes >= 1))
    throw new TypeError(
      `ndjson.read: maxRecordBytes: expected a number of bytes, at least 1, got ${maxRecordBytes}`,
    )
  if (!Number.isSafeInteger(skip) || skip < 0)
    throw new TypeError(`ndjson.read: skip: expected a whole number of lines, got ${skip}`)
  return oneByOne(batches(pieces(bytes, 'utf-8'), new Lines(maxRecordBytes, skip, numbered)))
}

async function* batches(
  bytes: AsyncGenerator<Buffer, void, void>,
  lines: Lines,
): AsyncGenerator<readonly Value[], void, void> {
  for await (const piece of bytes) yield lines.push(piece)
  yield lines.end()
}

const LF = 10

/** Cuts bytes into lines. Not split2: what is too long for it is dropped without a word. */
class Lines {
  readonly #longest: number
  readonly #numbered: boolean
  #skip: number
  #line = 1
  /** The line under way: its pieces, and how long it is. */
  #parts: Buffer[] = []
  #length = 0

  constructor(longest: number, skip: number, numbered: boolean) {
    this.#longest = longest
    this.#skip = skip
    this.#numbered = numbered
  }

  push(piece: Buffer): readonly Value[] {
    const found: Value[] = []
    let from = 0
    for (let at = piece.indexOf(LF); at !== -1; at = piece.indexOf(LF, from)) {
      const part = piece.subarray(from, at)
      if (this.#length > 0) {
        this.#add(part)
        this.#endLine(found)
      } else this.#end(found, part.length > this.#longest ? undefined : part)
      from = at + 1
    }
    if (from < piece.length) this.#add(piece.subarray(from))
    return found
  }

  end(): readonly Value[] {
    const found: Value[] = []
    this.#endLine(found)
    return found
  }

  #add(part: Buffer): void {
    this.#length += part.length
    if (this.#length > this.#longest) this.#parts = []
    else this.#parts.push(part)
  }

  #endLine(found: Value[]): void {
    this.#end(found, this.#length > this.#longest ? undefined : Buffer.concat(this.#parts))
    this.#parts = []
    this.#length = 0
  }

  /** A line is over; without bytes when it was too long. */
  #end(found: Value[], bytes: Buffer | undefined): void {
    const line = this.#line++
    if (bytes !== undefined && isBlank(bytes)) return
    if (this.#skip > 0) {
      this.#skip--
      return
    }
    const row =
      bytes === undefined
        ? new BadRow('ndjson', line, `the line is longer than maxRecordBytes (${this.#longest})`)
        : valueOf(bytes, line)
    found.push(this.#numbered && !(row instanceof BadRow) ? { line, row } : row)
  }
}

const isBlank = (bytes: Buffer): boolean => {
  for (const byte of bytes) if (byte !== 32 && byte !== 9 && byte !== 13) return false
  return true
}

const valueOf = (bytes: Buffer, line: number): Json | BadRow => {
  const text = bytes.toString()
  // What stands for bytes that are none is asked for first: it is the quicker test.
  if (text.includes('\uFFFD') && !isUtf8(bytes)) return new BadRow('ndjson', line, 'it is not UTF-8')
  try {
    return JSON.parse(text) as Json
  } catch {
    // The parser's message quotes what it read.
    return new BadRow('ndjson', line, 'it is no JSON')
  }
}
