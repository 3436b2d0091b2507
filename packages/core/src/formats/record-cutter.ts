import { BadRow } from './bad-row.js'

/** Whole records in a row, blank lines between them aside. */
export interface Records {
  readonly bytes: Buffer
  /** Where each record begins and ends in `bytes`, its line end aside. */
  readonly from: number[]
  readonly to: number[]
  /** The line on which each begins, from 1. */
  readonly lines: number[]
}

/** How records are told apart: single bytes. */
export interface Marks {
  readonly delimiter: number
  /** `-1`: there are no quotes. */
  readonly quote: number
  /** Bytes. */
  readonly longest: number
}

const LF = 10
const CR = 13

// In a field: not begun, no quotes, inside of quotes, after a quote that may close.
const START = 0
const BARE = 1
const QUOTED = 2
const CLOSING = 3

/**
 * Cuts a file into records, at the line ends that stand outside of quotes (RFC 4180). A quote opens only where a field
 * begins. What csv-parse then makes of one record cannot spoil its neighbours: on its own it takes a bad quote or a row that is
 * too long for a reason to skip what follows.
 */
export class RecordCutter {
  readonly #m: Marks
  #rest: Buffer = Buffer.alloc(0)
  #line = 1
  // Where in the rest the scan of its record goes on, and how far it came.
  #at = 0
  #state = START
  #newlines = 0
  /** Where the next quote is in the bytes at hand; found once, not for each record. */
  #nextQuote = -1
  /** The line of the record that is too long, and is being passed over. */
  #passing: number | undefined

  constructor(marks: Marks) {
    this.#m = marks
  }

  /** The records that a piece completes. */
  push(piece: Buffer): readonly (Records | BadRow)[] {
    const bytes = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece])
    return this.#cut(bytes, false)
  }

  /** The record at the end of the file. */
  end(): readonly (Records | BadRow)[] {
    if (this.#state === QUOTED)
      return [new BadRow('csv', this.#passing ?? this.#line, 'a quote is opened that is never closed')]
    const found = this.#cut(this.#rest, true)
    return this.#passing === undefined ? found : [...found, this.#long()]
  }

  #cut(bytes: Buffer, last: boolean): readonly (Records | BadRow)[] {
    const found: (Records | BadRow)[] = []
    let batch: Records = { bytes, from: [], to: [], lines: [] }
    const flush = (): void => {
      if (batch.from.length > 0) found.push(batch)
      batch = { bytes, from: [], to: [], lines: [] }
    }
    let from = 0
    this.#nextQuote = -1
    for (;;) {
      const end = this.#endOf(bytes, last)
      const tooLong = (end === -1 ? bytes.length : end) - from > this.#m.longest
      if (tooLong && this.#passing === undefined) this.#passing = this.#line
      if (end === -1) break
      if (this.#passing !== undefined) {
        flush()
        found.push(this.#long())
      } else {
        const to = end > from && bytes[end - 1] === CR ? end - 1 : end
        if (to > from) {
          batch.from.push(from)
          batch.to.push(to)
          batch.lines.push(this.#line)
        }
      }
      this.#line += this.#newlines + 1
      this.#newlines = 0
      this.#state = START
      from = this.#at = Math.min(end + 1, bytes.length)
      if (last && end >= bytes.length) break
    }
    flush()
    // Of a record that is passed over nothing is kept.
    const keep = this.#passing === undefined ? from : bytes.length
    this.#rest = bytes.subarray(keep)
    this.#at -= keep
    return found
  }

  #long(): BadRow {
    const line = this.#passing!
    this.#passing = undefined
    return new BadRow('csv', line, `the row is longer than maxRecordBytes (${this.#m.longest})`)
  }

  /** Where the record under way ends, or -1 when it goes on after these bytes. At the end of the file it ends with them. */
  #endOf(bytes: Buffer, last: boolean): number {
    const { delimiter, quote } = this.#m
    const n = bytes.length
    if (this.#state === START || this.#state === BARE) {
      const newline = bytes.indexOf(LF, this.#at)
      const stop = newline === -1 ? n : newline
      if (this.#nextQuote < this.#at) this.#nextQuote = quote === -1 ? n : indexOf(bytes, quote, this.#at)
      if (this.#nextQuote >= stop) {
        // A field goes on in the next piece as it was left: begun, unless a delimiter is the last of it.
        if (stop > this.#at) this.#state = bytes[stop - 1] === delimiter ? START : BARE
        this.#at = stop
        return newline !== -1 ? newline : last && n > 0 ? n : -1
      }
    }
    let state = this.#state
    for (let i = this.#at; i < n; i++) {
      const byte = bytes[i]!
      if (state === QUOTED) {
        if (byte === quote) state = CLOSING
        else if (byte === LF) this.#newlines++
      } else if (state === CLOSING && byte === quote) state = QUOTED
      else if (byte === delimiter) state = START
      else if (byte === LF) {
        this.#at = i
        return i
      } else if (state === START && byte === quote) state = QUOTED
      else state = BARE
    }
    this.#state = state
    this.#at = n
    return last && n > 0 ? n : -1
  }
}

const indexOf = (bytes: Buffer, byte: number, from: number): number => {
  const at = bytes.indexOf(byte, from)
  return at === -1 ? bytes.length : at
}
