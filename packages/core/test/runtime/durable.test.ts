import { describe, expect, test } from 'vitest'
import { byKind, deadLetter, flow, left, right } from '../../src/index.js'
import { testFlow } from '../../src/testing/index.js'
import { failing, fine, inputs, type Order } from '../semantics/remote.js'

interface Dated {
  readonly at: Date
}
const dated = {
  encode: (d: Dated): { at: string } => ({ at: d.at.toISOString() }),
  decode: (u: unknown) =>
    typeof u === 'object' && u !== null && 'at' in u
      ? right({ at: new Date(String(u.at)) })
      : left('no date'),
}

const throwing = (): never => {
  throw new Error('a broken codec')
}

describe('durable points', () => {
  test('a codec carries what JSON cannot: stored encoded, decoded when the next hop starts', async () => {
    const to = failing('to', 1)
    const f = flow('f')
      .input<Order>()
      .map('date', (b) => ({ at: new Date(b.n) }))
      .durable('kept', dated)
      .map('back', (d) => ({ n: d.at.getTime() }))
      .to(to)
      .otherwise(byKind())
    await using t = testFlow(f)
    await t.send({ n: 1234 })
    expect(inputs(to)).toEqual([{ n: 1234 }, { n: 1234 }])
  })

  test('a body that JSON cannot carry is StepFailed where the hop is cut, naming hop, place and remedy', async () => {
    const values: readonly [unknown, string][] = [
      [{ deep: [{ when: new Date(0) }] }, 'deep.0.when: Date'],
      [{ n: 1n }, 'n: bigint'],
      [{ n: NaN }, 'n: NaN'],
      [new Map(), 'the body: Map'],
      [{ f: () => 1 }, 'f: function'],
    ]
    for (const [value, said] of values) {
      const f = flow('f')
        .input<Order>()
        .map('make', () => value as Order)
        .durable('kept')
        .to(fine('to'))
        .otherwise(deadLetter())
      await using t = testFlow(f)
      const r = await t.send({ n: 1 })
      expect(r.dead).toMatchObject([{ hop: 'kept', error: { _tag: 'StepFailed' } }])
      expect((r.dead[0]!.error as { message: string }).message).toBe(
        `hop "kept": ${said} cannot be stored; give durable(name, codec)`,
      )
    }
  })

  test('a body that holds itself is refused, not followed for ever', async () => {
    const f = flow('f')
      .input<Order>()
      .map('loop', (b) => {
        const loop: Record<string, unknown> = { n: b.n }
        loop['self'] = loop
        return loop as unknown as Order
      })
      .to(fine('a'))
      .to(fine('to'))
      .otherwise(deadLetter())
    await using t = testFlow(f)
    expect((await t.send({ n: 1 })).dead).toMatchObject([{ error: { _tag: 'StepFailed' } }])
  })

  test('a codec that throws while encoding is StepFailed; while decoding, DecodeFailed', async () => {
    const f = (codec: { encode(d: Order): unknown; decode(u: unknown): unknown }) =>
      flow('f').input<Order>().durable('kept', codec).to(fine('to')).otherwise(deadLetter())
    await using encode = testFlow(f({ encode: throwing, decode: right }))
    expect((await encode.send({ n: 1 })).dead).toMatchObject([{ hop: 'kept', error: { _tag: 'StepFailed' } }])
    await using decode = testFlow(f({ encode: (d) => d, decode: throwing }))
    expect((await decode.send({ n: 1 })).dead).toMatchObject([{ hop: 'to', error: { _tag: 'DecodeFailed' } }])
    await using refusing = testFlow(f({ encode: (d) => d, decode: () => left('no') }))
    expect((await refusing.send({ n: 1 })).dead).toMatchObject([
      { hop: 'to', error: { _tag: 'DecodeFailed' } },
    ])
  })

  test('a delay goes on after its time, over a restart too', async () => {
    const to = fine('to')
    await using t = testFlow(flow('f').input<Order>().delay('wait', '1h').to(to).otherwise(byKind()))
    const start = t.clock.now()
    await t.give({ n: 1 })
    await t.run(1000)
    await t.restart()
    await t.settle()
    expect(to.calls.map((c) => c.at - start)).toEqual([36e5])
  })

  test('a delay after a target runs from then', async () => {
    const first = failing('first', 0)
    const to = fine('to')
    await using t = testFlow(
      flow('f').input<Order>().to(first).delay('wait', '10m').to(to).otherwise(byKind()),
    )
    await t.send({ n: 1 })
    expect(to.calls[0]!.at - first.calls[0]!.at).toBe(6e5)
  })

  test('a flow that ends in a durable point or a delay ends there', async () => {
    await using t = testFlow(
      flow('f').input<Order>().to(fine('to')).delay('wait', '1h').durable('end').otherwise(byKind()),
    )
    expect(await t.send({ n: 1 })).toMatchObject({ dead: [], pending: 0 })
  })
})
