import type { Readable } from 'node:stream'
import type { Clock } from '@xconnector/core'

/** How fast a sender must be. */
export interface Pace {
  /** For how long it may say nothing: milliseconds. */
  readonly idleMs: number
  /** Bytes a second in the mean, after `idleMs` of waiting. */
  readonly minRate: number
}

const EVENTS = ['readable', 'end', 'error', 'close'] as const

/**
 * A body that is read piece by piece, whenever the reader wants one, from a sender that must be fast enough. Only the time in
 * which the reader waits counts. The stream is never destroyed: an answer may have to go back on its connection.
 */
export class SteadyBody {
  readonly #body: Readable
  readonly #pace: Pace
  readonly #clock: Clock
  #wake: () => void = () => {}
  readonly #turn = (): void => this.#wake()
  #closed = false
  #size = 0
  #waited = 0

  constructor(body: Readable, pace: Pace, clock: Clock) {
    this.#body = body
    this.#pace = pace
    this.#clock = clock
    // A stream that breaks when nobody reads it any more is nobody's business.
    body.on('error', () => {})
    for (const event of EVENTS) body.on(event, this.#turn)
  }

  /** The next bytes; or that there are no more, that the sender has left, or was too slow. */
  async next(): Promise<Buffer | 'end' | 'gone' | 'slow'> {
    for (;;) {
      if (this.#closed) return 'gone'
      const chunk = this.#body.read() as Buffer | null
      if (chunk !== null) {
        this.#size += chunk.length
        return chunk
      }
      if (this.#body.readableEnded) return 'end'
      if (this.#body.errored !== null || this.#body.destroyed) return 'gone'
      if (!(await this.#more())) return 'slow'
    }
  }

  /** Reads no more. What is left unread can be read by others. */
  close(): void {
    this.#closed = true
    for (const event of EVENTS) this.#body.off(event, this.#turn)
    this.#wake()
  }

  async #more(): Promise<boolean> {
    const { idleMs, minRate } = this.#pace
    const since = this.#clock.now()
    const owed = minRate === 0 ? Infinity : idleMs + (this.#size / minRate) * 1000 - this.#waited
    let late = false
    let cancel = (): void => {}
    await new Promise<void>((resolve) => {
      this.#wake = resolve
      const end = (): void => {
        late = true
        resolve()
      }
      cancel = this.#clock.after(Math.min(idleMs, owed), end, { background: true })
    })
    cancel()
    this.#waited += this.#clock.now() - since
    return !late
  }
}
