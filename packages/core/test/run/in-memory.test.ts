import { describe, expect, test } from 'vitest'
import { createDestination, deadLetter, flow, left, right, target, type Json } from '../../src/index.js'
import { endings } from '../../src/run/endings.js'
import { joined, type Ending } from '../../src/run/joined.js'
import { testFlow } from '../../src/testing/index.js'
import { Bad, Cut, fine, inputs, remote, type Order } from '../semantics/remote.js'

describe('calls in memory', () => {
  test('an unsafe target that answers at once is settled as one that takes its time', async () => {
    const sync = target<Order, unknown, Cut, 'unsafe'>({
      name: 'sync',
      destination: createDestination({ name: 'sync remote', circuit: false }),
      effect: 'unsafe',
      call: ({ n }) =>
        n === 1
          ? { result: right('sent'), seen: { as: 'ok' } }
          : { result: left(new Cut({})), seen: { as: 'ambiguous' } },
    })
    const f = flow('f').input<Order>().via(sync)
    expect(await f.run({ n: 1 })).toBe('sent')
    expect(await f.call({ n: 2 })).toMatchObject({ _tag: 'Left', left: { _tag: 'OutcomeUnknown' } })
  })

  test('rows may be decoded by a promise; those that do not decode are left out, or end the split', async () => {
    const decode = {
      '~standard': {
        version: 1 as const,
        vendor: 'test',
        validate: async (u: unknown) =>
          typeof u === 'number' ? { value: { n: u } } : { issues: [{ message: 'no number' }] },
      },
    }
    for (const onBad of ['skip', 'stop'] as const) {
      const to = fine('to')
      const f = flow('f')
        .input<Order>()
        .split('rows', () => [1, 'x', 3], to, { decode: decode as never, onBad, concurrency: 1 } as never)
      const r = await f.call({ n: 0 })
      expect([r._tag, inputs(to)]).toEqual(
        onBad === 'skip' ? ['Right', [{ n: 1 }, { n: 3 }]] : ['Left', [{ n: 1 }]],
      )
    }
  })
})

describe('an Error that is no failure', () => {
  test('is a value like any other where a map gives it, in a call and in an attempt', async () => {
    const to = fine<{ said: string }>('to')
    const f = flow('f')
      .input<Order>()
      .map('odd', () => new Error('only a value') as { message: string })
      .map('said', (e) => ({ said: e.message }))
      .to(to)
    await f.run({ n: 1 })
    await using t = testFlow(f.otherwise(deadLetter()))
    await t.send({ n: 1 })
    expect(inputs(to)).toEqual([{ said: 'only a value' }, { said: 'only a value' }])
  })
})

describe('a source whose decoder throws only when the first hop starts', () => {
  test('has made poison of the message: a dead letter that did not decode', async () => {
    let nth = 0
    const f = flow('f')
      .from({
        name: 'odd',
        single: false,
        decode: (raw: Json) => {
          if (++nth > 1) throw new Error('changed its mind')
          return right(raw as unknown as Order)
        },
        start: () => ({ stop() {} }),
      })
      .to(fine('to'))
      .otherwise(deadLetter())
    await using t = testFlow(f)
    const r = await t.give({ n: 1 }).then(() => t.settle())
    expect(r.dead).toMatchObject([{ hop: 'to', error: { _tag: 'DecodeFailed' } }])
  })
})

describe('replies of items', () => {
  test('keep their places: one that failed leaves a gap where enough others came', async () => {
    const one = remote<Bad>('one', ({ n }) => (n === 2 ? new Bad({}) : { twice: 2 * n }))
    const f = flow('f')
      .input<Order>()
      .gatherEach('all', () => [{ n: 1 }, { n: 2 }, { n: 3 }], one, { settle: { quorum: 2 } })
    expect(await f.run({ n: 0 })).toEqual([{ twice: 2 }, undefined, { twice: 6 }])
  })

  test('a stored failure that does not say at which attempt counts as one attempt', () => {
    const read = endings({ a: { as: 'failure', error: { _tag: 'X' } }, b: { as: 'none' } })
    expect(read.get('a')).toMatchObject({ as: 'failure', error: { _tag: 'X' }, attempts: 1 })
    expect(read.get('b')).toEqual({ as: 'none' })
  })

  test('a branch that ends without a reply has failed, before any attempt, unless it may filter', () => {
    const ended = (optional: boolean): unknown =>
      joined(
        'all',
        ['a', 'b'],
        new Map([
          ['a', { as: 'reply', value: 1 }],
          ['b', { as: 'none' }],
        ]),
        new Set(optional ? ['b'] : []),
        false,
      )
    expect(ended(true)).toEqual({ _tag: 'Right', right: { a: 1, b: undefined } })
    expect(ended(false)).toMatchObject({
      _tag: 'Left',
      left: { failed: [{ branch: 'b', error: { _tag: 'NoReply' }, attempts: 0 }] },
    })
  })

  test('of items stand at their places, and a failed one leaves none where enough others came', () => {
    const endings = new Map<string, Ending>([
      ['0', { as: 'failure', error: new Bad({}), attempts: 1 }],
      ['1', { as: 'reply', value: 'b' }],
    ])
    expect(joined('any', ['0', '1', '2'], endings, new Set(), true)).toEqual(
      right([undefined, 'b', undefined]),
    )
    expect(joined('any', ['0', '1', '2'], endings, new Set(), false)).toEqual(right({ 1: 'b' }))
  })
})
