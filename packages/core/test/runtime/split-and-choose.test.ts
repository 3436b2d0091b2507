import { describe, expect, test } from 'vitest'
import {
  byKind,
  createDestination,
  deadLetter,
  discard,
  flow,
  read,
  retry,
  right,
  type Message,
} from '../../src/index.js'
import { testFlow } from '../../src/testing/index.js'
import { balanced, counted } from '../semantics/counted.js'
import { Bad, failing, fine, inputs, remote, type Down, type Order } from '../semantics/remote.js'

const hour = byKind({ transient: retry({ initial: '1h', jitter: 'none' }) })
const broken = (): never => {
  throw new Error('a broken function')
}

describe('split', () => {
  test('each item is a message of its own: id, correlation, causation and key of its own', async () => {
    const said: Partial<Message>[] = []
    const to = fine('to')
    const f = flow('f')
      .input<Order>()
      .split(
        'lines',
        (b) => [{ n: b.n }, { n: b.n + 1 }],
        (s) =>
          s
            .tap('look', (_b, ctx) => {
              const { id, correlationId, causationId, body } = ctx.message
              said.push({ id, correlationId, causationId: causationId!, body })
            })
            .to(to),
      )
      .otherwise(hour)
    await using t = testFlow(f)
    const r = await t.send({ n: 5 }, { headers: { 'correlation-id': 'case' } })
    const root = (r.accepted[0] as { id: string }).id
    expect(said).toEqual([
      { id: `${root}/lines/0`, correlationId: 'case', causationId: root, body: { n: 5 } },
      { id: `${root}/lines/1`, correlationId: 'case', causationId: root, body: { n: 6 } },
    ])
    expect(to.calls.map((c) => c.key)).toEqual([`${root}/lines/0/to`, `${root}/lines/1/to`])
  })

  test('of nothing ends the message', async () => {
    const to = fine('to')
    await using t = testFlow(
      flow('f')
        .input<Order>()
        .split('lines', () => [], to)
        .otherwise(hour),
    )
    const r = await t.send({ n: 1 })
    expect([to.calls.length, r.pending, balanced(await t.runtime.counts())]).toEqual([0, 0, true])
  })

  test('whose function throws, at once or in the middle, emits none of its items', async () => {
    const to = fine('to')
    function* half(): Generator<Order> {
      yield { n: 1 }
      broken()
    }
    for (const each of [broken as () => Order[], half, () => 7 as unknown as Order[]]) {
      await using t = testFlow(flow('f').input<Order>().split('lines', each, to).otherwise(deadLetter()))
      const r = await t.send({ n: 1 })
      expect(r.dead).toMatchObject([{ hop: 'lines', error: { _tag: 'StepFailed', step: 'lines' } }])
    }
    expect(to.calls).toEqual([])
  })

  test('with an item that cannot be stored emits none of its items', async () => {
    const to = fine('to')
    const f = flow('f')
      .input<Order>()
      .split('lines', () => [{ n: 1 }, { n: 1n as unknown as number }], to)
      .otherwise(deadLetter())
    await using t = testFlow(f)
    const r = await t.send({ n: 1 })
    expect([to.calls.length, r.dead.length]).toEqual([0, 1])
  })

  test('an item that is dead is replayed alone', async () => {
    const item = remote<Bad>('item', (b, _c, nth) => (b.n === 2 && nth <= 3 ? new Bad({}) : {}))
    await using t = testFlow(
      flow('f')
        .input<Order>()
        .split('lines', () => [{ n: 1 }, { n: 2 }, { n: 3 }], item)
        .otherwise(deadLetter()),
    )
    const { dead } = await t.send({ n: 0 })
    const r = await t.replay(dead[0]!.id)
    expect([dead.length, inputs(item).map((b) => b.n), r.dead]).toEqual([1, [1, 2, 3, 2], []])
  })

  test('of ten thousand items delivers each once', async () => {
    const to = fine('to')
    const f = flow('f')
      .input<Order>()
      .split('lines', (b) => Array.from({ length: b.n }, (_, n) => ({ n })), to)
      .otherwise(hour)
    await using t = testFlow(f)
    const r = await t.send({ n: 10_000 })
    expect([new Set(inputs(to).map((b) => b.n)).size, to.calls.length, r.pending]).toEqual([
      10_000, 10_000, 0,
    ])
  })
})

describe('choose', () => {
  test('takes exactly the first branch that holds', async () => {
    const [a, b, c] = [fine('a'), fine('b'), fine('c')]
    const f = flow('f')
      .input<Order>()
      .choose((x) =>
        x
          .when('small', (o) => o.n < 10, a)
          .when('medium', (o) => o.n < 100, b)
          .otherwise(c),
      )
      .otherwise(hour)
    await using t = testFlow(f)
    await t.sendAll([{ n: 5 }, { n: 50 }, { n: 500 }])
    expect([a, b, c].map((x) => inputs(x).map((o) => o.n))).toEqual([[5], [50], [500]])
  })

  test('goes on after it from whatever branch, each retried alone', async () => {
    const a = failing('a', 1)
    const end = fine<unknown>('end')
    const f = flow('f')
      .input<Order>()
      .choose((x) =>
        x
          .when(
            'a',
            (o) => o.n === 1,
            (s) => s.to(a).map('m', (o) => ({ n: o.n + 10 })),
          )
          .otherwise((s) => s.map('m', (o) => ({ n: o.n + 20 }))),
      )
      .to(end)
      .otherwise(hour)
    await using t = testFlow(f)
    await t.sendAll([{ n: 1 }, { n: 2 }])
    expect(a.calls).toHaveLength(2)
    expect(inputs(end)).toEqual([{ n: 22 }, { n: 11 }])
  })

  test('the choice is made again at no retry of what it chose', async () => {
    let tests = 0
    const a = failing('a', 3)
    const f = flow('f')
      .input<Order>()
      .choose((x) => x.when('a', () => (tests++, true), a).otherwise(fine('b')))
      .otherwise(hour)
    await using t = testFlow(f)
    await t.send({ n: 1 })
    expect([tests, a.calls.length]).toEqual([1, 4])
  })

  test('a test that throws is StepFailed of that case', async () => {
    const make = (end: ReturnType<typeof fine>) =>
      flow('f')
        .input<Order>()
        .choose((x) =>
          x.when('first', broken, (s) => s.map('m', (o) => o)).otherwise((s) => s.map('n', (o) => o)),
        )
        .to(end)
        .otherwise(deadLetter())
    await using inline = testFlow(make(fine('end')))
    expect((await inline.send({ n: 1 })).dead).toMatchObject([
      { error: { _tag: 'StepFailed', step: 'first' } },
    ])
    const cut = flow('f')
      .input<Order>()
      .choose((x) => x.when('first', broken, fine('a')).otherwise(fine('b')))
      .otherwise(deadLetter())
    await using hops = testFlow(cut)
    expect((await hops.send({ n: 1 })).dead).toMatchObject([
      { hop: 'choose first', error: { _tag: 'StepFailed', step: 'first' } },
    ])
  })

  test('cases of reads and maps run inside the hop', async () => {
    const looked: number[] = []
    const look = read<Order, Order, Down>({
      name: 'look',
      destination: createDestination({ name: 'look' }),
      call: (b) => (looked.push(b.n), { result: right({ n: b.n + 1 }), seen: { as: 'ok' } }),
    })
    const end = failing('end', 1, undefined, { effect: 'idempotent' })
    const f = flow('f')
      .input<Order>()
      .choose((x) => x.when('odd', (o) => o.n % 2 === 1, look).otherwise((s) => s.map('same', (o) => o)))
      .to(end)
      .otherwise(hour)
    await using t = testFlow(f)
    await t.send({ n: 1 })
    expect([looked, inputs(end), t.runtime.describe()[0]!.hops.map((h) => h.name)]).toEqual([
      [1, 1],
      [{ n: 2 }, { n: 2 }],
      ['end'],
    ])
  })

  test('a read in a case before a keyed target is cut off before it', async () => {
    const look = read<Order, Order, never>({
      name: 'look',
      destination: createDestination({ name: 'look' }),
      call: (b) => ({ result: right(b), seen: { as: 'ok' } }),
    })
    const f = flow('f')
      .input<Order>()
      .choose((x) => x.when('odd', (o) => o.n % 2 === 1, look).otherwise((s) => s.map('same', (o) => o)))
      .to(fine('end'))
      .otherwise(hour)
    await using t = testFlow(f)
    expect(t.runtime.describe()[0]!.hops.map((h) => h.name)).toEqual(['before end', 'end'])
  })

  test('a case that filters ends the message, counted as filtered', async () => {
    const end = fine('end')
    const f = flow('f')
      .input<Order>()
      .choose((x) =>
        x
          .when(
            'odd',
            (o) => o.n % 2 === 1,
            (s) => s.filter('never', () => false),
          )
          .otherwise((s) => s.map('same', (o) => o)),
      )
      .to(end)
      .otherwise(discard('never asked'))
    await using t = testFlow(f)
    await t.sendAll([{ n: 1 }, { n: 2 }])
    expect([inputs(end), counted(await t.runtime.counts(), 'filtered')]).toEqual([[{ n: 2 }], 1])
  })
})
