/** Values with the time of each, in the order in which they came. */
export class TimedValues {
  #at = new Float64Array(1024)
  #values = new Float64Array(1024)
  #size = 0

  add(at: number, value: number): void {
    if (this.#size === this.#at.length) {
      this.#at = grown(this.#at)
      this.#values = grown(this.#values)
    }
    this.#at[this.#size] = at
    this.#values[this.#size++] = value
  }

  get size(): number {
    return this.#size
  }

  /** The values of a time, `from` included and `to` not. Times need not be in order. */
  between(from: number, to: number): Float64Array {
    const found: number[] = []
    for (let i = 0; i < this.#size; i++)
      if (this.#at[i]! >= from && this.#at[i]! < to) found.push(this.#values[i]!)
    return Float64Array.from(found)
  }

  /** The values since a place in the order: for those that look again and again. */
  since(place: number): Float64Array {
    return this.#values.slice(place, this.#size)
  }
}

const grown = (values: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> => {
  const larger = new Float64Array(values.length * 2)
  larger.set(values)
  return larger
}
