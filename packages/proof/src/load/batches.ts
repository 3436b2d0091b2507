import type { Pushed } from './pushed.ts'

const EVERY_MS = 10

/** Collects rows of numbers, and gives them to the parent every 10 ms. */
export class Batches {
  readonly #as: Pushed['as']
  #rows: number[] = []
  #waiting = false

  constructor(as: Pushed['as']) {
    this.#as = as
  }

  add(...row: readonly number[]): void {
    this.#rows.push(...row)
    if (this.#waiting) return
    this.#waiting = true
    setTimeout(() => this.flush(), EVERY_MS)
  }

  /** Gives what there is. */
  flush(): void {
    this.#waiting = false
    const rows = Float64Array.from(this.#rows)
    this.#rows = []
    if (rows.length > 0 && process.connected) process.send!({ as: this.#as, rows } satisfies Pushed)
  }
}
