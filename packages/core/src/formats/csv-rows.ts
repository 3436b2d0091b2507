import { BadFile } from './bad-file.js'
import { BadRow } from './bad-row.js'
import { cellsOf, cellsOfAll, type Syntax } from './csv-cells.js'
import type { CsvItem, CsvReadOptions, CsvRow } from './csv-read.js'
import { problemOf, quoted } from './header.js'
import type { Records } from './record-cutter.js'

/** How rows are made of records. */
export interface Making {
  readonly syntax: Syntax
  /** A row may have too few cells, or too many empty ones. */
  readonly pad: boolean
  readonly numbered: boolean
}

/** Makes rows of records: the header is taken from the first, and as many as asked for are passed over. */
export class CsvRows {
  readonly #making: Making
  readonly #require: readonly string[]
  #names: readonly string[] | undefined
  #skip: number
  /** The header has a CR inside, and no row came after it. */
  #bareCr = false

  constructor(making: Making, { columns, require = [], skip = 0 }: CsvReadOptions<string>) {
    this.#making = making
    this.#require = require
    this.#names = columns
    this.#skip = skip
  }

  /** @throws BadFile when the header is wrong. */
  of(part: Records | BadRow): readonly CsvItem[] {
    if (part instanceof BadRow) return this.#bad(part)
    let first = 0
    const names = (this.#names ??= this.#header(cellsOf(part, first++, this.#making.syntax)))
    if (first < part.from.length) this.#bareCr = false
    const passed = Math.min(this.#skip, part.from.length - first)
    this.#skip -= passed
    first += passed
    return first < part.from.length ? this.#rows(part, first, names) : []
  }

  /** @throws BadFile when the file ended before its header, or all of it was taken for its header. */
  end(): void {
    if (this.#bareCr)
      throw new BadFile('csv', 'its lines end in CR alone: have them end in LF, or in CR and LF')
    if (this.#names === undefined && this.#require.length > 0)
      throw new BadFile('csv', `it is empty: expected a header with ${quoted(this.#require)}`)
  }

  #bad(row: BadRow): readonly CsvItem[] {
    if (this.#names === undefined) this.#header(row)
    this.#bareCr = false
    if (this.#skip === 0) return [row]
    this.#skip--
    return []
  }

  #header(cells: readonly string[] | BadRow): readonly string[] {
    if (cells instanceof BadRow) throw new BadFile('csv', `its header cannot be read: ${cells.reason}`)
    this.#bareCr = cells.some((name) => /\r[^\n]/.test(name))
    const names = cells.map((name) => name.trim())
    const problem = problemOf(names, this.#require)
    if (problem !== undefined) throw new BadFile('csv', `its header cannot be used: ${problem}`)
    return names
  }

  #rows(part: Records, first: number, names: readonly string[]): readonly CsvItem[] {
    const { syntax, pad, numbered } = this.#making
    return cellsOfAll(part, first, syntax).map((cells, i): CsvItem => {
      if (cells instanceof BadRow) return cells
      const line = part.lines[first + i]!
      if (cells.length !== names.length && !(pad && cells.slice(names.length).every((cell) => cell === '')))
        return new BadRow('csv', line, `it has ${cells.length} cells, and there are ${names.length} columns`)
      const row = rowOf(names, cells)
      return numbered ? { line, row } : row
    })
  }
}

const rowOf = (names: readonly string[], cells: readonly string[]): CsvRow => {
  const row: Record<string, string> = {}
  for (let i = 0; i < names.length; i++) row[names[i]!] = cells[i] ?? ''
  return row
}
