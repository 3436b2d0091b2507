import type { Clock } from '@xconnector/core'
import type { LoopDelay, ProcessFacts } from '../ports/process-facts.js'

/** How long a window is: milliseconds. */
const WINDOW = 10_000

/** The delay of the event loop over the last whole window of 10 s. */
export class LoopWindow {
  readonly #clock: Clock
  readonly #watch: ReturnType<ProcessFacts['watchLoop']>
  #last: LoopDelay | undefined
  #cancel: () => void = () => {}

  constructor(facts: ProcessFacts, clock: Clock) {
    this.#clock = clock
    this.#watch = facts.watchLoop()
    this.#wait()
  }

  get delay(): LoopDelay | undefined {
    return this.#last
  }
  close(): void {
    this.#cancel()
    this.#watch.stop()
  }

  #wait(): void {
    this.#cancel = this.#clock.after(
      WINDOW,
      () => {
        this.#last = this.#watch.take()
        this.#wait()
      },
      { background: true },
    )
  }
}
