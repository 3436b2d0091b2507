/** Does one thing after the other: what would stand in each other's way on the journal, were it done at once. */
export class OneByOne {
  #last: Promise<unknown> = Promise.resolve()

  run<A>(f: () => Promise<A>): Promise<A> {
    const next = this.#last.then(f, f)
    this.#last = next
    return next
  }
}
