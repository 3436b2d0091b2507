import {
  byKind,
  createDestination,
  deadLetter,
  flow,
  read,
  retry,
  target,
  type Alert,
} from '../../src/index.js'
import type { SimulateOptions, Simulation, World } from '../../src/testing/index.js'
import { type Bad, Down, type Order } from '../semantics/remote.js'
import { orders as source } from '../semantics/source.js'

const absent = (): never => {
  throw new TypeError('a simulation stands in for it')
}

const to = <A = Order>(name: string, effect: 'keyed' | 'unsafe' = 'keyed') =>
  target<A, unknown, Down | Bad, 'keyed' | 'unsafe'>({
    name,
    destination: createDestination({ name, circuit: { failures: 2, open: '2s' } }),
    effect,
    call: absent,
  })

const look = read<Order, Order, Down>({
  name: 'look',
  destination: createDestination({ name: 'look', circuit: false }),
  call: absent,
})

/** A small service: a read, a keyed target, two gathered branches. */
export const orders = flow('orders')
  .from(source(), { key: (o) => o.key ?? '', dedupe: (o) => String(o.n) })
  .via(look)
  .to(to('put'))
  .gather({ a: to('a'), b: to('b') }, { settle: 'all' })
  .map('told', () => ({ n: 0 }))
  .to(to('end'))
  .otherwise(
    byKind({
      transient: retry({ initial: '100ms', max: '2s', attempts: 20 }),
      permanent: deadLetter().alert(to<Alert>('pager')),
    }),
  )

/** An unsafe target that nobody can ask. */
export const payments = flow('payments')
  .from(source('till'), { dedupe: (o) => String(o.n) })
  .to(to('pay', 'unsafe'))
  .otherwise(byKind({ transient: retry({ initial: '100ms', max: '2s', attempts: 20 }) }))

/** Sends so many orders to a world whose remotes fail now and then. */
export const world =
  (messages: number, more: World['steps'] = {}) =>
  (sim: Simulation): World => {
    for (let n = 1; n <= messages; n++) sim.send('orders', { n, key: `k${sim.below(3)}` })
    const answer = (o: Order): unknown => (sim.chance(0.1) ? new Down({}) : o)
    return { steps: { look: (o: Order) => o, put: answer, a: answer, b: answer, end: answer, ...more } }
  }

export const options: Omit<SimulateOptions, 'world' | 'seed' | 'seeds'> = {
  within: '1h',
  faults: { every: 40 },
}
