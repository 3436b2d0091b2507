import type { Mail } from '../cast/mail.ts'

/** A line of a producer's synced log: a message was answered with 2xx, under this id. A repeat of it is a line too. */
export interface Acknowledged {
  readonly id: string
  readonly mail: Mail
  /** Epoch milliseconds. */
  readonly at: number
}

/** A line of a producer's other log: it begins to send. `refused`: a status that no sound service gives. */
export interface Begun {
  readonly m: string
  readonly lane: number
  readonly n: number
  readonly refused?: number
}
