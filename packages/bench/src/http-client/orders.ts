/** What a caller's process is asked for: to call so often, so many at a time. */
export interface CallOrder {
  readonly as: 'call'
  readonly call: 'get' | 'post'
  readonly n: number
  readonly width: number
}

/** What that took. */
export interface Called {
  /** Microseconds of processor time a call, in all threads. */
  readonly cpuUs: number
  readonly perSecond: number
}
