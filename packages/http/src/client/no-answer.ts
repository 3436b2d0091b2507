/** A request of an `Auth`'s own had no whole answer. Carries nothing of the request. */
export class NoAnswer extends Error {
  /** The platform's code, `TIMED_OUT`, or what was wrong with the answer. */
  readonly code: string
  /** Whether the remote may have read the request. */
  readonly maybeSent: boolean

  constructor(code: string, maybeSent: boolean) {
    super(`no answer: ${code}`)
    this.name = 'NoAnswer'
    this.code = code
    this.maybeSent = maybeSent
  }
}
