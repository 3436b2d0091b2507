import * as t from 'io-ts'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { describe, expect, test } from 'vitest'
import { byKind, deadLetter, discard, flow, retry, right } from '../../src/index.js'
import { testFlow } from '../../src/testing/index.js'
import { balanced, counted } from '../semantics/counted.js'
import { Bad, failing, fine, inputs, remote, type Order } from '../semantics/remote.js'
import { numbers, seenJournal } from './split-journal.js'

// A body that JSON cannot carry comes out of it.
const row = new t.Type<{ readonly n: number; readonly at: Date }, unknown, unknown>(
  'Row',
  (u): u is { n: number; at: Date } => typeof u === 'object',
  (u, c) => {
    const n = Number((u as { n?: unknown } | null)?.n)
    return Number.isNaN(n) ? t.failure(u, c, 'expected a number') : t.success({ n, at: new Date(n) })
  },
  (a) => a,
)
const rows = [{ n: '1' }, { n: 'x' }, { n: '3' }]
const sub = { year: (b: { at: Date; n: number }) => ({ n: b.n, year: b.at.getUTCFullYear() }) }

describe('a split that decodes its rows', () => {
  test('stores the row as it came, and decodes it where the item begins: a bad one is a dead letter that holds it', async () => {
    const to = fine<unknown>('to')
    const f = flow('f')
      .input<Order>()
      .split(
        'rows',
        () => rows,
        (s) => s.map('year', sub.year).to(to),
        { decode: row },
      )
      .otherwise(deadLetter())
    await using h = testFlow(f)
    const r = await h.send({ n: 1 })
    expect(r.dead).toMatchObject([{ hop: 'rows/item/to', body: { n: 'x' }, error: { _tag: 'DecodeFailed' } }])
    expect(inputs(to)).toEqual([
      { n: 1, year: 1970 },
      { n: 3, year: 1970 },
    ])
    expect((await h.replay(r.dead[0]!.id)).dead).toHaveLength(1)
  })

  test('routes what does not decode as any failure, in the item or after it', async () => {
    const to = fine<unknown>('to')
    const item = flow('f')
      .input<Order>()
      .split(
        'rows',
        () => rows,
        (s) =>
          s
            .recover('DecodeFailed', () => ({ n: -1, at: new Date(0) }))
            .map('year', sub.year)
            .to(to),
        {
          decode: row,
        },
      )
      .otherwise(deadLetter())
    await using h = testFlow(item)
    await h.send({ n: 1 })
    expect(inputs(to).map((b) => (b as Order).n)).toEqual([1, 3, -1])
    const after = flow('f')
      .input<Order>()
      .split('rows', () => rows, fine<unknown>('to'), { decode: row })
      .on('DecodeFailed', discard())
      .otherwise(deadLetter())
    await using u = testFlow(after)
    const r = await u.send({ n: 1 })
    expect([r.dead, counted(await u.runtime.counts(), 'discarded')]).toEqual([[], 1])
  })

  test('skip leaves bad rows out, keeps the indexes of the others, and knows the last good one', async () => {
    const said: unknown[] = []
    const f = flow('f')
      .input<Order>()
      .split(
        'rows',
        () => [...rows, { n: 'y' }],
        (s) =>
          s
            .tap('look', (b, ctx) => void said.push([b.n, ctx.item?.index, ctx.item?.last]))
            .to(fine<unknown>('to')),
        { decode: row, onBad: 'skip' },
      )
      .otherwise(deadLetter())
    await using h = testFlow(f)
    const r = await h.send({ n: 1 })
    expect([said, r.dead]).toEqual([
      [
        [1, 0, false],
        [3, 2, true],
      ],
      [],
    ])
  })

  test('stop fails the message at the first bad row, behind the chunks before it', async () => {
    const to = fine<unknown>('to')
    const f = flow('f')
      .input<Order>()
      .split('rows', () => rows, to, { decode: row, onBad: 'stop', chunk: 1 })
      .otherwise(deadLetter())
    await using h = testFlow(f)
    const r = await h.send({ n: 1 })
    expect(r.dead).toMatchObject([{ hop: 'rows', error: { _tag: 'DecodeFailed' } }])
    expect(to.calls.length).toBeLessThanOrEqual(1)
  })

  test('a decoder of promises, and one that throws, mean the same', async () => {
    const later: StandardSchemaV1<unknown, Order> = {
      '~standard': {
        version: 1 as const,
        vendor: 'test',
        async validate(u: unknown) {
          const n = Number((u as { n: string }).n)
          if (n === 3) throw new Error('broken')
          return Number.isNaN(n) ? { issues: [{ message: 'no number' }] } : { value: { n } }
        },
      },
    }
    const to = fine('to')
    const f = flow('f')
      .input<Order>()
      .split('rows', () => rows, to, {
        decode: later,
        key: (b) => String(b.n),
      })
      .otherwise(deadLetter())
    await using h = testFlow(f)
    const r = await h.send({ n: 1 })
    expect([got(to), r.dead.map((d) => d.error._tag)]).toEqual([[1], ['DecodeFailed', 'DecodeFailed']])
  })
})

const got = (r: { readonly calls: readonly { readonly input: Order }[] }): number[] =>
  r.calls.map((c) => c.input.n)

describe('the order of items', () => {
  test('items of one key of their own keep their order, others overtake', async () => {
    const to = remote('to', (b, ctx, nth) =>
      b.n === 0 && nth < 4 ? new Bad({}) : ctx.clock.sleep(1).then(() => ({})),
    )
    const f = flow('f')
      .input<Order>()
      .split('rows', () => numbers(6), to, { key: (i) => String(i.n % 2) })
      .otherwise(byKind({ permanent: retry({ initial: '1s', jitter: 'none' }) }))
    await using h = testFlow(f)
    await h.send({ n: 1 })
    const order = got(to).filter((n, i, all) => all.lastIndexOf(n) === i)
    expect(order.filter((n) => n % 2 === 0)).toEqual([0, 2, 4])
    expect(order.indexOf(5)).toBeLessThan(order.indexOf(0))
  })

  test('an item whose key throws is a dead letter of its own, with its row; the others go on', async () => {
    const to = fine('to')
    const f = flow('f')
      .input<Order>()
      .split('rows', () => numbers(3), to, {
        key: (i) => {
          if (i.n === 1) throw new Error('no key')
          return i.n === 2 ? (7 as unknown as string) : 'k'
        },
      })
      .otherwise(deadLetter())
    await using h = testFlow(f)
    const r = await h.send({ n: 1 })
    expect([got(to), r.dead.map((d) => [d.body, d.error._tag])]).toEqual([
      [0],
      [
        [{ n: 1 }, 'StepFailed'],
        [{ n: 2 }, 'StepFailed'],
      ],
    ])
    expect((await h.replay(r.dead[0]!.id)).dead).toHaveLength(1)
    expect(got(to)).toEqual([0, 1])
  })

  test('ordered: the items of one message one at a time, through retries; those of another beside them', async () => {
    const to = failing('to', 1)
    const f = flow('f')
      .input<Order>()
      .split('rows', (b) => numbers(3).map((i) => ({ n: b.n + i.n })), to, { ordered: true })
      .otherwise(byKind({ transient: retry({ initial: '1s', jitter: 'none' }) }))
    await using h = testFlow(f)
    await h.sendAll([{ n: 10 }, { n: 20 }])
    const once = got(to).filter((n, i, all) => all.lastIndexOf(n) === i)
    expect([once.filter((n) => n < 20), once.filter((n) => n >= 20)]).toEqual([
      [10, 11, 12],
      [20, 21, 22],
    ])
    expect(once[0]).toBe(20)
  })

  test('stop: a dead item holds those behind it until it is replayed', async () => {
    const to = remote('to', (b, _ctx, nth) => (b.n === 1 && nth === 2 ? new Bad({}) : {}))
    const f = flow('f')
      .input<Order>()
      .split('rows', () => numbers(4), to, { onFailure: 'stop' })
      .otherwise(deadLetter())
    await using h = testFlow(f)
    const r = await h.send({ n: 1 })
    expect([got(to), r.dead.length, r.pending]).toEqual([[0, 1], 1, 2])
    const s = await h.replay(r.dead[0]!.id)
    expect([got(to), s.dead, s.pending]).toEqual([[0, 1, 1, 2, 3], [], 0])
  })

  test('stop: a dead item ends the split itself, which goes on where it was once both are replayed', async () => {
    const j = seenJournal()
    const to = remote('to', (b, _ctx, nth) => (b.n === 1 && nth === 2 ? new Bad({}) : {}))
    async function* slowly() {
      for (const r of numbers(6)) {
        if (r.n === 3) await h.clock.sleep(1000)
        yield r
      }
    }
    const f = flow('f')
      .input<Order>()
      .split('rows', slowly, to, { onFailure: 'stop', chunk: 2 })
      .otherwise(deadLetter())
    await using h = testFlow(f, { journal: j.journal })
    const r = await h.send({ n: 1 })
    expect(r.dead.map((d) => [d.hop, d.error._tag])).toEqual([
      ['rows', 'StepFailed'],
      ['rows/item', 'Bad'],
    ])
    await h.replay(r.dead[1]!.id)
    const s = await h.replay(r.dead[0]!.id)
    expect([got(to), s.dead, s.pending, j.state()]).toEqual([[0, 1, 1, 2, 3, 4, 5], [], 0, []])
  })
})

describe('a split ahead of its items', () => {
  test('waits while more than ten chunks of them wait', async () => {
    let read = 0
    function* many() {
      for (const r of numbers(400)) yield (read++, r)
    }
    const to = remote('to', (_b, ctx) => ctx.clock.sleep(60_000).then(() => ({})))
    const f = flow('f').input<Order>().split('rows', many, to, { chunk: 5 }).otherwise(deadLetter())
    await using h = testFlow(f, { runtime: { concurrency: { perHop: 4 } } })
    await h.give({ n: 1 })
    await h.run(10_000)
    expect(read).toBeLessThanOrEqual(66)
    const r = await h.settle()
    expect([read, to.calls.length, r.pending]).toEqual([400, 400, 0])
  })

  test('does not wait for items that are meant to wait', async () => {
    const to = fine('to')
    const f = flow('f')
      .input<Order>()
      .split(
        'rows',
        () => numbers(100),
        (s) => s.delay('later', '1d').to(to),
        { chunk: 5 },
      )
      .otherwise(deadLetter())
    await using h = testFlow(f)
    await h.give({ n: 1 })
    expect((await h.run(1000)).pending).toBe(100)
  })
})

describe('what a splitting function gives', () => {
  test.each([
    ['null', () => null],
    ['an empty list', () => []],
    ['a promise of an empty list', () => Promise.resolve([])],
    ['an async iterable without items', async function* () {}],
  ])('%s is no item, and ends the message', async (_what, each) => {
    const to = fine('to')
    await using h = testFlow(
      flow('f')
        .input<Order>()
        .split('rows', each as () => Order[], to)
        .otherwise(deadLetter()),
    )
    const r = await h.send({ n: 1 })
    expect([to.calls, r.dead, r.pending, balanced(await h.runtime.counts())]).toEqual([[], [], 0, true])
  })

  test.each([
    ['undefined', () => undefined],
    ['a text', () => 'abc'],
    ['a number', () => 7],
    ['a promise that rejects', () => Promise.reject(new Error('no'))],
  ])('%s is StepFailed', async (_what, each) => {
    const f = flow('f')
      .input<Order>()
      .split('rows', each as never as () => Order[], fine('to'))
      .otherwise(deadLetter())
    await using h = testFlow(f)
    expect((await h.send({ n: 1 })).dead).toMatchObject([{ hop: 'rows', error: { _tag: 'StepFailed' } }])
  })
})

describe('a split in a structure', () => {
  test('what follows it goes on once all items are emitted: after a choice, and as the reply of a branch', async () => {
    const [a, end] = [fine('a'), fine<unknown>('end')]
    const chosen = flow('f')
      .input<Order>()
      .choose((c) =>
        c
          .when(
            'many',
            (b) => b.n > 1,
            (s) => s.split('rows', (b) => numbers(b.n), a, { chunk: 2 }),
          )
          .otherwise((s) => s.map('one', () => 1)),
      )
      .to(end)
      .otherwise(deadLetter())
    await using h = testFlow(chosen)
    await h.sendAll([{ n: 5 }, { n: 1 }])
    expect([a.calls.length, inputs(end)]).toEqual([5, expect.arrayContaining([1, { sent: true }])])
    const joined = fine<unknown>('joined')
    const gathered = flow('g')
      .input<Order>()
      .gather(
        { rows: (s) => s.split('rows', (b) => numbers(b.n), fine('a'), { chunk: 2 }), b: fine('b') },
        { settle: 'all' },
      )
      .to(joined)
      .otherwise(deadLetter())
    await using u = testFlow(gathered)
    await u.send({ n: 5 })
    expect(inputs(joined)).toEqual([{ rows: { sent: true }, b: { ok: true } }])
  })
})

describe('gatherEach', () => {
  test('joins the replies of async items in their order', async () => {
    const joined = fine<unknown>('joined')
    const to = remote('to', (b, ctx) => ctx.clock.sleep(100 - b.n * 10).then(() => b.n * 2))
    async function* rows_() {
      yield* numbers(4)
    }
    const f = flow('f')
      .input<Order>()
      .gatherEach('rows', rows_, to, { settle: 'all' })
      .to(joined)
      .otherwise(deadLetter())
    await using h = testFlow(f)
    await h.send({ n: 1 })
    expect(inputs(joined)).toEqual([[0, 2, 4, 6]])
  })

  test('of more items than max is StepFailed that says so, in memory too', async () => {
    const open = flow('f')
      .input<Order>()
      .gatherEach(
        'rows',
        (b) => numbers(b.n),
        (s) => s.map('m', (i) => i.n),
        { settle: 'all', max: 3 },
      )
    await using h = testFlow(open.otherwise(deadLetter()))
    const message =
      'gatherEach "rows": more than 3 items to join; give max, or split the message into parts first'
    expect((await h.send({ n: 4 })).dead).toMatchObject([{ error: { _tag: 'StepFailed', message } }])
    expect(await open.call({ n: 4 })).toMatchObject({ _tag: 'Left', left: { message } })
    expect(await open.call({ n: 3 })).toEqual(right([0, 1, 2]))
  })

  test('of ten thousand items is joined in a time that grows with them, not with their square', async () => {
    const joined = fine<readonly number[]>('joined')
    const f = flow('f')
      .input<Order>()
      .gatherEach(
        'rows',
        (b) => numbers(b.n),
        (s) => s.map('m', (i) => i.n),
        { settle: 'all' },
      )
      .to(joined)
      .otherwise(deadLetter())
    await using h = testFlow(f)
    const r = await h.send({ n: 10_000 })
    expect([inputs(joined)[0]!.length, r.dead]).toEqual([10_000, []])
  })
})

test('a mistake in the options is told where the flow is made', () => {
  const start = flow('f').input<Order>()
  const split = (o: object) => () => start.split('rows', () => numbers(1), fine('to'), o)
  expect(split({ chunk: 0 })).toThrow(
    'flow "f": split "rows": chunk: expected a whole number of at least 1, got 0',
  )
  expect(split({ onBad: 'skip' })).toThrow('onBad: expected decode beside it')
  expect(split({ ordered: true, key: () => 'k' })).toThrow('not by both')
  expect(split({ onFailure: 'halt' })).toThrow(`expected 'go on' or 'stop', got "halt"`)
  expect(split({ decode: {} })).toThrow('decode: decoder: expected an io-ts codec, a Standard Schema')
  expect(split({ run: { overlap: 'no' } })).toThrow('run.overlap')
})
