import {
  byKind,
  createDestination,
  deadLetter,
  flow,
  read,
  retry,
  right,
  target,
  type Alert,
  type Deployable,
  type Source,
  type Target,
} from '@xconnector/core'
import {
  law,
  laws,
  type Ledger,
  type SimulateOptions,
  type Simulation,
  type World,
} from '@xconnector/core/testing'
import { Down, Refused } from './failures.ts'

/** An order, as a shop's webhook brings it. */
export type Order = { readonly n: number; readonly customer: string }
type Priced = Order & { readonly price: number }
type Booked = { readonly ship: Reply; readonly bill: Reply; readonly mail: Reply }
type Reply = { readonly n: number }

const webhook: Source<Order> = {
  name: 'shop',
  single: false,
  decode: (raw) => right(raw as Order),
  start: () => ({ stop() {} }),
}

const remote = <A, B>(
  name: string,
  parking: { failures: number; open: '2s' } | false,
): Target<A, B, Down | Refused> =>
  target<A, B, Down | Refused, 'keyed'>({
    name,
    destination: createDestination({ name, concurrency: 4, circuit: parking }),
    effect: 'keyed',
    call: () => {
      throw new TypeError(`${name} is not there: the simulation stands in for it`)
    },
  })

const price = read<Order, Priced, Down>({
  name: 'price',
  destination: createDestination({ name: 'prices', circuit: false }),
  call: () => {
    throw new TypeError('price is not there: the simulation stands in for it')
  },
})
const put = remote<Priced, unknown>('put', { failures: 2, open: '2s' })
const ship = remote<Priced, Reply>('ship', { failures: 3, open: '2s' })
const bill = remote<Priced, Reply>('bill', false)
const mail = remote<Priced, Reply>('mail', false)
const close = remote<Booked, unknown>('close', false)
const pager = remote<Alert, unknown>('pager', false)

/** The reference flow: webhook, read, keyed target, fan-out of three, gathered, and a keyed target again. */
export const orders: Deployable = flow('orders')
  .from(webhook, { key: (o) => o.customer, dedupe: (o) => `order ${o.n}` })
  .via(price)
  .to(put)
  .gather({ ship, bill, mail }, { settle: 'all' })
  .to(close)
  .otherwise(
    byKind({
      transient: retry({ initial: '200ms', max: '5s', attempts: 12 }).orElse(deadLetter().alert(pager)),
      permanent: deadLetter().alert(pager),
    }),
  )

export const MESSAGES = 20

/** The remotes: each fails now and then, one asks to be left alone, and ship refuses some orders until it is mended. */
export const ordersWorld = (sim: Simulation): World => {
  const refused = new Set<number>()
  for (let n = 1; n <= MESSAGES; n++) {
    if (sim.chance(0.05)) refused.add(n)
    sim.send(orders, { n, customer: `c${sim.below(6)}` })
  }
  const reply = ({ n }: Order): Reply | Down => (sim.chance(0.03) ? new Down({}) : { n })
  const asking = (o: Order): Reply | Down =>
    sim.chance(0.03) ? new Down({ retryAt: sim.clock.now() + 3000 }) : reply(o)
  return {
    steps: {
      price: (o: Order) => (sim.chance(0.02) ? new Down({}) : { ...o, price: o.n * 10 }),
      put: asking,
      ship: (o: Order) => (refused.has(o.n) && !sim.healed ? new Refused({}) : reply(o)),
      bill: reply,
      mail: reply,
      close: (b: Booked) => (sim.chance(0.03) ? new Down({}) : { n: b.ship.n }),
      pager: () => (sim.chance(0.05) ? new Down({}) : {}),
    },
  }
}

const TARGETS = ['put', 'ship', 'bill', 'mail', 'close'] as const

/** Every order that its sender knows to be safe was taken by every target, under one key, or a dead letter says why not. */
const everyBranch = law('everyBranch', ({ sent, calls, dead }: Ledger) => {
  const dying = new Set(dead.map((d) => rootOf(d.id)))
  const took = new Map<string, Set<string>>()
  for (const { target, message, key, took: times } of calls) {
    if (times === 0) continue
    const place = `${target} ${message}`
    took.set(place, (took.get(place) ?? new Set()).add(key))
  }
  for (const { heard } of sent)
    for (const { as, id } of heard)
      for (const target of TARGETS) {
        const keys = took.get(`${target} ${id}`)?.size ?? 0
        if (as === 'superseded' || as === 'refused' || (keys === 0 && dying.has(id))) continue
        if (keys !== 1) return `${target} took ${id} under ${keys} keys`
      }
  return undefined
})

/** What was joined are the replies of one order, one of each branch. */
const ownParts = law('ownParts', ({ calls }: Ledger) => {
  for (const { target, body, key } of calls) {
    if (target !== 'close') continue
    const { ship: a, bill: b, mail: c } = JSON.parse(body) as Booked
    if (a.n !== b.n || b.n !== c.n) return `${key} joins parts of several orders: ${body}`
  }
  return undefined
})

const rootOf = (id: string): string => id.split('/', 1)[0]!

export const ordersOptions: Omit<SimulateOptions, 'seed' | 'seeds'> = {
  world: ordersWorld,
  processes: (seed) => 1 + (seed % 2),
  within: '1h',
  invariants: [...laws.all, everyBranch, ownParts],
}
