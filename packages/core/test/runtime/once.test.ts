import { describe, expect, test } from 'vitest'
import { byKind, deadLetter, flow, retry } from '../../src/index.js'
import { testFlow } from '../../src/testing/index.js'
import { Bad, failing, fine, forever, inputs, remote, type Order } from '../semantics/remote.js'

const quick = byKind({ transient: retry({ initial: '1s', jitter: 'none' }) })

describe('ctx.once', () => {
  test('remembers over the attempts of a hop', async () => {
    let runs = 0
    const to = failing('to', 3)
    const f = flow('f')
      .input<Order>()
      .map('token', async (b, ctx) => ({ n: b.n + (await ctx.once('token', async () => ++runs)) }))
      .to(to)
      .otherwise(quick)
    await using t = testFlow(f)
    await t.send({ n: 10 })
    expect([runs, inputs(to)]).toEqual([1, [{ n: 11 }, { n: 11 }, { n: 11 }, { n: 11 }]])
  })

  test('remembers over a crash', async () => {
    let runs = 0
    let life = 1
    const to = remote('to', (_b, ctx) => (life === 1 ? forever(ctx) : {}))
    const f = flow('f')
      .input<Order>()
      .map('token', async (b, ctx) => ({ n: b.n + (await ctx.once('token', async () => ++runs)) }))
      .to(to)
      .otherwise(quick)
    await using t = testFlow(f)
    await t.give({ n: 10 })
    await t.run(10)
    life = 2
    await t.restart()
    await t.settle()
    expect([runs, inputs(to)]).toEqual([1, [{ n: 11 }, { n: 11 }]])
  })

  test('remembers into a replay of the hop', async () => {
    let runs = 0
    const to = failing<Bad>('to', 1, () => new Bad({}))
    const f = flow('f')
      .input<Order>()
      .map('token', async (b, ctx) => ({ n: b.n + (await ctx.once('token', async () => ++runs)) }))
      .to(to)
      .otherwise(deadLetter())
    await using t = testFlow(f)
    const { dead } = await t.send({ n: 10 })
    await t.replay(dead[0]!.id)
    expect(runs).toBe(1)
  })

  test('two names are two memories, two messages have their own, and so have two hops', async () => {
    let runs = 0
    const next = async (): Promise<number> => ++runs
    const to = fine<{ a: number; b: number; again: number }>('to')
    const f = flow('f')
      .input<Order>()
      .map('two', async (_b, ctx) => ({ a: await ctx.once('a', next), b: await ctx.once('b', next) }))
      .durable('kept')
      .map('third', async (x, ctx) => ({ ...x, again: await ctx.once('a', next) }))
      .to(to)
      .otherwise(quick)
    await using t = testFlow(f)
    await t.send({ n: 1 })
    await t.send({ n: 2 })
    expect(inputs(to)).toEqual([
      { a: 1, b: 2, again: 3 },
      { a: 4, b: 5, again: 6 },
    ])
  })

  test('asked twice at the same time it runs once; a result of nothing is remembered too', async () => {
    let runs = 0
    const to = failing('to', 2)
    const f = flow('f')
      .input<Order>()
      .map('both', async (b, ctx) => {
        const touch = (): Promise<void> => ctx.once('touch', async () => void runs++)
        expect(await Promise.all([touch(), touch()])).toEqual([undefined, undefined])
        return b
      })
      .to(to)
      .otherwise(quick)
    await using t = testFlow(f)
    await t.send({ n: 1 })
    expect([runs, to.calls.length]).toEqual([1, 3])
  })

  test('what fails is not remembered: the next attempt runs it again', async () => {
    let runs = 0
    const to = fine('to')
    const f = flow('f')
      .input<Order>()
      .map('token', async (b, ctx) => ({
        n: await ctx.once('token', async () => {
          if (++runs < 2) throw new Error('not yet')
          return b.n
        }),
      }))
      .to(to)
      .otherwise(retry({ attempts: 3, initial: '1s' }))
    await using t = testFlow(f)
    const r = await t.send({ n: 1 })
    expect([runs, to.calls.length, r.dead]).toEqual([2, 1, []])
  })

  test('a result that cannot be stored is StepFailed, and says which', async () => {
    const f = flow('f')
      .input<Order>()
      .map('token', async (b, ctx) => {
        await ctx.once('when', async () => ({ at: new Date(0) }))
        return b
      })
      .to(fine('to'))
      .otherwise(deadLetter())
    await using t = testFlow(f)
    const r = await t.send({ n: 1 })
    const { message } = r.dead[0]!.error as { message: string }
    expect(message).toContain('once("when")')
    expect(message).toContain('Date')
  })
})
