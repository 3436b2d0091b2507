import { describe, expect, test } from 'vitest'
import {
  byKind,
  CallContext,
  deadLetter,
  discard,
  flow,
  memoryJournal,
  memoryStore,
  retry,
  right,
  silentLogger,
  type Clock,
} from '../../src/index.js'
import { throttle } from '../../src/patterns/throttle.js'
import { testFlow, virtualClock } from '../../src/testing/index.js'
import { failing, fine, type Order } from '../semantics/remote.js'
import { orders } from '../semantics/source.js'

const START = Date.UTC(2026, 0)
const quick = byKind({ transient: retry({ initial: '1s', jitter: 'none' }) })
const numbered = (n: number, key = 'a'): Order[] => Array.from({ length: n }, (_, i) => ({ n: i, key }))
const times = (to: { readonly calls: readonly { readonly at: number }[] }): number[] =>
  to.calls.map((c) => c.at - START)

describe('a throttle that queues', () => {
  test('G14: lets 3 of 9 messages pass in the first second, and the rest in the next two', async () => {
    const to = fine('to')
    const f = flow('f')
      .input<Order>()
      .via(throttle('t', { limit: 3, per: '1s' }))
      .to(to)
      .otherwise(quick)
    await using t = testFlow(f)
    const { dead, pending } = await t.sendAll(numbered(9))
    expect(times(to)).toEqual([0, 0, 0, 1000, 1000, 1000, 2000, 2000, 2000])
    expect([dead, pending]).toEqual([[], 0])
  })

  test('G14: takes 500 ms for 9 messages at 5 in 500 ms: 5 at once, 4 then', async () => {
    const to = fine('to')
    const f = flow('f')
      .input<Order>()
      .via(throttle('t', { limit: 5, per: '500ms' }))
      .to(to)
      .otherwise(quick)
    await using t = testFlow(f)
    await t.sendAll(numbered(9))
    expect(times(to)).toEqual([0, 0, 0, 0, 0, 500, 500, 500, 500])
  })

  test('keeps the order in which messages came', async () => {
    const to = fine('to')
    const f = flow('f')
      .input<Order>()
      .via(throttle('t', { limit: 2, per: '1s' }))
      .to(to)
      .otherwise(quick)
    await using t = testFlow(f)
    await t.sendAll(numbered(50))
    expect(to.calls.map((c) => c.input.n)).toEqual(numbered(50).map((o) => o.n))
  })

  test('holds no slot and spends no attempt while messages wait', async () => {
    const to = fine('to')
    const f = flow('f')
      .input<Order>()
      .via(throttle('t', { limit: 1, per: '1h' }))
      .to(to)
      .otherwise(quick)
    await using t = testFlow(f)
    for (const order of numbered(20)) await t.give(order)
    await t.run(1000)
    expect(t.runtime.health()).toMatchObject({ inFlight: 0, pending: 19 })
    await t.settle()
    expect(to.calls.map((c) => c.attempt)).toEqual(Array(20).fill(1))
  })

  test('G16: gives each key a limit of its own, and a message without a limit is a dead letter', async () => {
    const to = fine<Order & { max?: number }>('to')
    const f = flow('f')
      .input<Order & { max?: number }>()
      .via(throttle('t', { limit: (o) => o.max, key: (o) => o.key ?? '', per: '1s' }))
      .to(to)
      .otherwise(quick)
    await using t = testFlow(f)
    const both = ['a', 'b'].flatMap((key) => numbered(4, key).map((o) => ({ ...o, max: 2 })))
    const { dead } = await t.sendAll([...both, { n: 9, key: 'a' }])
    const at = (key: string): number[] => to.calls.filter((c) => c.input.key === key).map((c) => c.at - START)
    expect(at('a')).toEqual([0, 0, 1000, 1000])
    expect(at('b')).toEqual([0, 0, 1000, 1000])
    expect(dead).toMatchObject([
      {
        body: { n: 9 },
        attempts: 1,
        error: {
          _tag: 'StepFailed',
          cause: { message: 'throttle "t": limit: expected a whole number of at least 1, got undefined' },
        },
      },
    ])
  })

  test('a message that fails further down passes anew when it is tried again', async () => {
    const to = failing('to', 1)
    const f = flow('f')
      .input<Order>()
      .via(throttle('t', { limit: 1, per: '10s' }))
      .to(to)
      .otherwise(quick)
    await using t = testFlow(f)
    await t.sendAll(numbered(2))
    expect(times(to)).toEqual([0, 10_000, 20_000])
  })

  test('is shared by all flows that use the same value', async () => {
    const shared = throttle<Order>('t', { limit: 1, per: '1s' })
    const [a, b] = [fine('a'), fine('b')]
    const f = flow('f')
      .input<Order>()
      .fanOut({
        a: (s) => s.via(shared).to(a),
        b: (s) => s.via(shared).to(b),
      })
    await using t = testFlow(f.otherwise(quick))
    await t.send({ n: 1 })
    expect([...times(a), ...times(b)].toSorted((x, y) => x - y)).toEqual([0, 1000])
  })

  test('a message does not wait past its deadline', async () => {
    const to = fine('to')
    const f = flow('f')
      .from(orders(), { deadline: '5s' })
      .via(throttle('t', { limit: 1, per: '1h' }))
      .to(to)
      .onError({ DeadlineExceeded: deadLetter(), DecodeFailed: deadLetter() })
    await using t = testFlow(f)
    const { dead, virtualMs } = await t.sendAll(numbered(2))
    expect(dead).toMatchObject([{ error: { _tag: 'DeadlineExceeded' } }])
    expect([to.calls.length, virtualMs]).toEqual([1, 5000])
  })

  test.each([true, false])(
    'loses no message at a restart, and the limit holds from then on (clean: %s)',
    async (clean) => {
      const store = memoryStore()
      const to = fine('to')
      const f = flow('f')
        .input<Order>()
        .via(throttle('t', { limit: 2, per: '1s' }))
        .to(to)
        .otherwise(quick)
      await using t = testFlow(f, { journal: (clock: Clock) => memoryJournal({ clock, store }) })
      for (const order of numbered(10)) await t.give(order)
      await t.run(1500)
      expect(to.calls).toHaveLength(4)
      await t.restart({ clean })
      const restarted = t.clock.now() - START
      const { dead, pending } = await t.settle()
      expect([dead, pending, to.calls.length]).toEqual([[], 0, 10])
      expectLimit(
        times(to).filter((at) => at >= restarted),
        2,
        1000,
      )
      expect(to.calls.map((c) => c.attempt)).toEqual(Array(10).fill(1))
    },
  )

  test('12,000 messages at once, more than there are places, all pass in the end', async () => {
    const to = fine('to')
    const f = flow('f')
      .input<Order>()
      .via(throttle('t', { limit: 500, per: '1s' }))
      .to(to)
      .otherwise(quick)
    await using t = testFlow(f)
    const { dead, pending } = await t.sendAll(numbered(12_000))
    expect([dead, pending, to.calls.length]).toEqual([[], 0, 12_000])
    expectLimit(times(to), 500, 1000)
  })
})

describe('a throttle that rejects', () => {
  const rejecting = throttle<Order, 'reject'>('t', { limit: 2, per: '1s', mode: 'reject' })

  test('G15: of 6 quick messages at 2 a second, 2 are delivered and 4 fail as Throttled', async () => {
    const to = fine('to')
    const f = flow('f').input<Order>().via(rejecting).to(to).onError({ Throttled: deadLetter() })
    await using t = testFlow(f)
    const { dead } = await t.sendAll(numbered(6))
    expect(to.calls).toHaveLength(2)
    expect(dead).toHaveLength(4)
    for (const { error } of dead)
      expect(error).toMatchObject({
        _tag: 'Throttled',
        kind: 'transient',
        throttle: 't',
        retryAt: START + 1000,
        message: 'throttle "t": 2 in 1000 ms have passed; there is room in 1000 ms',
      })
  })

  test('a route that tries again does so when there is room', async () => {
    const to = fine('to')
    const f = flow('f').input<Order>().via(rejecting).to(to).onError({ Throttled: retry() })
    await using t = testFlow(f)
    const { dead } = await t.sendAll(numbered(6))
    expect(dead).toEqual([])
    expectLimit(times(to), 2, 1000)
    expect(times(to).slice(0, 2)).toEqual([0, 0])
  })

  test('has Throttled in its type, and a throttle that queues has not', () => {
    const to = fine('to')
    const open = flow('f')
      .input<Order>()
      .via(throttle('t', { limit: 2, per: '1s' }))
      .to(to)
    open.onError({})
    // @ts-expect-error it never rejects
    expect(() => open.onError({ Throttled: discard() })).not.toThrow()
    const strict = flow('f').input<Order>().via(rejecting).to(to)
    // @ts-expect-error Throttled has no route
    expect(() => strict.onError({})).not.toThrow()
    const keyed = flow('f')
      .input<Order>()
      .via(throttle('t', { limit: 2, per: '1s', key: (o) => o.n }))
      .to(to)
    // @ts-expect-error a function of the body may throw
    expect(() => keyed.onError({})).not.toThrow()
    const start = flow('f').input<Order>()
    // @ts-expect-error an order has no such member
    start.via(throttle('t', { limit: 2, per: '1s', key: (o) => o.shop }))
    // @ts-expect-error nor can it be limited by what it has not
    start.via(throttle('t', { limit: (o) => o.max, per: '1s' }))
  })
})

const expectLimit = (at: readonly number[], limit: number, per: number): void => {
  const sorted = at.toSorted((a, b) => a - b)
  for (let i = 0; i + limit < sorted.length; i++)
    expect(sorted[i + limit]! - sorted[i]!).toBeGreaterThanOrEqual(per)
}

const contextOf = (clock: Clock, signal?: AbortSignal, key = 'call'): CallContext =>
  new CallContext(
    { clock, ids: { next: () => key }, log: silentLogger, config: {} },
    'test',
    {},
    { signal, key },
  )

describe('a throttle in a call', () => {
  test('waits in memory, in order, also for calls of one key', async () => {
    const clock = virtualClock({ start: 0 })
    const t = throttle<number>('t', { limit: 2, per: '1s' })
    const done: [number, number][] = []
    const calls = [1, 2, 3, 4, 5].map(async (n) => {
      await t.run(n, contextOf(clock))
      done.push([n, clock.now()])
    })
    await clock.settle(() => done.length === 5)
    await Promise.all(calls)
    expect(done).toEqual([
      [1, 0],
      [2, 0],
      [3, 1000],
      [4, 1000],
      [5, 2000],
    ])
  })

  test('ends with the signal of the call, and leaves its place to others', async () => {
    const clock = virtualClock({ start: 0 })
    const t = throttle<number>('t', { limit: 1, per: '1s' })
    expect(t.run(1, contextOf(clock))).toEqual(right(1))
    const stop = new AbortController()
    const given = Promise.resolve(t.run(2, contextOf(clock, stop.signal)))
    stop.abort(new Error('enough'))
    await expect(given).rejects.toThrow('enough')
    let at = -1
    const next = Promise.resolve(t.run(3, contextOf(clock))).then(() => (at = clock.now()))
    await clock.settle(() => at >= 0)
    await next
    expect(at).toBe(1000)
  })

  test('has a state for each clock', () => {
    const t = throttle<number>('t', { limit: 1, per: '1h' })
    for (let n = 0; n < 3; n++) expect(t.run(n, contextOf(virtualClock()))).toEqual(right(n))
  })
})

describe('bad input', () => {
  test.each([
    [{ limit: 0, per: '1s' }, 'throttle "t": limit: expected a whole number of at least 1, got 0'],
    [{ limit: 1.5, per: '1s' }, 'throttle "t": limit: expected a whole number of at least 1, got 1.5'],
    [{ per: '1s' }, 'throttle "t": limit: expected a whole number of at least 1, got undefined'],
    [{ limit: 1, per: '0s' }, 'throttle "t": per: expected a duration longer than 0, and finite, got "0s"'],
    [{ limit: 1, per: 'soon' }, `throttle "t": per: expected a duration like '30s' or '24h', got "soon"`],
    [{ limit: 1, per: '1s', mode: 'drop' }, `throttle "t": mode: expected 'queue' or 'reject', got "drop"`],
    [{ limit: 1, per: '1s', key: 'a' }, 'throttle "t": key: expected a function, got "a"'],
    [{ limit: 1, per: '1s', keys: 0 }, 'throttle "t": keys: expected a whole number of at least 1, got 0'],
  ])('options that make no sense are refused: %j', (options, message) => {
    expect(() => throttle('t', options as never)).toThrow(new TypeError(message))
  })

  test.each<[string, (o: Order) => never | string, string]>([
    [
      'throws',
      () => {
        throw new Error('no key')
      },
      'no key',
    ],
    ['gives no text', () => ({}) as string, 'throttle "t": key: expected a text or a number, got object'],
    [
      'gives no number',
      () => Number.NaN as never,
      'throttle "t": key: expected a text or a number, got number',
    ],
  ])('a key that %s is StepFailed, and counts for nobody', async (_, key, message) => {
    const to = fine('to')
    const f = flow('f')
      .input<Order>()
      .via(throttle('t', { limit: 1, per: '1h', key: (o) => (o.n === 1 ? 'fine' : key(o)) }))
      .to(to)
      .otherwise(quick)
    await using t = testFlow(f)
    const { dead, pending } = await t.sendAll([{ n: 0 }, { n: 0 }, { n: 1 }])
    expect(dead).toMatchObject([{ error: { cause: { message } } }, { error: { cause: { message } } }])
    expect([pending, to.calls.length]).toEqual([0, 1])
  })
})
