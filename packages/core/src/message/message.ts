/**
 * The envelope around a body; maps 1:1 to CloudEvents 1.0 (`id`, `source`, `type`, `time`, and the rest as extensions).
 * Costly fields (`id`, `time`) are made when first read.
 */
export interface Message {
  /** UUIDv7; of a split item, its own. */
  readonly id: string
  readonly body: unknown
  readonly headers: Readonly<Record<string, string>>
  /** The key whose messages keep their order. */
  readonly key?: string
  readonly source: string
  readonly type: string
  /** Epoch milliseconds. */
  readonly time: number
  /** The id of the first message of this conversation; its own when it is the first. */
  readonly correlationId: string
  /** The id of the message that caused this one. */
  readonly causationId?: string
  /** W3C trace context, as it came in. */
  readonly traceparent?: string
  /** Epoch milliseconds after which it must not be delivered any more. */
  readonly deadline?: number
}
