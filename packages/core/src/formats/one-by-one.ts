/**
 * The items of batches, one by one; the next batch is asked for when the last item of one was taken. By hand, for a generator
 * within a generator takes as long again as reading a row does.
 */
export const oneByOne = <T>(batches: AsyncGenerator<readonly T[], void, void>): AsyncIterableIterator<T> =>
  new OneByOne(batches)

class OneByOne<T> implements AsyncIterableIterator<T> {
  readonly #batches: AsyncGenerator<readonly T[], void, void>
  #batch: readonly T[] = []
  #at = 0
  /** Calls wait for those before them. */
  #last: Promise<unknown> | undefined

  constructor(batches: AsyncGenerator<readonly T[], void, void>) {
    this.#batches = batches
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<IteratorResult<T, undefined>> {
    if (this.#last === undefined && this.#at < this.#batch.length)
      return Promise.resolve({ done: false, value: this.#batch[this.#at++]! })
    const before = this.#last
    const pulled: Promise<IteratorResult<T, undefined>> =
      before === undefined ? this.#pull() : before.then(() => this.#pull())
    const settled: Promise<unknown> = pulled
      .catch(() => undefined)
      .finally(() => {
        if (this.#last === settled) this.#last = undefined
      })
    this.#last = settled
    return pulled
  }

  async return(): Promise<IteratorResult<T, undefined>> {
    this.#batch = []
    await this.#batches.return()
    return { done: true, value: undefined }
  }

  async #pull(): Promise<IteratorResult<T, undefined>> {
    while (this.#at >= this.#batch.length) {
      const next = await this.#batches.next()
      if (next.done === true) return { done: true, value: undefined }
      this.#batch = next.value
      this.#at = 0
    }
    return { done: false, value: this.#batch[this.#at++]! }
  }
}
