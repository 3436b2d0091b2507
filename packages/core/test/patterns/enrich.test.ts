import { describe, expect, test } from 'vitest'
import {
  byKind,
  CallContext,
  createDestination,
  failure,
  flow,
  left,
  read,
  retry,
  right,
  silentLogger,
  systemClock,
  target,
  type Context,
  type Failure,
} from '../../src/index.js'
import { enrich } from '../../src/patterns/enrich.js'
import { testFlow } from '../../src/testing/index.js'

class NotFound extends failure('NotFound', 'permanent')<{ id: string }> {}
class Busy extends failure('Busy', 'transient')<object> {}

interface Order {
  readonly id: string
  readonly customer?: string
}

/** A read that answers as told, and says what it was asked. */
const lookup = (answer: (id: string, nth: number) => string | NotFound | Busy, parkedUntil?: number) => {
  const asked: string[] = []
  const step = read({
    name: 'customer',
    destination: createDestination({ name: 'crm', circuit: false }),
    call({ id }: { id: string }) {
      asked.push(id)
      const reply = answer(id, asked.length)
      const failed = reply instanceof Error
      const parks = failed && reply._tag === 'Busy' && parkedUntil !== undefined
      return {
        result: failed ? left(reply) : right(reply),
        seen: parks ? { as: 'refused', retryAt: parkedUntil } : { as: failed ? 'failed' : 'ok' },
      }
    },
  })
  return { asked, step }
}

const sink = <A>() =>
  target<A, undefined, never, 'idempotent'>({
    name: 'put',
    destination: createDestination({ name: 'shop' }),
    effect: 'idempotent',
    call: () => ({ result: right(undefined), seen: { as: 'ok' } }),
  })

const contextOf = (signal?: AbortSignal): Context =>
  new CallContext(
    { clock: systemClock, ids: { next: () => 'id' }, log: silentLogger, config: {} },
    'test',
    {},
    { signal },
  )

const joined = {
  input: (o: Order) => ({ id: o.id }),
  join: (o: Order, customer: string) => ({ ...o, customer }),
}

describe('enrich', () => {
  test('G5: joins the reply to the body, and the headers stay', async () => {
    const { step, asked } = lookup(() => 'blah')
    const headers: unknown[] = []
    const orders = flow('orders')
      .input<string>()
      .via(enrich(step, { input: (id) => ({ id }), join: (body, reply) => `${body}:${reply}` }))
      .tap('headers', (_, ctx) => headers.push(ctx.message.headers))
      .to(sink<string>())
    await using t = testFlow(orders.otherwise(byKind()))
    const { delivered } = await t.send('test', { headers: { foo: 'bar' } })
    expect(delivered).toMatchObject([{ input: 'test:blah' }])
    expect([asked, headers]).toEqual([['test'], [{ foo: 'bar' }]])
  })

  test('G5: a failing read fails the flow with the body as it was, and nothing is delivered', async () => {
    const { step } = lookup((id) => new NotFound({ id }))
    const open = flow('orders').input<Order>().via(enrich(step, joined)).to(sink<Order>())
    expect(await open.call({ id: 'test' })).toMatchObject({ left: { _tag: 'NotFound', id: 'test' } })
    await using t = testFlow(open.otherwise(byKind()))
    const { dead, delivered } = await t.send({ id: 'test' })
    expect(dead).toMatchObject([{ body: { id: 'test' }, error: { _tag: 'NotFound' } }])
    expect(delivered).toEqual([])
  })

  test('G7: no data in time is a failure that is tried again, and the next time there is data', async () => {
    const { step } = lookup((_, nth) => (nth === 1 ? new Busy({}) : 'blah'))
    const orders = flow('orders')
      .input<string>()
      .via(enrich(step, { input: (id) => ({ id }), join: (body, reply) => `${body}:${reply}` }))
      .to(sink<string>())
    await using t = testFlow(orders.onError({ NotFound: retry(), Busy: retry(), StepFailed: retry() }))
    expect((await t.send('test')).delivered).toMatchObject([{ input: 'test:blah' }])
  })

  test('G7: a body of null is replaced by what was read', async () => {
    const { step } = lookup(() => 'blah')
    const open = flow('orders')
      .input<string | null>()
      .via(enrich(step, { input: () => ({ id: 'any' }), join: (body, reply) => body ?? reply }))
    expect(await open.run(null)).toBe('blah')
  })

  test('a handled failure becomes a body; what a handler returns may be a failure of its own', async () => {
    class Unknown extends failure('Unknown', 'poison')<object> {}
    const { step } = lookup((id) => new NotFound({ id }))
    const open = flow('orders')
      .input<Order>()
      .via(
        enrich(step, {
          ...joined,
          onError: {
            NotFound: (missing, order): Order | Unknown =>
              missing.id === 'b' ? new Unknown({}) : { ...order, customer: 'none' },
          },
        }),
      )
    expect(await open.run({ id: 'a' })).toEqual({ id: 'a', customer: 'none' })
    expect(await open.call({ id: 'b' })).toMatchObject({ left: { _tag: 'Unknown' } })
  })

  test('a failure that is not handled is what the flow fails with', async () => {
    const { step } = lookup(() => new Busy({}))
    const open = flow('f')
      .input<Order>()
      .via(enrich(step, { ...joined, onError: { NotFound: (_, o) => o } }))
    expect(await open.call({ id: 'a' })).toMatchObject({ left: { _tag: 'Busy' } })
  })

  test.each([
    ['input', { ...joined, input: (): { id: string } => boom() }],
    ['join', { ...joined, join: (): Order => boom() }],
    ['a join that rejects', { ...joined, join: async (): Promise<Order> => boom() }],
    ['a handler', { ...joined, onError: { NotFound: (): Order => boom() } }],
  ])('%s that throws is StepFailed, under the name of the read', async (what, options) => {
    const { step } = lookup((id) => (what === 'a handler' ? new NotFound({ id }) : 'blah'))
    const result = await enrich(step, options).run({ id: 'a' }, contextOf())
    expect(result).toMatchObject({ left: { _tag: 'StepFailed', step: 'customer', message: /boom/ } })
  })

  test('a parked destination is never handled: the message waits, and spends no attempt', async () => {
    const until = Date.UTC(2026, 0, 1, 1)
    const { step, asked } = lookup((_, nth) => (nth === 1 ? new Busy({}) : 'Ada'), until)
    const handled: Failure<string>[] = []
    const orders = flow('orders')
      .input<Order>()
      .via(
        enrich(step, {
          ...joined,
          onError: {
            NotFound: (f, order) => {
              handled.push(f)
              return order
            },
          },
        }),
      )
      .to(sink<Order>())
    await using t = testFlow(orders.otherwise(byKind()))
    const { delivered, virtualMs } = await t.sendAll([{ id: 'a' }, { id: 'b' }])
    expect(delivered.map((d) => d.input)).toEqual([
      { id: 'a', customer: 'Ada' },
      { id: 'b', customer: 'Ada' },
    ])
    expect(virtualMs).toBeGreaterThanOrEqual(3_500_000)
    expect([handled, asked.length]).toEqual([[], 3])
  })

  test('hands on what ends an attempt without an outcome, even where a handler has its tag', async () => {
    const parked = { _tag: 'Parked', kind: 'transient', destination: 'crm', until: 1 } as const
    const step = { name: 'r', effect: 'none', run: () => left(parked) } as const
    const made = enrich(step, { join: () => 'joined', onError: { Parked: () => 'swallowed' } })
    expect(await made.run({}, contextOf())).toEqual(left(parked))
  })

  test('a call that was aborted is not handled: nobody waits for a body made without the data', async () => {
    const stop = new AbortController()
    const { step } = lookup((id) => {
      stop.abort(new Error('stopping'))
      return new NotFound({ id })
    })
    const made = enrich(step, { ...joined, onError: { NotFound: (_, order) => order } })
    expect(await made.run({ id: 'a' }, contextOf(stop.signal))).toMatchObject({ left: { _tag: 'NotFound' } })
  })

  test('asks again on a retry of its hop, before a target that is not keyed', async () => {
    const { step, asked } = lookup((id) => `customer of ${id}`)
    const orders = flow('orders').input<Order>().via(enrich(step, joined)).to(sink<Order>())
    let calls = 0
    await using t = testFlow(orders.otherwise(byKind()), {
      replace: { put: () => (++calls < 3 ? new Busy({}) : undefined) },
    })
    await t.send({ id: 'a' })
    expect(asked).toEqual(['a', 'a', 'a'])
  })

  test('refuses a target, for a target ends its hop', () => {
    expect(() => enrich(sink<Order>() as never, joined as never)).toThrow(
      'enrich "put": expected a read, got a target (effect idempotent): deliver with to(target, { into })',
    )
  })
})

const boom = (): never => {
  throw new Error('boom')
}
