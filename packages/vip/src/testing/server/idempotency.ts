import { createHash } from 'node:crypto'
import type { Clock } from '@xconnector/core'
import { refusal } from '../platform/refusal.js'
import { problem, type Answer } from './answer.js'

const KEPT_MS = 24 * 60 * 60 * 1000

interface Kept {
  readonly print: string
  /** Left out while the first call runs. */
  readonly answer?: Answer
  readonly until: number
}

/** What a keyed call led to. `replayed`: the answer is that of an earlier call. */
export interface Keyed {
  readonly answer: Answer
  readonly replayed: boolean
}

/** Answers of calls by their `Idempotency-Key`, for 24 hours. */
export class IdempotencyStore {
  readonly #kept = new Map<string, Kept>()
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Runs a call once for its key. Only a call that succeeded is remembered: a refused one had no effect. */
  async once(key: string, request: string, run: () => Answer | Promise<Answer>): Promise<Keyed> {
    const print = createHash('sha256').update(request).digest('hex')
    const kept = this.#kept.get(key)
    if (kept !== undefined && kept.until > this.#clock.now())
      return { answer: again(kept, print), replayed: true }
    const until = this.#clock.now() + KEPT_MS
    this.#kept.set(key, { print, until })
    try {
      const answer = await run()
      if (answer.status < 300) this.#kept.set(key, { print, until, answer })
      else this.#kept.delete(key)
      return { answer, replayed: false }
    } catch (thrown) {
      this.#kept.delete(key)
      throw thrown
    }
  }
}

const again = (kept: Kept, print: string): Answer => {
  if (kept.print !== print)
    return problem(refusal(422, 'idempotency_key_reused', 'the key belongs to another request'))
  return (
    kept.answer ??
    problem({
      ...refusal(409, 'idempotency_in_flight', 'the first call with this key still runs'),
      retryable: true,
      retryAfter: 1,
    })
  )
}
