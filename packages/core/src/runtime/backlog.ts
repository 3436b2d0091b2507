/** How many entries are waiting or in hand, kept without asking the journal. */
export class Backlog {
  #pending = 0
  readonly #limit: number

  constructor(limit: number) {
    this.#limit = limit
  }
  get pending(): number {
    return this.#pending
  }
  add(n: number): void {
    this.#pending = Math.max(0, this.#pending + n)
  }
  set(n: number): void {
    this.#pending = n
  }
  /** Whether more should be taken in. */
  get full(): boolean {
    return this.#pending >= this.#limit
  }
}
