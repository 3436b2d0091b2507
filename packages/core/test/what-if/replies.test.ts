import { describe, expect, test } from 'vitest'
import { byKind, failure, flow, retry, type Deployable } from '../../src/index.js'
import { whatIf } from '../../src/what-if/index.js'
import { counting, unasked, untouched } from './remotes.js'

interface Order {
  readonly n: number
}
class Down extends failure('Down', 'transient')<object> {}

const put = untouched<object>('put')
const price = unasked<Order, { cents: number }>('price')
const priced = (f: (cents: number) => object): Deployable =>
  flow('orders')
    .input<Order>()
    .via(price)
    .to(put.with((p) => f(p.cents)))
    .otherwise(byKind())
const entries = [1, 2, 3].map((n) => ({ raw: { n }, id: `o${n}` }))

describe('a read', () => {
  test('takes its reply from what was given: a value, or a function of what is asked', async () => {
    const against = priced((cents) => ({ euros: cents / 100 }))
    const before = priced((cents) => ({ cents }))
    const fixed = await whatIf(before, { entries, against, replies: { price: { cents: 100 } } })
    expect(fixed.groups).toMatchObject([
      { path: 'cents', before: 100, messages: 3, uniform: true },
      { path: 'euros', after: 1, messages: 3, uniform: true },
    ])
    const asked = await whatIf(before, {
      entries,
      against,
      replies: { price: (o: Order) => ({ cents: o.n * 100 }) },
    })
    expect(asked.groups.map((g) => g.uniform)).toEqual([false, false])
  })
  test('without one stops its message there, and says what to give', async () => {
    const f = priced((cents) => ({ cents }))
    const r = await whatIf(f, { entries, against: f })
    expect([r.same, r.different, r.incomplete]).toEqual([0, 0, 3])
    expect(r.needs).toEqual([{ what: 'read', name: 'price', hop: 'before put', messages: 3, example: 'o1' }])
    expect(r.text()).toContain(
      `3 messages stopped at "before put", for example o1: give replies: { "price": … }, or reads: 'real'`,
    )
  })
  test('is made where it may be', async () => {
    const real = counting('price', (o: Order) => ({ cents: o.n }))
    const f = (more: object): Deployable =>
      flow('orders')
        .input<Order>()
        .via(real)
        .to(put.with((p) => ({ ...p, ...more })))
        .otherwise(byKind())
    const r = await whatIf(f({}), { entries, against: f({ more: 1 }), reads: 'real' })
    expect([r.different, real.asked.length]).toEqual([3, 6])
  })
  test('that changes its reply changes nobody else’s', async () => {
    const f = flow('orders')
      .input<Order>()
      .via(unasked<Order, { list: number[] }>('list'))
      .map('grown', (l) => ({ list: l.list.push(1) && l.list }))
      .to(put)
      .otherwise(byKind())
    const r = await whatIf(f, { entries, against: f, replies: { list: { list: [] } } })
    expect([r.same, r.calls.same]).toEqual([3, 3])
    const one = await whatIf(f, {
      entries,
      against: priced((cents) => ({ cents })),
      replies: { list: { list: [] }, price: { cents: 1 } },
    })
    expect(one.groups.find((g) => g.path === 'list')).toMatchObject({ before: [1], uniform: true })
  })
})

describe('a target of whose reply something is made', () => {
  const into = (f: (id: number) => object): Deployable =>
    flow('orders')
      .input<Order>()
      .to(untouched<Order, { id: number }>('book'), { into: (o, { id }) => ({ ...o, id }) })
      .to(put.with((o) => f(o.id)))
      .otherwise(byKind())
  test('stops its message after the call where no reply was given', async () => {
    const r = await whatIf(
      into((id) => ({ id })),
      { entries, against: into((id) => ({ id })) },
    )
    expect([r.incomplete, r.calls.same]).toEqual([3, 3])
    expect(r.needs).toMatchObject([{ what: 'reply', name: 'book', hop: 'book' }])
  })
  test('goes on with the reply that was given', async () => {
    const r = await whatIf(
      into((id) => ({ id })),
      {
        entries,
        against: into((id) => ({ id: id + 1 })),
        replies: { book: { id: 7 } },
      },
    )
    expect(r.groups).toMatchObject([{ target: 'put', path: 'id', before: 7, after: 8 }])
  })
})

test('a failure that is given goes its route, in virtual time, and the call counts once', async () => {
  const f = (attempts: number): Deployable =>
    flow('orders')
      .input<Order>()
      .to(put)
      .otherwise(byKind({ transient: retry({ initial: '1h', jitter: 'none', attempts }) }))
  const down = (_: unknown, ctx: { attempt: number }): unknown => (ctx.attempt < 4 ? new Down({}) : undefined)
  const r = await whatIf(f(3), { entries, against: f(5), replies: { put: down } })
  expect(r.groups).toMatchObject([{ as: 'ends', before: 'dead (Down)', after: 'delivered', messages: 3 }])
  expect(r.calls.same).toBe(3)
})
