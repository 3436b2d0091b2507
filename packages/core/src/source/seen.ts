/** An item that was accepted: its id, its last version, and when: its time in epoch milliseconds, or the run's number. */
export type SeenItem = readonly [id: string, version: string, when: number]

/** The items that a poll has seen lately, each with its last version. Immutable. */
export class Seen {
  readonly #by: ReadonlyMap<string, SeenItem>

  constructor(items: Iterable<SeenItem> = []) {
    this.#by = new Map([...items].map((item) => [item[0], item]))
  }

  get size(): number {
    return this.#by.size
  }

  has(id: string, version: string): boolean {
    return this.#by.get(id)?.[1] === version
  }

  /** Later ones take the place of earlier ones of the same id. */
  with(items: readonly SeenItem[]): Seen {
    if (items.length === 0) return this
    const by = new Map(this.#by)
    for (const item of items) {
      // To the end: what was seen last is forgotten last.
      by.delete(item[0])
      by.set(item[0], item)
    }
    return new Seen(by.values())
  }

  without(ids: ReadonlySet<string>): Seen {
    return new Seen([...this.#by.values()].filter(([id]) => !ids.has(id)))
  }

  /** Those that are no older. */
  from(when: number): Seen {
    const items = this.items().filter((item) => item[2] >= when)
    return items.length === this.size ? this : new Seen(items)
  }

  /** The so many that were seen last. */
  newest(most: number): Seen {
    return this.size <= most ? this : new Seen(this.items().slice(this.size - most))
  }

  items(): readonly SeenItem[] {
    return [...this.#by.values()]
  }
}
