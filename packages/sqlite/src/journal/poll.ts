import type { Clock } from '@xconnector/core'

/** Asks again and again whether anybody else has written, and wakes those who want to know. */
export class Poll {
  readonly #clock: Clock
  readonly #everyMs: number
  readonly #ask: () => Promise<unknown>
  readonly #wakes = new Set<() => void>()
  #cancel: (() => void) | undefined
  #ended = false

  constructor(clock: Clock, everyMs: number, ask: () => Promise<unknown>) {
    this.#clock = clock
    this.#everyMs = everyMs
    this.#ask = ask
  }

  add(wake: () => void): () => void {
    // The same function may watch twice.
    const own = (): void => wake()
    this.#wakes.add(own)
    return () => void this.#wakes.delete(own)
  }

  start(): void {
    if (!this.#ended) this.#cancel = this.#clock.after(this.#everyMs, this.#once, { background: true })
  }

  readonly #once = (): void => {
    void this.#ask()
      .then((changed) => {
        if (changed === true) for (const wake of this.#wakes) call(wake)
      })
      // Whoever calls next hears of the trouble; a poll has nobody to tell.
      .catch(() => {})
      .finally(() => this.start())
  }

  end(): void {
    this.#ended = true
    this.#cancel?.()
    this.#wakes.clear()
  }
}

// One listener that throws must not keep the others from being woken.
const call = (wake: () => void): void => {
  try {
    wake()
  } catch {
    // Nobody to tell.
  }
}
