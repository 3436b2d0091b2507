import { LogTail } from './line-log.ts'
import type { Places } from './places.ts'
import type { Acknowledged, Begun } from './producer/producer-log.ts'

/** What a producer has begun to send, and has no answer to: by its two logs. */
export class Unanswered {
  readonly #begun: LogTail
  readonly #acknowledged: LogTail
  readonly #open = new Set<string>()
  readonly #known = new Set<string>()

  constructor(places: Places, producer: string) {
    this.#begun = new LogTail(places.begun(producer))
    this.#acknowledged = new LogTail(places.acknowledged(producer))
  }

  look(): this {
    // What is repeated has an answer already.
    for (const { m } of records<Begun>(this.#begun)) if (!this.#known.has(m)) this.#open.add(m)
    for (const { mail } of records<Acknowledged>(this.#acknowledged)) {
      this.#known.add(mail.m)
      this.#open.delete(mail.m)
    }
    return this
  }

  get count(): number {
    return this.#open.size
  }
  /** How many messages were acknowledged. */
  get acknowledged(): number {
    return this.#known.size
  }

  close(): void {
    this.#begun.close()
    this.#acknowledged.close()
  }
}

const records = <T>(tail: LogTail): readonly T[] =>
  tail.next().flatMap((line) => {
    try {
      return [JSON.parse(line) as T]
    } catch {
      return []
    }
  })
