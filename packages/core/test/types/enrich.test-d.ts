// Enrichers and normalizers keep inference: of bodies, of what joins give, and of the failures that are left.
import * as t from 'io-ts'
import { z } from 'zod'
import {
  byKind,
  deadLetter,
  failure,
  flow,
  retry,
  type Failure,
  type Result,
  type StepFailed,
  type Step,
  type DecodeFailed,
  type Target,
} from '../../src/index.js'
import { enrich } from '../../src/patterns/enrich.js'
import { normalize, shape } from '../../src/patterns/normalize.js'

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const is = <T extends true>(): T => true as T

interface Order {
  readonly id: string
  readonly customerId: string
}
interface Customer {
  readonly id: string
  readonly name: string
}
type NotFound = Failure<'NotFound', 'permanent'> & { readonly what: string }
type Unavailable = Failure<'Unavailable', 'transient'>
declare const getCustomer: Step<{ id: string }, Customer, NotFound | Unavailable>
declare const bySku: Step<{ sku: string }, Customer, NotFound>
declare const byOrder: Step<Order, Customer, NotFound>
declare const put: Target<{ id: string; customer: Customer }, void, Unavailable>
class NoCustomer extends failure('NoCustomer', 'permanent')<{ order: string }> {}

const start = flow('orders').input<Order>()

// The body, the question and the reply are known to each function; every failure of the read stays.
const plain = start.via(
  enrich(getCustomer, {
    input: (order) => ({ id: order.customerId }),
    join: (order, customer) => ({ ...order, name: customer.name }),
  }),
)
declare const plainEnd: Awaited<ReturnType<typeof plain.call>>
export const e1 =
  is<
    Same<
      typeof plainEnd,
      Result<NotFound | Unavailable | StepFailed, { name: string; id: string; customerId: string }>
    >
  >()

// A handled tag leaves, what the handler gives joins; the rest stays.
const handled = start.via(
  enrich(getCustomer, {
    input: (order) => ({ id: order.customerId }),
    join: (order, customer) => ({ id: order.id, customer }),
    onError: {
      NotFound: (missing, order) =>
        missing.what === 'x'
          ? new NoCustomer({ order: order.id })
          : { id: order.id, customer: 'none' as const },
    },
  }),
)
declare const handledEnd: Awaited<ReturnType<typeof handled.call>>
export const e2 =
  is<
    Same<
      typeof handledEnd,
      Result<
        Unavailable | StepFailed | NoCustomer,
        { id: string; customer: Customer } | { id: string; customer: 'none' }
      >
    >
  >()
export const e3 = handled.onError({
  Unavailable: retry(),
  StepFailed: deadLetter(),
  NoCustomer: deadLetter(),
})
// @ts-expect-error NotFound has been handled: there is nothing to route
handled.on('NotFound', retry())

// A read that takes the body itself; promises are awaited; it stands in long flows.
export const e4 = start
  .map('same', (o) => o)
  .via(enrich(byOrder, { join: async (o, customer) => ({ id: o.id, customer }) }))
  .filter('named', (b) => b.customer.name !== '')
  .to(put)
  .otherwise(byKind())

start.via(
  enrich(getCustomer, {
    input: (order: Order) => ({ id: order.customerId }),
    join: (order) => order,
    // @ts-expect-error the read has no such failure
    onError: { NotThere: (_: unknown, order: Order) => order },
  }),
)
// @ts-expect-error the read takes another body: say what to ask
start.via(enrich(bySku, { join: (order: Order, c) => ({ ...order, c }) }))
start.via(
  enrich(getCustomer, {
    // @ts-expect-error the question has no such field
    input: (order) => ({ id: order.customer }),
    join: (order, c) => ({ ...order, c }),
  }),
)

const ShopOrder = t.type({ order_id: t.string, total: t.number })
const MarketOrder = z.object({ ref: z.string(), lines: z.array(z.object({ price: z.number() })) })
const orders = normalize('order', {
  shop: shape(ShopOrder, (o) => ({ id: o.order_id, total: o.total })),
  market: shape(MarketOrder, (o) =>
    o.lines.length === 0
      ? new NoCustomer({ order: o.ref })
      : { id: o.ref, total: o.lines.reduce((sum, l) => sum + l.price, 0) },
  ),
})
// The result is the union of the maps; a failure of a map is a failure of the step.
const normalized = flow('f').input<unknown>().via(orders)
declare const normalizedEnd: Awaited<ReturnType<typeof normalized.call>>
export const n1 =
  is<
    Same<typeof normalizedEnd, Result<DecodeFailed | StepFailed | NoCustomer, { id: string; total: number }>>
  >()
// It nests, as a decoder.
export const n2 = normalize('wrapped', {
  inner: shape(orders, (o) => o.total),
  text: shape(t.string, (s) => s.length),
})
export const n3: Step<unknown, number, DecodeFailed | StepFailed> = n2
// @ts-expect-error each map sees the type of its own decoder
shape(ShopOrder, (o) => o.ref)
shape(
  // @ts-expect-error a decoder is an io-ts codec or a Standard Schema
  (value: unknown) => value,
  (v) => v,
)
