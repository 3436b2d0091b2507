import { describe, expect, test } from 'vitest'
import { deadLetter, discard, flow, isFailure, retry } from '../../src/index.js'
import { aggregate } from '../../src/patterns/aggregate.js'
import type { Joined } from '../../src/patterns/group/joined.js'
import { testFlow } from '../../src/testing/index.js'
import { balanced, counted } from '../semantics/counted.js'
import { Bad, fine, inputs, remote } from '../semantics/remote.js'
import { watched } from '../patterns/kept-state.js'

interface Item {
  readonly k?: string
  readonly v: string
}

/** "+" concatenation. */
const plus = { start: (i: Item) => i.v, add: (value: string, i: Item) => `${value}+${i.v}` }
const key = (i: Item): string => i.k ?? 'one'
const items = (...vs: readonly string[]): Item[] => vs.map((v) => ({ v }))
const on = (k: string, ...vs: readonly string[]): Item[] => vs.map((v) => ({ k, v }))
const value = (j: Joined<string>): string => j.value
const start = () => flow('f').input<Item>()

describe('F aggregator', () => {
  test('F1: complete by size', async () => {
    const end = fine<string>('end')
    const f = start()
      .through(aggregate('g', { key, into: plus, size: 3 }))
      .map('value', value)
      .to(end)
    const { t, state } = watched(f.otherwise(deadLetter()))
    await using _ = t
    const r = await t.sendAll(items('A', 'B', 'C'))
    expect([inputs(end), r.pending, state()]).toEqual([['A+B+C'], 0, []])
    expect(counted(await t.runtime.counts(), 'joined', 'g')).toBe(3)
  })

  test('F1: complete by a test of the joined value', async () => {
    const end = fine<string>('end')
    const f = start().through(aggregate('g', { key, into: plus, ends: (_, g) => g.value.length === 5 }))
    const { t, state } = watched(f.map('value', value).to(end).otherwise(deadLetter()))
    await using _ = t
    await t.sendAll(items('A', 'B', 'C'))
    expect([inputs(end), state()]).toEqual([['A+B+C'], []])
  })

  test('F1: complete by silence of 100 ms, which each message begins anew', async () => {
    const end = fine<Joined<string>>('end')
    const f = start()
      .through(aggregate('g', { key, into: plus, silence: '100ms' }))
      .to(end)
    const { t, state } = watched(f.otherwise(deadLetter()))
    await using _ = t
    for (const v of ['A', 'B', 'C']) {
      await t.give({ v })
      await t.run(90)
    }
    expect(end.calls).toEqual([])
    const { pending } = await t.settle()
    const [call] = end.calls
    expect(call!.input).toMatchObject({ value: 'A+B+C', count: 3, by: 'silence', key: 'one' })
    expect([call!.at - call!.input.last, call!.input.last - call!.input.first]).toEqual([100, 180])
    expect([pending, state()]).toEqual([0, []])
  })

  test('F2: the test sees the message that comes and the value with it in it', async () => {
    for (const ends of [
      (i: Item) => i.v === 'END',
      (_: Item, g: { readonly value: string }) => g.value.endsWith('END'),
    ]) {
      const end = fine<string>('end')
      const f = start()
        .through(aggregate('g', { key, into: plus, ends }))
        .map('value', value)
        .to(end)
      await using t = testFlow(f.otherwise(deadLetter()))
      await t.sendAll(items('A', 'B', 'END'))
      expect(inputs(end)).toEqual(['A+B+END'])
    }
  })

  test('F4: a late message for a closed key fails with the key’s name, or is discarded', async () => {
    for (const verb of ['refuse', 'discard'] as const) {
      const end = fine<string>('end')
      const f = start()
        .through(aggregate('g', { key, into: plus, size: 2, late: { remember: '1h', verb } }))
        .map('value', value)
        .to(end)
      const { t, state } = watched(f.otherwise(deadLetter()))
      await using _ = t
      for (const i of on('1', 'A', 'B', 'C')) await t.give(i).then(() => t.run(10))
      const r = await t.run(10)
      expect(inputs(end)).toEqual(['A+B'])
      expect(r.dead.map((d) => [d.error._tag, d.error['group']])).toEqual(
        verb === 'refuse' ? [['GroupClosed', '1']] : [],
      )
      expect(counted(await t.runtime.counts(), 'discarded', 'g')).toBe(verb === 'discard' ? 1 : 0)
      await t.settle()
      expect(state()).toEqual([])
    }
  })

  test('F4: departs: closed keys are remembered for a time, not by number; after it they open anew', async () => {
    const end = fine<string>('end')
    const f = start()
      .through(aggregate('g', { key, into: plus, size: 2, late: { remember: '1m', verb: 'refuse' } }))
      .map('value', value)
      .to(end)
    await using t = testFlow(f.otherwise(deadLetter()))
    await t.send({ k: '1', v: 'A' }).catch(() => {})
    for (const i of [...on('2', 'A', 'B'), ...on('3', 'A', 'B')]) await t.give(i).then(() => t.run(10))
    // The group of key 1 went by itself after a day: its key is forgotten long since.
    for (const i of on('1', 'C', 'D')) await t.give(i).then(() => t.run(10))
    await t.give({ k: '1', v: 'E' })
    const r = await t.run(10)
    expect([inputs(end), r.dead.length]).toEqual([['A', 'A+B', 'A+B', 'C+D'], 1])
    await t.run(60_000)
    await t.give({ k: '1', v: 'F' })
    await t.give({ k: '1', v: 'G' })
    await t.run(10)
    expect(inputs(end).at(-1)).toBe('F+G')
  })

  test('F5: a message without a key fails or is discarded, and the group of the others is whole', async () => {
    for (const withoutKey of ['fail', 'discard'] as const) {
      const end = fine<string>('end')
      const f = start()
        .through(aggregate('g', { key: (i) => i.k, withoutKey, into: plus, size: 2 }))
        .map('value', value)
        .to(end)
      await using t = testFlow(f.otherwise(deadLetter()))
      const r = await t.sendAll([{ k: '1', v: 'A' }, { v: 'B' }, { k: '1', v: 'C' }])
      expect(inputs(end)).toEqual(['A+C'])
      expect(r.dead.map((d) => d.error._tag)).toEqual(withoutKey === 'fail' ? ['KeyMissing'] : [])
    }
  })

  test('F6: a group that is complete by time vanishes when it says so, counted as discarded', async () => {
    const end = fine<string>('end')
    const f = start()
      .through(aggregate('g', { key, into: plus, size: 3, silence: '200ms', timedOut: 'discard' }))
      .map('value', value)
      .to(end)
    const { t, state } = watched(f.otherwise(deadLetter()))
    await using _ = t
    await t.sendAll(on('1', 'A', 'B'))
    await t.sendAll(on('2', 'C', 'D', 'E'))
    expect([inputs(end), state()]).toEqual([['C+D+E'], []])
    const counts = await t.runtime.counts()
    expect([counted(counts, 'discarded', 'g/group'), balanced(counts)]).toEqual([1, true])
  })

  test('F8: two open groups at a stop: complete and delivered before it resolves, or kept for the next start', async () => {
    for (const atStop of ['complete', 'keep'] as const) {
      const end = fine<Joined<string>>('end')
      const f = start()
        .through(aggregate('g', { key, into: plus, size: 10, atStop }))
        .to(end)
      const { t, state } = watched(f.otherwise(deadLetter()))
      await using _ = t
      for (const i of [...on('1', 'A', 'B'), ...on('2', 'C', 'D')]) await t.give(i)
      await t.stop()
      const told = inputs(end).map((j) => [j.key, j.value, j.by])
      if (atStop === 'complete') {
        expect(told).toEqual([
          ['1', 'A+B', 'stop'],
          ['2', 'C+D', 'stop'],
        ])
        expect(state()).toEqual([])
        continue
      }
      expect(told).toEqual([])
      await t.settle()
      expect(inputs(end).map((j) => [j.value, j.by])).toEqual([
        ['A+B', 'within'],
        ['C+D', 'within'],
      ])
    }
  })

  test('F9: at a stop what is complete and what is not both go on', async () => {
    const end = fine<string>('end')
    const f = start()
      .through(aggregate('g', { key, into: plus, size: 2, atStop: 'complete' }))
      .map('value', value)
      .to(end)
    await using t = testFlow(f.otherwise(deadLetter()))
    for (const i of items('A', 'B', 'C')) await t.give(i)
    await t.stop()
    expect(inputs(end)).toEqual(['A+B', 'C'])
  })

  test('F11: 200 messages on 5 keys, 20 at a time, sizes of 40: exactly 5 groups', async () => {
    const end = fine<Joined<readonly Item[]>>('end')
    const f = start()
      .through(aggregate('g', { key, size: 40 }))
      .to(end)
    const { t, state } = watched(f.otherwise(deadLetter()), { runtime: { concurrency: { total: 20 } } })
    await using _ = t
    const r = await t.sendAll(Array.from({ length: 200 }, (_i, n) => ({ k: `k${n % 5}`, v: String(n) })))
    const groups = inputs(end)
    expect(groups.map((g) => `${g.key}: ${g.count}`).toSorted()).toEqual(
      [0, 1, 2, 3, 4].map((k) => `k${k}: 40`),
    )
    expect(groups.flatMap((g) => g.value.map((i) => Number(i.v))).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 200 }, (_i, n) => n),
    )
    expect([r.pending, state()]).toEqual([0, []])
  })

  test('F12: what fails after the join is dead with its whole group; an open group waits', async () => {
    const bad = remote<Bad, string>('bad', () => new Bad({}))
    const f = start()
      .through(aggregate('g', { key, into: plus, size: 5 }))
      .map('value', value)
      .to(bad)
    await using t = testFlow(f.otherwise(deadLetter()))
    for (const i of items(...'ABCDEFGHIJK'.split(''))) await t.give(i)
    const r = await t.run(1000)
    expect(r.dead.map((d) => [d.hop, d.body])).toMatchObject([
      ['bad', { value: 'A+B+C+D+E' }],
      ['bad', { value: 'F+G+H+I+J' }],
    ])
    expect(r.pending).toBe(1)
  })

  test('F12: departs: an open group is durable, and goes on after a crash', async () => {
    const end = fine<string>('end')
    const f = start()
      .through(aggregate('g', { key, into: plus, size: 3 }))
      .map('value', value)
      .to(end)
    await using t = testFlow(f.otherwise(deadLetter()))
    for (const i of items('A', 'B')) await t.give(i)
    await t.run(10)
    await t.restart()
    await t.send({ v: 'C' })
    expect(inputs(end)).toEqual(['A+B+C'])
  })

  test('F13: a failure of a joined message follows its route, and good groups are delivered', async () => {
    const end = remote<Bad, string>('end', (v) => (v === 'Damn' ? new Bad({}) : { ok: true }))
    const f = start()
      .through(aggregate('g', { key, into: plus, silence: '100ms' }))
      .map('value', value)
      .to(end)
      .on('Bad', discard('handled'))
    await using t = testFlow(f.otherwise(retry()))
    const r = await t.sendAll([...on('1', 'Damn'), ...on('2', 'Hi')])
    expect([inputs(end).toSorted(), r.dead]).toEqual([['Damn', 'Hi'], []])
    expect(counted(await t.runtime.counts(), 'discarded', 'end')).toBe(1)
  })

  for (const what of ['key', 'start', 'add', 'ends', 'begins', 'signal'] as const)
    test(`F14: ${what} that throws fails its message by its route, and the group is whole`, async () => {
      const end = fine<string>('end')
      const bang = (at: string, v: string): void => {
        if (at === what && v === 'Damn') throw new Error('Damn')
      }
      const f = start()
        .through(
          aggregate('g', {
            key: (i) => (bang('key', i.v), key(i)),
            into: {
              start: (i) => (bang('start', i.v), i.v),
              add: (sum, i) => (bang('add', i.v), plus.add(sum, i)),
            },
            ends: (i) => (bang('ends', i.v), i.v === 'World'),
            begins: (i) => (bang('begins', i.v), false),
            signal: (i) => (bang('signal', i.v), undefined),
          }),
        )
        .map('value', value)
        .to(end)
      const { t, state } = watched(f.otherwise(deadLetter()))
      await using _ = t
      const vs = what === 'start' ? ['Damn', 'Hello', 'World'] : ['Hello', 'Damn', 'World']
      const r = await t.sendAll(items(...vs))
      expect(r.dead.map((d) => [d.hop, d.error._tag, d.error.message])).toEqual([
        ['g', 'StepFailed', expect.stringContaining('Damn')],
      ])
      expect([inputs(end), state()]).toEqual([['Hello+World'], []])
    })

  test('F15: a signal completes every open group, with or without itself, and is not passed on', async () => {
    for (const joins of [false, true]) {
      const end = fine<Joined<string>>('end')
      const f = start()
        .through(
          aggregate('g', {
            key,
            into: plus,
            size: 10,
            signal: (i) => (i.v === 'now' ? { completes: 'all', joins } : undefined),
          }),
        )
        .to(end)
      const { t, state } = watched(f.otherwise(deadLetter()))
      await using _ = t
      for (const i of [...on('1', 'test1', 'test3'), ...on('2', 'test2', 'test4')]) await t.give(i)
      await t.run(10)
      await t.give({ k: '1', v: 'now' }, { headers: { signal: 'yes' } })
      const r = await t.run(10)
      expect(inputs(end).map((j) => [j.value, j.by])).toEqual([
        [joins ? 'test1+test3+now' : 'test1+test3', 'signal'],
        ['test2+test4', 'signal'],
      ])
      expect([r.pending, state()]).toEqual([0, []])
    }
  })

  test('F15: a signal completes the group of its own key', async () => {
    const end = fine<Joined<string>>('end')
    const f = start()
      .through(
        aggregate('g', { key, into: plus, signal: (i) => (i.v === '!' ? { completes: 'own' } : undefined) }),
      )
      .to(end)
    await using t = testFlow(f.otherwise(deadLetter()))
    // The first finds no group, and is done.
    for (const i of [...on('1', '!', 'A'), ...on('2', 'B'), ...on('1', '!')]) await t.give(i)
    const r = await t.run(10)
    expect([inputs(end).map((j) => [j.key, j.value]), r.pending]).toEqual([[['1', 'A']], 1])
  })

  test('F17: the group is removed in the commit that emits the joined message, whose root opened it', async () => {
    const seen: string[] = []
    const end = remote<never, Joined<string>>('end', (_, ctx) => {
      seen.push(ctx.message.id, ctx.message.key ?? '', String(ctx.message.headers['who']))
    })
    const f = start()
      .through(aggregate('g', { key, into: plus, size: 3 }))
      .to(end)
    await using t = testFlow(f.otherwise(deadLetter()))
    const first = await t.give({ v: 'A' }, { headers: { who: 'first' } })
    await t.sendAll(items('B', 'C'), { headers: { who: 'other' } })
    expect(seen).toEqual([(first as { id: string }).id, 'one', 'first'])
  })

  test('F19: a message that begins a group completes the one before it', async () => {
    const end = fine<Joined<string>>('end')
    const f = start()
      .through(aggregate('g', { key, into: plus, begins: (i) => i.v === 'X', silence: '1s' }))
      .to(end)
    const { t, state } = watched(f.otherwise(deadLetter()))
    await using _ = t
    for (const i of items(...'ABCXDEXF'.split(''))) await t.give(i)
    await t.run(10)
    expect(inputs(end).map((j) => [j.value, j.by])).toEqual([
      ['A+B+C', 'begins'],
      ['X+D+E', 'begins'],
    ])
    await t.settle()
    expect([inputs(end).at(-1)!.value, state()]).toEqual(['X+F', []])
  })

  test('a call in memory is a group of one', async () => {
    const open = start().through(aggregate('g', { key: (i) => i.k, into: plus, size: 3 }))
    expect(await open.run({ k: '1', v: 'A' })).toMatchObject({ key: '1', value: 'A', count: 1, by: 'call' })
    const failed = await open.call({ v: 'A' })
    expect(failed._tag === 'Left' && isFailure(failed.left) && failed.left._tag).toBe('KeyMissing')
  })
})
