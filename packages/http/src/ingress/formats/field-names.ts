/** Fields of a form by their names: a value, or a list of values where a name came more than once. */
export class FieldNames<V> {
  readonly #most: number
  readonly #longest: number
  readonly #found = new Map<string, V | V[]>()
  #n = 0

  constructor(most: number, longest: number) {
    this.#most = most
    this.#longest = longest
  }

  /** What is wrong with it; undefined when it was taken. */
  add(name: string, value: V): string | undefined {
    if (++this.#n > this.#most) return `expected at most ${this.#most} fields`
    if (name.length > this.#longest) return `expected names of at most ${this.#longest} characters`
    // Whoever merges the fields must not set a prototype by it.
    if (name === '__proto__') return undefined
    const before = this.#found.get(name)
    if (before === undefined) this.#found.set(name, value)
    else if (Array.isArray(before)) before.push(value)
    else this.#found.set(name, [before, value])
    return undefined
  }

  all(): Readonly<Record<string, V | readonly V[]>> {
    return Object.fromEntries(this.#found)
  }
}
