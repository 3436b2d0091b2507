/** What members tell without being asked, a batch at a time. */
export type Pushed =
  /** By the sender: `ROW` numbers for each message that it has ended with. */
  | { readonly as: 'sent'; readonly rows: Float64Array }
  /** By receivers: message, receiver's bit, time of each delivery. */
  | { readonly as: 'received'; readonly rows: Float64Array }

/** The numbers of a row of the sender: message, when it was due, when it was answered, and how. */
export const SENT_ROW = 4

/** The numbers of a row of a receiver. */
export const RECEIVED_ROW = 3

/** Beside statuses of HTTP, how a message ended at the sender. */
export const ENDED = {
  /** No connection was free in time. */
  unsent: -1,
  /** The connection broke, or no answer came in time: it may have been taken. */
  unanswered: 0,
  /** A 503 that does not say when to come again. */
  withoutRetryAfter: -503,
} as const
