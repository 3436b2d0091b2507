/** A write to the journal that is under way. */
export interface BacklogWrite {
  /** So many more entries are waiting because of it. */
  add(n: number): void
  /** It has ended, well or not. */
  end(): void
}

/**
 * How many entries are waiting or in hand, kept without asking the journal: never fewer than there are. A count of the
 * journal may have seen a write that is under way, or not; what such a write takes away counts when it is counted again.
 */
export class Backlog {
  #pending = 0
  #counting = false
  /** What writes have added since the count was asked for. */
  #meanwhile = 0
  #begun = false
  readonly #writes = new Set<{ unsure: boolean }>()
  readonly #limit: number

  constructor(limit: number) {
    this.#limit = limit
  }
  get pending(): number {
    return this.#pending
  }
  /** Whether more should be taken in. */
  get full(): boolean {
    return this.#pending >= this.#limit
  }

  /** To be called before the journal is asked to write. */
  write(): BacklogWrite {
    const write = { unsure: this.#counting }
    this.#writes.add(write)
    this.#begun = true
    return {
      add: (n) => {
        if (this.#counting) this.#meanwhile += Math.max(0, n)
        this.#pending = Math.max(0, this.#pending + (write.unsure ? Math.max(0, n) : n))
      },
      end: () => void this.#writes.delete(write),
    }
  }

  /** Takes over what the journal counts. Gives whether it is exact: no write was under way meanwhile. */
  async count(ask: () => Promise<number>): Promise<boolean> {
    const quiet = this.#writes.size === 0
    for (const write of this.#writes) write.unsure = true
    this.#counting = true
    this.#begun = false
    this.#meanwhile = 0
    try {
      this.#pending = (await ask()) + this.#meanwhile
      return quiet && !this.#begun
    } finally {
      this.#counting = false
    }
  }
}
