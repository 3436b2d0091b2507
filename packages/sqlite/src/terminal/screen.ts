import { styleText } from 'node:util'
import type { Io, Out } from './io.js'
import { plainJson } from './plain.js'
import { type Column, fittedTable, painted, type Paint, type Piece, plainTable, textOf } from './table.js'

/** What is written: results to the output, remarks beside it. Nothing reaches a terminal that is not plain text. */
export class Screen {
  readonly json: boolean
  /** A person looks at it. */
  readonly live: boolean
  readonly #io: Io
  readonly #paint: Paint

  constructor(io: Io, json: boolean) {
    this.#io = io
    this.json = json
    this.live = io.out.isTTY === true && !json
    this.#paint = painter(io.env, io.out)
  }

  /** Nothing more needs to be shown. */
  get over(): boolean {
    return this.#io.signal.aborted || this.#io.gone?.() === true
  }

  get width(): number {
    return this.#io.out.columns ?? 80
  }

  /** A line of pieces. */
  line(...pieces: readonly Piece[]): Promise<void> {
    return this.#write(pieces.map((piece) => painted(piece, textOf(piece), this.#paint)).join(''))
  }

  /** A value on one line. */
  value(value: unknown): Promise<void> {
    return this.#write(plainJson(value))
  }

  /** A text of several lines, which are told apart; `before` stands at the start of each. */
  async block(text: string, before = ''): Promise<void> {
    for (const line of text.split(/\r?\n/)) await this.line(before, line)
  }

  /** A table: fitted to the terminal, or with tabs where none is there. */
  async table(columns: readonly Column[], rows: readonly (readonly Piece[])[], head = true): Promise<void> {
    const lines = this.live
      ? fittedTable(columns, rows, this.width, this.#paint, head)
      : plainTable(columns, rows, head)
    for (const line of lines) await this.#write(line)
  }

  /** A remark, beside the output. */
  note(...pieces: readonly Piece[]): void {
    const paint = painter(this.#io.env, this.#io.err)
    this.#io.err.write(`${pieces.map((piece) => painted(piece, textOf(piece), paint)).join('')}\n`)
  }

  async #write(line: string): Promise<void> {
    const { out, gone } = this.#io
    if (gone?.() === true) return
    if (out.write(`${line}\n`)) return
    // Whoever reads is slower, or has gone.
    await new Promise<void>((resolve) => {
      const go = (): void => {
        out.off('drain', go)
        out.off('close', go)
        resolve()
      }
      out.once('drain', go)
      out.once('close', go)
    })
  }
}

const painter = (env: Io['env'], out: Out): Paint => {
  const forced = (env['FORCE_COLOR'] ?? '') !== '' && env['FORCE_COLOR'] !== '0'
  const colours = forced || (out.isTTY === true && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb')
  return colours ? (style, text) => styleText(style, text, { validateStream: false }) : (_, text) => text
}
