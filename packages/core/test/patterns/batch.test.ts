import { describe, expect, test } from 'vitest'
import { deadLetter, flow } from '../../src/index.js'
import { batch } from '../../src/patterns/batch.js'
import { fine, inputs, type Order } from '../semantics/remote.js'
import { watched } from './kept-state.js'

const deployed = (size: number, atStop: 'keep' | 'complete' = 'keep') => {
  const end = fine<readonly Order[]>('end')
  const f = flow('f')
    .input<Order>()
    .through(batch('b', { size, within: '5s', atStop }))
    .to(end)
    .otherwise(deadLetter())
  return { end, ...watched(f) }
}
const ns = (lists: readonly (readonly Order[])[]) => lists.map((list) => list.map((o) => o.n))

describe('batch', () => {
  test('N messages, or what came in T: one list each, in order', async () => {
    const { end, t, state } = deployed(3)
    await using _ = t
    for (let n = 1; n <= 7; n++) await t.give({ n })
    await t.run(4999)
    expect(ns(inputs(end))).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ])
    const { pending } = await t.run(1)
    expect(ns(inputs(end)).at(-1)).toEqual([7])
    expect([pending, state()]).toEqual([0, []])
  })

  test('nothing comes of nothing', async () => {
    const { end, t } = deployed(3)
    await using _ = t
    await t.run(3_600_000)
    expect(end.calls).toEqual([])
  })

  test('batches of one', async () => {
    const { end, t, state } = deployed(1)
    await using _ = t
    const r = await t.sendAll([{ n: 1 }, { n: 2 }])
    expect([ns(inputs(end)), r.pending, state()]).toEqual([[[1], [2]], 0, []])
  })

  test('3,000 messages at once, batches of 1,000: none is missing, none is twice', async () => {
    const { end, t, state } = deployed(1000)
    await using _ = t
    await t.sendAll(Array.from({ length: 3000 }, (_, n) => ({ n })))
    expect(inputs(end).map((list) => list.length)).toEqual([1000, 1000, 1000])
    expect(new Set(ns(inputs(end)).flat()).size).toBe(3000)
    expect(state()).toEqual([])
  })

  test('an open batch survives a crash; at a stop it goes on where that is asked for', async () => {
    const { end, t } = deployed(3, 'complete')
    await using _ = t
    await t.give({ n: 1 })
    await t.run(10)
    await t.restart()
    await t.give({ n: 2 })
    await t.stop()
    expect(ns(inputs(end))).toEqual([[1, 2]])
  })

  test('options that make no sense are named', () => {
    const made = (o: object) => () => batch('b', { size: 1, within: '1s', ...o } as never)
    for (const size of [0, 1.5, undefined, '3', Number.NaN]) expect(made({ size })).toThrow('batch "b": size')
    for (const within of ['0s', undefined, '1 s']) expect(made({ within })).toThrow('batch "b": within')
  })
})
