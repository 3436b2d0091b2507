import type { StandardSchemaV1 } from '@standard-schema/spec'
import * as t from 'io-ts'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { byKind, decodeWith, failure, flow, type DecodeFailed, type Source } from '../../src/index.js'
import { normalize, shape } from '../../src/patterns/normalize.js'
import { testFlow } from '../../src/testing/index.js'

interface Left<E> {
  readonly left: E
}

class Empty extends failure('Empty', 'permanent')<{ ref: string }> {}

const ShopOrder = t.type({ order_id: t.string, total: t.number })
const MarketOrder = z.object({ ref: z.string(), lines: z.array(z.object({ price: z.number() })) })
const orders = normalize('order', {
  shop: shape(ShopOrder, (o) => ({ id: o.order_id, total: o.total })),
  market: shape(MarketOrder, (o) =>
    o.lines.length === 0
      ? new Empty({ ref: o.ref })
      : { id: o.ref, total: o.lines.reduce((sum, l) => sum + l.price, 0) },
  ),
})
const open = flow('orders').input<unknown>().via(orders)
const later = <A>(schema: z.ZodType<A>): z.ZodType<A> => schema.refine(async () => true)

describe('normalize', () => {
  test('I12: makes one canonical body of two shapes', async () => {
    const raws = [
      { order_id: '1', total: 3 },
      { ref: '2', lines: [{ price: 1 }, { price: 2 }] },
      { order_id: '3', total: 0 },
      { ref: '4', lines: [{ price: 5 }] },
    ]
    const got: unknown[] = []
    await using f = testFlow(open.tap('got', (o) => got.push(o)).otherwise(byKind()))
    await f.sendAll(raws)
    expect(got).toHaveLength(4)
    expect(got).toEqual(
      expect.arrayContaining([
        { id: '1', total: 3 },
        { id: '2', total: 3 },
        { id: '3', total: 0 },
        { id: '4', total: 5 },
      ]),
    )
  })

  test('tries the shapes in the order given: the first that fits decides', async () => {
    const both = normalize('both', {
      number: shape(t.unknown, () => 'first'),
      again: shape(t.unknown, () => 'second'),
    })
    expect(await flow('f').input<unknown>().via(both).run(1)).toBe('first')
  })

  test('when none fits the failure says what each shape missed, without the value', async () => {
    const result = await open.call({ order_id: 'secret-id', total: 'x', lines: [] })
    expect(result).toMatchObject({ left: { _tag: 'DecodeFailed', kind: 'poison' } })
    const { issues, message } = (result as Left<DecodeFailed>).left
    expect(issues).toEqual([
      { path: ['total'], message: expect.stringMatching(/^not shop: expected/) },
      { path: ['ref'], message: expect.stringMatching(/^not market: /) },
    ])
    expect(message).not.toContain('secret-id')
  })

  test('the failure stays small however much is wrong, and names every shape first', async () => {
    const wide = z.object(Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`f${i}`, z.string()])))
    const three = normalize('three', {
      a: shape(wide, () => 1),
      b: shape(wide, () => 2),
      c: shape(t.string, () => 3),
    })
    const result = await flow('f').input<unknown>().via(three).call({})
    const { issues } = (result as Left<DecodeFailed>).left
    expect(issues.map((i) => i.message.split(':')[0])).toEqual([
      'not a',
      'not b',
      'not c',
      'not a',
      'not b',
      'not a',
      'not b',
    ])
    expect(issues.at(-1)!.message).toMatch(/, and 47 more$/)
  })

  test('a map may return a failure; one that throws is StepFailed', async () => {
    expect(await open.call({ ref: '5', lines: [] })).toMatchObject({ left: { _tag: 'Empty', ref: '5' } })
    const bad = normalize('bad', {
      any: shape(t.unknown, (): string => {
        throw new Error('boom')
      }),
    })
    expect(await flow('f').input<unknown>().via(bad).call(1)).toMatchObject({
      left: { _tag: 'StepFailed', step: 'bad' },
    })
  })

  test('a decoder that throws or rejects does not fit, and the next is tried', async () => {
    const throwing = z.string().transform((): string => {
      throw new RangeError('secret')
    })
    const rejecting: StandardSchemaV1<string> = {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: () => Promise.reject(new RangeError('secret')),
      },
    }
    const shapes = { throwing: shape(throwing, (s) => s), rejecting: shape(rejecting, (s) => s) }
    const last = normalize('last', { ...shapes, text: shape(t.string, (s) => `text ${s}`) })
    expect(await flow('f').input<unknown>().via(last).run('x')).toBe('text x')
    expect(await flow('f').input<unknown>().via(normalize('none', shapes)).call('x')).toMatchObject({
      left: {
        issues: [
          { message: 'not throwing: the decoder threw RangeError' },
          { message: 'not rejecting: the decoder threw RangeError' },
        ],
      },
    })
  })

  test('waits for decoders that answer later', async () => {
    const slow = normalize('slow', {
      number: shape(later(z.number()), (n) => n + 1),
      text: shape(later(z.string()), (s) => s.length),
    })
    const f = flow('f').input<unknown>().via(slow)
    expect([await f.run(1), await f.run('four')]).toEqual([2, 4])
    expect(await f.call(null)).toMatchObject({ left: { issues: [{ path: [] }, { path: [] }] } })
  })

  test('is a decoder too: of a source with two payloads, where what does not fit is dead-lettered at accept', async () => {
    const hook: Source<{ id: string; total: number }, unknown> = {
      name: 'hook',
      single: false,
      decode: decodeWith(orders),
      start: () => ({ stop() {} }),
    }
    const got: unknown[] = []
    await using f = testFlow(
      flow('orders')
        .from(hook)
        .tap('got', (o) => got.push(o))
        .otherwise(byKind()),
    )
    const { dead } = await f.sendAll([
      { order_id: '1', total: 3 },
      { ref: '2', lines: [] },
      { ref: '3', lines: [{ price: 1 }] },
      7,
    ])
    expect(got).toEqual([
      { id: '1', total: 3 },
      { id: '3', total: 1 },
    ])
    expect(dead.map((d) => [d.body, d.error._tag, d.attempts])).toEqual([
      [{ ref: '2', lines: [] }, 'DecodeFailed', 0],
      [7, 'DecodeFailed', 0],
    ])
    expect(dead[0]!.error.message).toContain('Empty')
  })

  test('nests: a normalizer is a shape of another', async () => {
    const more = normalize('more', { known: shape(orders, (o) => o.total), text: shape(t.string, Number) })
    const f = flow('f').input<unknown>().via(more)
    expect([await f.run({ order_id: '1', total: 3 }), await f.run('4')]).toEqual([3, 4])
  })

  test.each([
    [{}, 'normalize "order": shapes: expected at least one shape'],
    [{ a: shape(t.string, String), 1: shape(t.number, String) }, 'the shape "1" would be tried first'],
  ])('refuses shapes that make no sense: %o', (shapes, message) => {
    expect(() => normalize('order', shapes)).toThrow(message)
  })

  test('refuses what is no decoder', () => {
    expect(() => shape({} as never, (x) => x)).toThrow(/expected an io-ts codec or a Standard Schema/)
  })
})
