/** A place in a queue. Its links belong to the queue. */
export interface Place<T> {
  readonly of: T
  before: Place<T> | undefined
  after: Place<T> | undefined
}

/** A first-in-first-out queue from which any place can be taken out, each in constant time. */
export class Fifo<T> {
  #first: Place<T> | undefined
  #last: Place<T> | undefined
  #size = 0

  get size(): number {
    return this.#size
  }

  push(of: T): Place<T> {
    const place: Place<T> = { of, before: this.#last, after: undefined }
    if (this.#last === undefined) this.#first = place
    else this.#last.after = place
    this.#last = place
    this.#size++
    return place
  }

  /** Takes the first one out. */
  shift(): T | undefined {
    const first = this.#first
    if (first !== undefined) this.remove(first)
    return first?.of
  }

  /** Takes a place out, which must still be in this queue. */
  remove(place: Place<T>): void {
    if (place.before === undefined) this.#first = place.after
    else place.before.after = place.after
    if (place.after === undefined) this.#last = place.before
    else place.after.before = place.before
    this.#size--
  }

  /** Takes out all that `choose` says yes to, in order. */
  takeOut(choose: (of: T) => boolean): T[] {
    const out: T[] = []
    for (let place = this.#first; place !== undefined; place = place.after) {
      if (!choose(place.of)) continue
      this.remove(place)
      out.push(place.of)
    }
    return out
  }
}
