import type { Clock } from '@xconnector/core'

/**
 * Asks again and again whether anybody else has written, and wakes those who want to know; also when asking begins to fail,
 * or works again: a journal that died is seen by those who ask nothing of it just then.
 */
export class Poll {
  readonly #clock: Clock
  readonly #everyMs: number
  readonly #ask: () => Promise<unknown>
  readonly #wakes = new Set<() => void>()
  #cancel: (() => void) | undefined
  #ended = false
  #failing = false

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
      .then(
        (changed) => this.#heard(false, changed === true),
        () => this.#heard(true, false),
      )
      .finally(() => this.start())
  }

  #heard(failing: boolean, changed: boolean): void {
    const turned = failing !== this.#failing
    this.#failing = failing
    if (changed || turned) for (const wake of this.#wakes) call(wake)
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
