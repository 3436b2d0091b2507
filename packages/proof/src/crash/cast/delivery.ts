import type { Kind } from './mail.ts'

/** What reaches the receiver: the same body each time that one hop sends. */
export interface Delivery {
  /** The idempotency key of the hop: the id of its entry in the journal. */
  readonly key: string
  readonly kind: Kind
  /** Which effect of its flow it is. */
  readonly part: string
  /** The message that it is for; of a group or a run, the messages or items in it. */
  readonly m: string
  readonly of: string
  readonly refuse: boolean
  readonly version?: number
  readonly n?: number
  /** What was joined: replies, members, or a report. */
  readonly holds?: unknown
}

/** What the receiver answers to what it has taken. */
export interface Receipt {
  readonly m: string
  readonly part: string
  /** Of batch runs: what became of the row. */
  readonly was: 'created' | 'updated'
  /** The key under which the first of its kind was taken. */
  readonly receipt: string
}
