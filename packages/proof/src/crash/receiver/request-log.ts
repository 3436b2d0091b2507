import type { Delivery } from '../cast/delivery.ts'
import type { Reaction } from './reaction.ts'

/** One request as the receiver saw it: written before it is answered. */
export interface Received {
  /** Epoch milliseconds, on the receiver's clock. */
  readonly at: number
  /** The life of the process that sent it. */
  readonly from: string
  readonly path: string
  /** The idempotency key as it was sent, where one was. */
  readonly header?: string
  readonly as: Reaction
  readonly delivery: Delivery
}

/** Whether a request took effect. */
export const tookEffect = ({ as }: Pick<Received, 'as'>): boolean => as === 'taken' || as === 'cut'
