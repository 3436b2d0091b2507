/** A timer of a virtual clock. Its place in the heap belongs to the heap. */
export interface Timer {
  /** Epoch milliseconds. */
  readonly due: number
  /** Counts up: of two timers due together, the one made first goes first. */
  readonly order: number
  readonly fire: () => void
  /** Index in its heap; -1 outside. */
  at: number
}

/** Timers by due time, then by creation: a binary heap that can give up any of them. */
export class TimerHeap {
  readonly #heap: Timer[] = []

  get size(): number {
    return this.#heap.length
  }

  first(): Timer | undefined {
    return this.#heap[0]
  }

  add(timer: Timer): void {
    this.#rise(timer, this.#heap.length)
  }

  remove(timer: Timer): void {
    const hole = timer.at
    const last = this.#heap.pop()!
    timer.at = -1
    if (last === timer) return
    const parent = this.#heap[(hole - 1) >> 1]
    if (hole > 0 && goesFirst(last, parent!)) this.#rise(last, hole)
    else this.#sink(last, hole)
  }

  /** All of them that are such. */
  all(such: (timer: Timer) => boolean): readonly Timer[] {
    return this.#heap.filter(such)
  }

  /** Takes out all of them that are such. */
  take(such: (timer: Timer) => boolean): readonly Timer[] {
    const taken = this.all(such)
    for (const timer of taken) this.remove(timer)
    return taken
  }

  #put(timer: Timer, at: number): void {
    this.#heap[at] = timer
    timer.at = at
  }

  #rise(timer: Timer, hole: number): void {
    let at = hole
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!goesFirst(timer, this.#heap[parent]!)) break
      this.#put(this.#heap[parent]!, at)
      at = parent
    }
    this.#put(timer, at)
  }

  #sink(timer: Timer, hole: number): void {
    let at = hole
    for (;;) {
      const left = this.#heap[2 * at + 1]
      const right = this.#heap[2 * at + 2]
      const child = right !== undefined && goesFirst(right, left!) ? right : left
      if (child === undefined || goesFirst(timer, child)) break
      const down = child.at
      this.#put(child, at)
      at = down
    }
    this.#put(timer, at)
  }
}

/** Whether timer `a` is to fire before timer `b`. */
export const goesFirst = (a: Timer, b: Timer): boolean =>
  a.due < b.due || (a.due === b.due && a.order < b.order)
