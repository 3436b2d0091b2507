import { describe, expect, test } from 'vitest'
import { byKind, createDestination, deadLetter, flow, read, right } from '../../src/index.js'
import { testFlow } from '../../src/testing/index.js'
import { Down, fine, inputs, remote, type Order } from '../semantics/remote.js'
import { numbers } from './split-journal.js'

describe('where the rows of a split come from', () => {
  test('a message that waits for its turn does not run its steps again and again', async () => {
    let opened = 0
    const slow = remote<never>('slow', async (_o, ctx) => {
      await ctx.clock.sleep(10_000)
      return {}
    })
    const f = flow('f')
      .input<Order>()
      .map('open', (b) => (opened++, b))
      .split('rows', (b) => numbers(b.n), slow, { chunk: 2, run: {} })
      .otherwise(deadLetter())
    await using t = testFlow(f)
    await t.give({ n: 5 })
    await t.run(100)
    const { pending } = await t.send({ n: 1 })
    expect([opened, slow.calls.length, pending]).toEqual([2, 6, 0])
  })

  test('rows of a parked destination are asked for again when it is open, and nothing is spent', async () => {
    let down = true
    const supplier = createDestination({ name: 'supplier', circuit: { failures: 1, open: '1m' } })
    const ask = read({
      name: 'ask',
      destination: supplier,
      call: (n: number) => ({ result: right(numbers(n)), seen: { as: down ? 'failed' : 'ok' } }),
    })
    const put = fine('put')
    const f = flow('f')
      .input<Order>()
      .split(
        'rows',
        async (b, ctx) => {
          const r = await ask.run(b.n, ctx)
          if (r._tag === 'Left') throw r.left
          return r.right
        },
        put,
      )
      .otherwise(deadLetter())
    await using t = testFlow(f)
    await t.send({ n: 1 })
    down = false
    const r = await t.send({ n: 2 })
    expect([inputs(put).length, r.dead]).toEqual([3, []])
    expect(r.virtualMs).toBeGreaterThanOrEqual(60_000)
  })

  test('rows that break off by trouble that passes are read again, and those before are not repeated', async () => {
    let reads = 0
    const put = fine('put')
    const f = flow('f')
      .input<Order>()
      .split(
        'rows',
        async function* (b) {
          reads++
          for (const row of numbers(b.n)) {
            if (row.n === 3 && reads === 1) throw new Down({})
            yield row
          }
        } as (b: Order) => AsyncIterable<Order>,
        put,
        { chunk: 2 },
      )
      .otherwise(byKind())
    await using t = testFlow(f)
    const r = await t.send({ n: 5 })
    expect([inputs(put).map((o) => o.n), r.dead, reads]).toEqual([[0, 1, 2, 3, 4], [], 2])
  })
})
