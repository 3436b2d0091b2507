import type { Clock } from '@xconnector/core'
import type { Status } from '@xconnector/core/operate'
import type { Operated } from './operated.js'

/** How old a status may be that is given again: milliseconds. */
const FRESH = 1000

/**
 * The status, read from the journal at most once a second, and never twice at a time, however many ask: looking must not slow
 * down what is looked at.
 */
export class FreshStatus {
  readonly #runtime: Pick<Operated, 'status'>
  readonly #clock: Clock
  #last: Status | undefined
  #asked = -Infinity
  #reading: Promise<Status> | undefined

  constructor(runtime: Pick<Operated, 'status'>, clock: Clock) {
    this.#runtime = runtime
    this.#clock = clock
  }

  async get(): Promise<Status> {
    const age = this.#clock.now() - this.#asked
    // A clock that was set back must not keep a status for ever.
    if (this.#last !== undefined && age >= 0 && age < FRESH) return this.#last
    return (this.#reading ??= this.#read())
  }

  /** The status, or undefined when it cannot be read within `ms`. */
  within(ms: number): Promise<Status | undefined> {
    return new Promise((resolve) => {
      const give = (status?: Status): void => {
        cancel()
        resolve(status)
      }
      const cancel = this.#clock.after(ms, () => resolve(undefined), { background: true })
      this.get().then(give, () => give())
    })
  }

  /** Something was done: the next who asks sees it. */
  forget(): void {
    this.#last = undefined
    this.#reading = undefined
  }

  #read(): Promise<Status> {
    const asked = this.#clock.now()
    const reading = this.#runtime.status().then((status) => {
      // What was asked before an act does not tell of it.
      if (this.#reading === reading) {
        this.#last = status
        this.#asked = asked
      }
      return status
    })
    const over = (): void => {
      if (this.#reading === reading) this.#reading = undefined
    }
    reading.then(over, over)
    return reading
  }
}
