import { LogTail } from './line-log.ts'

/** What one life of a service has in its hands, by its own log. */
export class Hands {
  readonly #tail: LogTail
  readonly #held = new Set<string>()
  readonly #requests = new Set<string>()
  readonly #lost: string[] = []
  #checkpoint = false

  constructor(file: string) {
    this.#tail = new LogTail(file)
  }

  look(): this {
    for (const line of this.#tail.next()) this.#read(line[0], line.slice(2))
    return this
  }

  #read(what: string | undefined, which: string): void {
    if (what === '+') this.#held.add(which)
    else if (what === '(') this.#requests.add(which)
    else if (what === ')') this.#requests.delete(which)
    else if (what === '#') this.#checkpoint = true
    else {
      this.#held.delete(which)
      if (what === '!') this.#lost.push(which)
    }
  }

  /** Entries that it has claimed and not settled. */
  get held(): readonly string[] {
    return [...this.#held]
  }
  /** Requests that it has not answered. */
  get unanswered(): number {
    return this.#requests.size
  }
  /** Entries that another has got meanwhile. */
  get lost(): readonly string[] {
    return this.#lost
  }
  /** Whether it died while a checkpoint was running. */
  get inCheckpoint(): boolean {
    return this.#checkpoint
  }
  get busy(): boolean {
    return this.#held.size > 0 || this.#requests.size > 0
  }

  close(): void {
    this.#tail.close()
  }
}
