import type { MockReply } from './reply.js'

/** Thrown on the way to a handler's answer, in the place of which this one is given. */
export class Refused extends Error {
  readonly reply: MockReply<never>

  constructor(reply: MockReply<never>) {
    super(`answered with ${reply.status}`)
    this.reply = reply
  }
}
