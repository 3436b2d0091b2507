import { DecodeFailed, left, right, type Source } from '../../src/index.js'
import type { Order } from './remote.js'

/** A source of orders that refuses what has no number. Nothing is asked of it when it starts: tests give it messages. */
export const orders = (name = 'orders'): Source<Order> => ({
  name,
  single: false,
  decode: (raw) =>
    typeof (raw as { n?: unknown } | null)?.n === 'number'
      ? right(raw as unknown as Order)
      : left(new DecodeFailed([{ path: ['n'], message: 'expected a number' }])),
  start: () => ({ stop() {} }),
})
