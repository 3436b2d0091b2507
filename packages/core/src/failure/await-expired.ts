import { Failure } from './failure.js'

/** Nobody gave the answers that a message waited for, in the time that it had. Replayed, it waits again. */
export class AwaitExpired extends Failure<'AwaitExpired', 'permanent'> {
  /** The name of the correlation. */
  readonly correlation: string
  /** What the answers were to be for. */
  readonly id: string
  /** How many answers had come that were accepted. */
  readonly replies: number

  constructor(correlation: string, id: string, replies: number, waitedMs: number) {
    super(
      'AwaitExpired',
      'permanent',
      `await "${correlation}": ${replies === 0 ? 'no answer' : `${replies} of the answers`} for ${JSON.stringify(id.slice(0, 200))} in ${waitedMs} ms`,
    )
    this.correlation = correlation
    this.id = id
    this.replies = replies
  }
}
