import { Failure } from '../../failure/failure.js'

/** A fact whose window is over for good: its results are final, and what they were made of is removed. */
export class TooLate extends Failure<'TooLate', 'permanent'> {
  /** The name of the pattern. */
  readonly at: string
  /** When it happened: epoch milliseconds. */
  readonly time: number

  constructor(at: string, time: number) {
    super('TooLate', 'permanent', `"${at}": a fact of ${time} (epoch ms) came after its window was removed`)
    this.at = at
    this.time = time
  }
}
