/** What a sender's process is asked for: to send so many messages, so many requests at a time. */
export interface SendOrder {
  readonly as: 'send'
  readonly n: number
  readonly width: number
}

/** What that took. */
export interface SentOut {
  readonly seconds: number
  /** Milliseconds of processor time, in all threads. */
  readonly cpuMs: number
  /** MiB. */
  readonly peakRss: number
}
