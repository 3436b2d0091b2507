/** What a sender's process says when it has sent the file. */
export interface Sent {
  readonly seconds: number
  /** Seconds of processor time, in all threads. */
  readonly cpu: number
  /** MiB. */
  readonly peakRss: number
  /** Bytes that went into its connections, heads of requests included. */
  readonly written: number
}
