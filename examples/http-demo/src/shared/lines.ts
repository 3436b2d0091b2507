/** One request that a system has answered, or cut off. What the checker believes about deliveries. */
export interface RequestLine {
  /** When it had come as a whole: epoch milliseconds. */
  readonly began: number
  /** When it was answered. */
  readonly at: number
  readonly sku: string
  readonly version: number
  /** The idempotency key, or what stands for it where a system takes none: the same over all tries of one delivery. */
  readonly entry: string
  /** Whether the system took the request in. */
  readonly applied: boolean
  /** The status it answered; 0: it cut the connection instead. */
  readonly status: number
}

/** One webhook that was answered with 2xx. What the checker believes about acknowledgements. */
export interface AcknowledgementLine {
  /** Epoch milliseconds at which the answer came. */
  readonly at: number
  /** The webhook's id. */
  readonly id: string
  readonly sku: string
  readonly version: number
}
