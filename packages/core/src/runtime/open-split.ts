import type { DecodeFailed } from '../failure/decode-failed.js'
import type { SplitSettings } from '../flow/split-settings.js'
import type { May, Result } from '../result/result.js'
import type { OpenItems } from '../run/items.js'
import type { OpenSplitContext } from './split-context.js'

/** A row on its way to become an item. */
export interface Row {
  readonly index: number
  /** As it came: what is stored. */
  readonly row: unknown
  /** What it decodes to, where that was asked for; the row itself where nothing decodes it. */
  readonly item: unknown
  /** It did not decode: its own hop says so. */
  readonly bad?: true
}

/** A row that ends the split. */
export class Undecoded extends Error {
  readonly failure: DecodeFailed

  constructor(failure: DecodeFailed) {
    super(failure.message)
    this.failure = failure
  }
}

/** The rows of one message, one ahead, so that the last one is known as such. */
export class OpenSplit {
  /** The next row; none when there are no more. */
  ahead: Row | undefined
  /** Rows left out before the one ahead. */
  skipped: number
  /** How many times in a row its next chunk has had to wait. */
  waited = 0
  readonly ctx: OpenSplitContext
  readonly #items: OpenItems
  readonly #s: SplitSettings
  readonly #left: (index: number, why: DecodeFailed) => void
  readonly #decodes: boolean
  #index: number

  /** `from`: the index of the first row that the items give. `left`: told of a row that is left out. */
  constructor(
    ctx: OpenSplitContext,
    items: OpenItems,
    s: SplitSettings,
    from: number,
    skipped: number,
    left: (index: number, why: DecodeFailed) => void,
  ) {
    this.ctx = ctx
    this.#items = items
    this.#s = s
    this.#index = from
    this.skipped = skipped
    this.#left = left
    this.#decodes = s.decode !== undefined && (s.onBad !== 'dead-letter' || s.key !== undefined)
  }

  /** How many rows there are, where that is known. */
  get size(): number | undefined {
    return this.#items.size
  }
  /** How many rows have been gone over, the one ahead not included. */
  get position(): number {
    return this.ahead?.index ?? this.#index
  }
  close(): void {
    this.ctx.abort()
    this.#items.close()
  }

  /** Takes the next row ahead. Throws or rejects with what the iteration throws, or `Undecoded`. */
  advance(): May<void> {
    for (;;) {
      const next = this.#items.next()
      if (next instanceof Promise) return this.#slowly(next)
      const taken = this.#take(next)
      if (taken instanceof Promise)
        return taken.then((is) => (is ? undefined : this.#slowly(this.#items.next())))
      if (taken) return
    }
  }

  async #slowly(first: May<IteratorResult<unknown, unknown>>): Promise<void> {
    for (let next = first; ; next = this.#items.next()) if (await this.#take(await next)) return
  }

  // Whether it is ahead now; not so, when it was left out.
  #take(next: IteratorResult<unknown, unknown>): May<boolean> {
    if (next.done === true) {
      this.ahead = undefined
      return true
    }
    const row = next.value
    const index = this.#index++
    if (!this.#decodes) {
      this.ahead = { index, row, item: row }
      return true
    }
    const r = this.#s.decode!(row)
    return r instanceof Promise ? r.then((x) => this.#decoded(index, row, x)) : this.#decoded(index, row, r)
  }

  #decoded(index: number, row: unknown, r: Result<DecodeFailed, unknown>): boolean {
    if (r._tag === 'Right') this.ahead = { index, row, item: r.right }
    else if (this.#s.onBad === 'stop') throw new Undecoded(r.left)
    else if (this.#s.onBad === 'dead-letter') this.ahead = { index, row, item: undefined, bad: true }
    else {
      this.skipped++
      this.#left(index, r.left)
      return false
    }
    return true
  }
}
