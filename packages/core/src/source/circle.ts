import type { ReadPage } from './poll-page.js'

/** Notices pages that give nothing new and come back to a cursor of before (R. P. Brent, 1980: one cursor is remembered). */
export class Circle {
  #empty = 0
  #at = ''

  /** @throws Error when the pages go round in a circle, after as many more of them as the circle has, at most. */
  turn({ batch, position }: Pick<ReadPage, 'batch' | 'position'>): void {
    if (batch.length > 0) {
      this.#empty = 0
      this.#at = ''
      return
    }
    const cursor = JSON.stringify(position.cursor)
    if (cursor === this.#at)
      throw new Error(
        'fetch says that there is more, but gives nothing new, and came back to a cursor of before: it would not end',
      )
    // At the powers of two.
    if ((++this.#empty & (this.#empty - 1)) === 0) this.#at = cursor
  }
}
