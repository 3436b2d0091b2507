import { describe, expect, test } from 'vitest'
import { deadLetter, flow } from '../../src/index.js'
import { aggregate } from '../../src/patterns/aggregate.js'
import type { Joined } from '../../src/patterns/group/joined.js'
import { balanced } from '../semantics/counted.js'
import { Bad, fine, inputs, remote, type Order } from '../semantics/remote.js'
import { watched } from './kept-state.js'

const HOUR = 3_600_000
const sum = { start: (o: Order) => o.n, add: (total: number, o: Order) => total + o.n }
const start = () => flow('f').input<Order>()

describe('aggregate', () => {
  test('a group that never fills is complete within a day, unless told otherwise', async () => {
    const end = fine<Joined<number>>('end')
    const { t, state } = watched(
      start()
        .through(aggregate('g', { into: sum, size: 10 }))
        .to(end)
        .otherwise(deadLetter()),
    )
    await using _ = t
    const r = await t.send({ n: 1 })
    expect([inputs(end).map((j) => [j.value, j.by]), r.virtualMs]).toEqual([[[1, 'within']], 24 * HOUR])
    expect([r.pending, state(), balanced(await t.runtime.counts())]).toEqual([0, [], true])
  })

  test('every: all groups are complete at the same whole multiple, whenever they were opened', async () => {
    const end = fine<Joined<number>>('end')
    const { t } = watched(
      start()
        .through(aggregate('g', { key: (o) => o.key!, into: sum, every: '1m' }))
        .to(end)
        .otherwise(deadLetter()),
    )
    await using _ = t
    const from = t.clock.now()
    await t.run(10_000)
    await t.give({ n: 1, key: 'a' })
    await t.run(30_000)
    await t.give({ n: 2, key: 'b' })
    await t.settle()
    expect(end.calls.map((c) => [c.input.key, c.at - from, c.input.by])).toEqual([
      ['a', 60_000, 'every'],
      ['b', 60_000, 'every'],
    ])
  })

  for (const [what, jump, groups] of [
    // What was open is over by the clock's word; what comes then is another group.
    [
      'forward',
      HOUR,
      [
        [1, 0],
        [2, 30],
      ],
    ],
    // Both are in one group, which is over when the clock says so again.
    ['back', -HOUR, [[3, 90]]],
  ] as const)
    test(`a clock that jumps an hour ${what} completes groups early, or late by the jump, and loses nobody`, async () => {
      const end = fine<Joined<number>>('end')
      const { t, state } = watched(
        start()
          .through(aggregate('g', { into: sum, within: '30m' }))
          .to(end)
          .otherwise(deadLetter()),
      )
      await using _ = t
      const real = t.clock.now.bind(t.clock)
      let off = 0
      t.clock.now = () => real() + off
      const from = real()
      await t.give({ n: 1 })
      await t.run(10)
      off = jump
      await t.give({ n: 2 })
      await t.settle()
      const minutes = end.calls.map((c) => [c.input.value, Math.floor((c.at - jump - from) / 60_000)])
      expect([minutes, state()]).toEqual([groups, []])
    })

  test('values may be changed in place: a failure in between leaves no trace', async () => {
    const end = fine<Joined<{ ns: number[] }>>('end')
    const { t } = watched(
      start()
        .through(
          aggregate('g', {
            into: {
              start: (o) => ({ ns: [o.n] }),
              add(value, o) {
                value.ns.push(o.n)
                if (o.key === 'bad') throw new Error('after the change')
                return value
              },
            },
            size: 3,
          }),
        )
        .to(end)
        .otherwise(deadLetter()),
    )
    await using _ = t
    const r = await t.sendAll([{ n: 1 }, { n: 2, key: 'bad' }, { n: 3 }, { n: 4 }])
    expect(inputs(end).map((j) => j.value.ns)).toEqual([[1, 3, 4]])
    expect(r.dead.map((d) => d.error.message)).toEqual([expect.stringContaining('after the change')])
  })

  test('a value that JSON cannot carry fails its message by name', async () => {
    const end = fine<Joined<unknown>>('end')
    const into = { start: () => ({ at: new Date(0) as unknown }), add: (v: { at: unknown }) => v }
    const { t, state } = watched(
      start()
        .through(aggregate('g', { into, size: 2 }))
        .to(end)
        .otherwise(deadLetter()),
    )
    await using _ = t
    const r = await t.send({ n: 1 })
    expect(r.dead.map((d) => [d.hop, d.error._tag])).toEqual([['g', 'StepFailed']])
    expect(r.dead[0]!.error.message).toContain('what it was folded into: at: Date cannot be stored')
    expect(state()).toEqual([])
  })

  test('a key that is no text fails its message; keys of any text are told apart', async () => {
    const end = fine<Joined<number>>('end')
    const { t, state } = watched(
      start()
        .through(aggregate('g', { key: (o) => o.key!, into: sum, silence: '1s' }))
        .to(end)
        .otherwise(deadLetter()),
    )
    await using _ = t
    const keys = ['', 'a', 'a:0', 'g:a', '~', '/', 'ключ', 'x'.repeat(2000)]
    const bad = await t.sendAll([
      { n: 1, key: 7 as never },
      { n: 1, key: null as never },
    ])
    expect(bad.dead.map((d) => d.error._tag)).toEqual(['StepFailed', 'StepFailed'])
    await t.sendAll(
      keys.flatMap((key, n) => [
        { n, key },
        { n, key },
      ]),
    )
    expect(inputs(end).map((j) => [j.key, j.value])).toEqual(keys.map((key, n) => [key, 2 * n]))
    expect(state()).toEqual([])
  })

  test('a key whose group a signal completed is closed, as any other', async () => {
    const end = fine<Joined<number>>('end')
    const { t, state } = watched(
      start()
        .through(
          aggregate('g', {
            key: (o) => o.key!,
            into: sum,
            signal: (o) => (o.n === 0 ? { completes: 'own' } : undefined),
            late: { remember: '1m', verb: 'refuse' },
          }),
        )
        .to(end)
        .otherwise(deadLetter()),
    )
    await using _ = t
    for (const n of [1, 0, 2]) {
      await t.give({ n, key: 'k' })
      await t.run(10)
    }
    const r = await t.settle()
    expect(r.dead.map((d) => d.error._tag)).toEqual(['GroupClosed'])
    expect([inputs(end).map((j) => [j.value, j.by]), state()]).toEqual([[[1, 'signal']], []])
  })

  test('at a stop an open group stays, unless told otherwise', async () => {
    const end = fine<Joined<number>>('end')
    const { t, state } = watched(
      start()
        .through(aggregate('g', { into: sum, size: 2 }))
        .to(end)
        .otherwise(deadLetter()),
    )
    await using _ = t
    await t.give({ n: 1 })
    await t.run(10)
    await t.stop()
    expect([inputs(end), state().length]).toEqual([[], 2])
  })

  test('joined messages of one key stay in order, and have the key', async () => {
    const seen: (readonly [string | undefined, number])[] = []
    const end = remote<Bad, Joined<number>>('end', (j, ctx, nth) => {
      if (nth === 1) return new Bad({})
      seen.push([ctx.message.key, j.value])
      return {}
    })
    const { t } = watched(
      start()
        .through(aggregate('g', { key: (o) => o.key!, into: sum, size: 2 }))
        .to(end)
        .otherwise(deadLetter()),
    )
    await using _ = t
    await t.sendAll(Array.from({ length: 12 }, (_i, n) => ({ n, key: 'k' })))
    expect(seen).toEqual([5, 9, 13, 17, 21].map((n) => ['k', n]))
  })

  test('the items of a split are aggregated; the group’s own entry is one of theirs', async () => {
    const end = fine<Joined<number>>('end')
    const f = flow('f')
      .input<{ readonly rows: readonly Order[] }>()
      .split(
        'rows',
        (b) => b.rows,
        (item) => item.through(aggregate('g', { key: (o) => o.key!, into: sum, size: 3 })).to(end),
      )
      .otherwise(deadLetter())
    const { t, state } = watched(f)
    await using _ = t
    const rows = Array.from({ length: 30 }, (_i, n) => ({ n, key: `k${n % 5}` }))
    const r = await t.send({ rows })
    expect(inputs(end).reduce((n, j) => n + j.value, 0)).toBe(435)
    expect([inputs(end).length, r.pending, r.dead, state()]).toEqual([10, 0, [], []])
  })

  test('two aggregates, one after the other, each with its own state', async () => {
    const end = fine<Joined<number>>('end')
    const { t, state } = watched(
      start()
        .through(aggregate('pairs', { into: sum, size: 2 }))
        .map('total', (j): Order => ({ n: j.value }))
        .through(aggregate('triples', { into: sum, size: 3 }))
        .to(end)
        .otherwise(deadLetter()),
    )
    await using _ = t
    await t.sendAll(Array.from({ length: 12 }, (_i, n) => ({ n })))
    expect(inputs(end).map((j) => j.value)).toEqual([15, 51])
    expect(state()).toEqual([])
  })

  test('a list without a size goes on at 10,000', async () => {
    const end = remote<never, Joined<readonly Order[]>>('end', () => ({}))
    const { t, state } = watched(start().through(aggregate('g', {})).to(end).otherwise(deadLetter()))
    await using _ = t
    await t.sendAll(Array.from({ length: 10_001 }, (_i, n) => ({ n })))
    expect(inputs(end).map((j) => [j.count, j.value.at(-1)!.n, j.by])).toEqual([
      [10_000, 9999, 'size'],
      [1, 10_000, 'within'],
    ])
    expect(state()).toEqual([])
  })

  test('a group of a key opens while the one before has not gone on yet', async () => {
    const end = fine<Joined<number>>('end')
    const { t } = watched(
      start()
        .through(aggregate('g', { into: sum, size: 2, silence: '1s' }))
        .to(end)
        .otherwise(deadLetter()),
      { runtime: { concurrency: { hops: { 'f/g/group': 1 } } } },
    )
    await using _ = t
    await t.sendAll(Array.from({ length: 9 }, (_i, n) => ({ n })))
    expect(inputs(end).map((j) => [j.count, j.by])).toEqual([
      [2, 'size'],
      [2, 'size'],
      [2, 'size'],
      [2, 'size'],
      [1, 'silence'],
    ])
  })

  test('a group that is opened completes the one before it, and no other', async () => {
    const end = fine<Joined<number>>('end')
    const { t, state } = watched(
      start()
        .through(aggregate('g', { key: (o) => o.key!, into: sum, closesOlder: true, within: '1m' }))
        .to(end)
        .otherwise(deadLetter()),
    )
    await using _ = t
    for (const [n, key] of ['a', 'a', 'b', 'b', 'c', 'a'].entries()) {
      await t.give({ n, key })
      await t.run(10)
    }
    const joined = () => inputs(end).map((j) => [j.key, j.value, j.by])
    const closed = [
      ['a', 0 + 1, 'newer'],
      ['b', 2 + 3, 'newer'],
      ['c', 4, 'newer'],
    ]
    expect(joined()).toEqual(closed)
    await t.settle()
    expect([joined(), state()]).toEqual([[...closed, ['a', 5, 'within']], []])
  })

  test('a signal, and a stop, complete more groups than are looked for at once', async () => {
    const end = fine<Joined<number>>('end')
    const { t, state } = watched(
      start()
        .through(
          aggregate('g', {
            key: (o) => String(o.n),
            into: sum,
            signal: (o) => (o.key === 'now' ? { completes: 'all' } : undefined),
            atStop: 'complete',
          }),
        )
        .to(end)
        .otherwise(deadLetter()),
    )
    await using _ = t
    const many = Array.from({ length: 2100 }, (_i, n) => ({ n }))
    await Promise.all(many.map((o) => t.give(o)))
    await t.run(10)
    await t.give({ n: 0, key: 'now' })
    await t.run(10)
    expect([inputs(end).length, state()]).toEqual([2100, []])
    await Promise.all(many.map((o) => t.give(o)))
    await t.run(10)
    await t.stop()
    expect([inputs(end).length, state()]).toEqual([4200, []])
  })
})
