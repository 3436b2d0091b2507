import { Failure } from './failure.js'

/** A branch whose reply was awaited ended without one: its message was discarded, diverted or superseded. */
export class NoReply extends Failure<'NoReply', 'permanent'> {
  constructor() {
    super(
      'NoReply',
      'permanent',
      'the branch ended without a reply: it was discarded, diverted or superseded',
    )
  }
}
