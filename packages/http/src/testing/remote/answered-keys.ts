import { createHash } from 'node:crypto'
import type { RemoteAnswer } from './remote-answer.js'
import { problem } from './reply.js'

/** What a request with an idempotency key led to. `replayed`: to the answer of an earlier one. */
export interface Keyed {
  readonly answer: RemoteAnswer
  readonly replayed: boolean
}

interface Kept {
  readonly print: string
  /** Left out while the first one is at work. */
  readonly answer?: RemoteAnswer
}

/** Answers by idempotency key, as an API keeps them. Only what succeeded is kept: what was refused had no effect. */
export class AnsweredKeys {
  readonly #kept = new Map<string, Kept>()

  /** Runs `handle` once for a key. `request`: what the key belongs to. */
  async once(
    key: string,
    request: readonly [line: string, body: Uint8Array],
    handle: () => Promise<RemoteAnswer>,
  ): Promise<Keyed> {
    const [line, body] = request
    const print = createHash('sha256').update(line).update('\0').update(body).digest('hex')
    const kept = this.#kept.get(key)
    if (kept !== undefined) return { answer: again(kept, print), replayed: true }
    this.#kept.set(key, { print })
    try {
      const answer = await handle()
      if (answer.status < 300) this.#kept.set(key, { print, answer })
      else this.#kept.delete(key)
      return { answer, replayed: false }
    } catch (thrown) {
      this.#kept.delete(key)
      throw thrown
    }
  }
}

const again = (kept: Kept, print: string): RemoteAnswer => {
  if (kept.print !== print) return problem(422, { title: 'The idempotency key belongs to another request' })
  return (
    kept.answer ??
    problem(409, {
      title: 'The first request with this key is at work',
      headers: { 'retry-after': '1' },
    })
  )
}
