/** A place in a heap; kept by whoever may have to take its item out from the middle. */
export interface Place<T> {
  readonly item: T
  readonly first: number
  readonly second: number
  index: number
}

/** A queue by two numbers, smallest first, from whose middle items can be removed. All writes are O(log n). */
export class Heap<T> {
  readonly #places: Place<T>[] = []

  get size(): number {
    return this.#places.length
  }

  peek(): Place<T> | undefined {
    return this.#places[0]
  }

  push(item: T, first: number, second: number): Place<T> {
    const place: Place<T> = { item, first, second, index: this.#places.length }
    this.#places.push(place)
    this.#rise(place)
    return place
  }

  pop(): T | undefined {
    const top = this.#places[0]
    if (top === undefined) return undefined
    this.remove(top)
    return top.item
  }

  remove(place: Place<T>): void {
    const last = this.#places.pop()!
    if (last === place) return
    last.index = place.index
    this.#places[place.index] = last
    this.#rise(last)
    this.#sink(last)
  }

  #rise(place: Place<T>): void {
    const places = this.#places
    let index = place.index
    while (index > 0) {
      const above = places[(index - 1) >> 1]!
      if (!before(place, above)) break
      places[index] = above
      const freed = above.index
      above.index = index
      index = freed
    }
    places[index] = place
    place.index = index
  }

  #sink(place: Place<T>): void {
    const places = this.#places
    const size = places.length
    let index = place.index
    for (;;) {
      const left = 2 * index + 1
      if (left >= size) break
      const right = left + 1
      const child = right < size && before(places[right]!, places[left]!) ? places[right]! : places[left]!
      if (!before(child, place)) break
      places[index] = child
      const freed = child.index
      child.index = index
      index = freed
    }
    places[index] = place
    place.index = index
  }
}

const before = (a: Place<unknown>, b: Place<unknown>): boolean =>
  a.first < b.first || (a.first === b.first && a.second < b.second)
