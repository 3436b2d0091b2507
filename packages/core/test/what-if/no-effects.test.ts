import { expect, test } from 'vitest'
import {
  byKind,
  createDestination,
  deadLetter,
  failure,
  flow,
  target,
  type Alert,
  type Deployable,
} from '../../src/index.js'
import { aggregate, divertTo, enrich, failover, idempotent, saga, wireTap } from '../../src/patterns/index.js'
import { whatIf } from '../../src/what-if/index.js'
import { unasked, untouched } from './remotes.js'

interface Order {
  readonly n: number
}
class Odd extends failure('Odd', 'permanent')<object> {}

const to = (name: string, effect: 'keyed' | 'idempotent' | 'unsafe' = 'keyed') =>
  untouched<unknown>(name, effect)
const entries = [
  { raw: { n: 1 }, id: 'o1' },
  { raw: { n: 2 }, id: 'o2' },
]
const nothing = flow('orders').input<Order>().otherwise(byKind())

/** What the flow would call, of all messages. */
const calls = async (f: Deployable, more: object = {}): Promise<readonly string[]> => {
  const r = await whatIf(nothing, { entries, against: f, ...more })
  const after = r.differences.flatMap((d) => d.calls.flatMap((c) => (c.as === 'only after' ? [c.after] : [])))
  return after.map((c) => `${c.key} ${c.target} ${JSON.stringify(c.sends)}`)
}

test('branches of a fan-out and of a gather', async () => {
  const f = flow('orders')
    .input<Order>()
    .gather({ stock: to('stock'), credit: (s) => s.map('n', (o) => o.n).to(to('credit')) }, { settle: 'all' })
    .fanOut({ a: to('a'), b: (s) => s.to(to('b', 'unsafe')) })
    .otherwise(byKind())
  expect(await calls(f, { entries: entries.slice(0, 1), replies: { stock: { left: 3 } } })).toEqual([
    'o1/credit/credit credit 1',
    'o1/stock stock {"n":1}',
    'o1/a a {"stock":{"left":3},"credit":1}',
    'o1/b/b b {"stock":{"left":3},"credit":1}',
  ])
})

test('items of a split, and the case of a choice', async () => {
  const f = flow('orders')
    .input<Order>()
    .split(
      'part',
      (o) => [o.n, o.n * 10],
      (s) => s.choose((c) => c.when('large', (n) => n > 9, to('large')).otherwise(to('small'))),
    )
    .otherwise(byKind())
  expect(await calls(f, { entries: entries.slice(0, 1) })).toEqual([
    'o1/part/0/choose large/otherwise small 1',
    'o1/part/1/choose large/large large 10',
  ])
})

test('a saga with its compensations, the reply of a step unknown or given', async () => {
  const trip = saga('trip')
    .input<Order>()
    .step(
      'flight',
      to('flight').with((s: { body: Order }) => s.body.n),
      {
        undo: to('cancel').with((s: object) => ({
          was: (s as { reply?: unknown }).reply,
        })),
      },
    )
    .step(
      'hotel',
      to('hotel').with((s: { body: Order }) => s.body.n),
    )
  const f = flow('orders').input<Order>().through(trip).otherwise(byKind())
  const one = { entries: entries.slice(0, 1) }
  expect((await calls(f, one)).map((c) => c.split(' ')[1])).toEqual(['flight', 'hotel'])
  const undone = await calls(f, { ...one, replies: { flight: { ref: 7 }, hotel: new Odd({}) } })
  expect(undone.at(-1)).toMatch(/ cancel \{"was":\{"ref":7\}\}$/)
})

test('failover, enrich, idempotent receiver, wire tap, aggregate, divert', async () => {
  const other = flow('other').input<unknown>().to(to('desk')).otherwise(byKind())
  const f = flow('orders')
    .input<Order>()
    .via(enrich(unasked<Order, { name: string }>('customer'), { join: (o, c) => ({ n: o.n, of: c.name }) }))
    .through(wireTap('copy', to('archive')))
    .through(idempotent('once', { key: (o) => String(o.n), window: '7d' }, to('charge', 'unsafe')))
    .map('body', (received) => received.body)
    .to(failover('send', [to('one'), to('two')]))
    .through(divertTo(other))
    .otherwise(byKind())
  expect(
    await calls(f, { entries: entries.slice(0, 1), flows: [other], replies: { customer: { name: 'Ann' } } }),
  ).toEqual(
    expect.arrayContaining([
      expect.stringContaining('archive {"n":1,"of":"Ann"}'),
      expect.stringContaining('charge {"n":1,"of":"Ann"}'),
      'o1/send send {"n":1,"of":"Ann"}',
      'o1~diverted desk {"n":1,"of":"Ann"}',
    ]),
  )
  const grouped = flow('orders')
    .input<Order>()
    .through(
      aggregate('sum', {
        key: () => 'all',
        into: { start: (o: Order) => o.n, add: (sum: number, o: Order) => sum + o.n },
        size: 2,
      }),
    )
    .map('total', (g) => g.value)
    .to(to('total'))
    .otherwise(byKind())
  expect(await calls(grouped)).toEqual(['o1/total total 3'])
})

test('alerts: each verdict with one is a call, and nobody is told', async () => {
  const pager = untouched<Alert>('pager')
  const f = flow('orders')
    .input<Order>()
    .map('odd', () => new Odd({}))
    .otherwise(deadLetter().alert(pager))
  expect(await calls(f)).toEqual(['o1 alert pager {"tag":"Odd"}', 'o2 alert pager {"tag":"Odd"}'])
})

test('taps are left out, and effects of once are never run', async () => {
  let tapped = 0
  const f = flow('orders')
    .input<Order>()
    .tap('told', () => void tapped++)
    .map('number', async (o, ctx) => ({
      n: o.n,
      no: await ctx.once('number', () => Promise.reject(new Error('once was run'))),
    }))
    .to(to('put'))
    .otherwise(byKind())
  const one = { entries: entries.slice(0, 1) }
  expect(await calls(f, { ...one, once: { number: 42 } })).toEqual([
    'o1 once number null',
    'o1 put {"n":1,"no":42}',
  ])
  const r = await whatIf(nothing, { ...one, against: f })
  expect(r.needs).toEqual([{ what: 'once', name: 'number', hop: 'put', messages: 1, example: 'o1' }])
  expect(tapped).toBe(0)
})

test('a function that goes on without its effect is not heard', async () => {
  const f = flow('orders')
    .input<Order>()
    .map('calm', async (o, ctx) => {
      const no = await ctx.once('number', () => Promise.resolve(1)).catch(() => 0)
      return { n: o.n, no }
    })
    .durable('kept')
    .to(to('put'))
    .otherwise(deadLetter())
  const r = await whatIf(nothing, { entries, against: f })
  expect([r.incomplete, r.calls.onlyAfter]).toEqual([2, 2])
  expect(r.groups.map((g) => g.target)).toEqual(['once number'])
})

test('a remote that is called inside of a function, or of a recover, is held and named', async () => {
  let called = 0
  const hidden = target({
    name: 'hidden',
    destination: createDestination({ name: 'behind' }),
    effect: 'keyed',
    call: () => {
      called++
      throw new Error('called')
    },
  })
  const f = flow('orders')
    .input<Order>()
    .map('odd', (o) => (o.n === 1 ? new Odd({}) : o))
    .recover('Odd', async (_, ctx) => {
      await hidden.run(undefined, ctx)
      return { n: 0 }
    })
    .to(to('put'))
    .otherwise(deadLetter())
  const r = await whatIf(nothing, { entries, against: f })
  expect(called).toBe(0)
  expect([r.incomplete, r.different]).toEqual([1, 1])
  expect(r.needs).toMatchObject([{ what: 'call', name: 'behind', messages: 1 }])
  expect(r.differences.map((d) => [d.id, d.calls.length])).toEqual([
    ['o1', 0],
    ['o2', 1],
  ])
})

test('a failure that was given for an unsafe target asks nobody what became of it', async () => {
  class Cut extends failure('Cut', 'unknown')<object> {}
  const f = flow('orders').input<Order>().to(to('pay', 'unsafe')).otherwise(byKind())
  const r = await whatIf(nothing, { entries, against: f, replies: { pay: () => new Cut({}) } })
  expect(r.groups.find((g) => g.as === 'ends')).toMatchObject({ messages: 2, after: 'dead (OutcomeUnknown)' })
})
