import { describe, expect, test } from 'vitest'
import { deadLetter, flow } from '../../src/index.js'
import { completion, type CompletionHooks } from '../../src/patterns/completion.js'
import type { PartEnded } from '../../src/patterns/completion-node.js'
import { saga } from '../../src/patterns/saga.js'
import { testFlow } from '../../src/testing/index.js'
import { booking, refusing } from '../patterns/saga-support.js'
import { Down, fine, forever, inputs, remote, type Order } from '../semantics/remote.js'
import { given } from './support/given.js'

const down = (times: number) => refusing(times, () => new Down({}))

describe('H: sagas', () => {
  test('H5: a compensation that fails twice is done at the third attempt', async () => {
    const b = booking({ hotel: refusing(9), 'no flight': down(2) })
    await using t = testFlow(b.flow)
    const { dead } = await t.send({ to: 'Oslo' })
    expect(b.log).toEqual(['flight', 'hotel', 'no flight', 'no flight', 'no flight'])
    expect(dead.map((d) => [d.error._tag, d.error['undone']])).toEqual([['SagaFailed', ['flight']]])
  })

  test('H5: one that fails three times of three is given up, and people are told by a dead letter of its own', async () => {
    const b = booking({ hotel: refusing(9), 'no flight': down(3) })
    await using t = testFlow(b.flow)
    const { dead } = await t.send({ to: 'Oslo' })
    expect(b.log.filter((l) => l === 'no flight').length).toBe(3)
    expect(dead.map((d) => d.hop).toSorted()).toEqual(['trip/goes on', 'trip/undo flight'])
    expect(dead.find((d) => d.error._tag === 'SagaFailed')!.error['notUndone']).toMatchObject([
      { step: 'flight' },
    ])
  })

  test('H5: the flow’s own result is unaffected by a completion that fails', async () => {
    for (const [times, ended, letters] of [
      [2, 1, []],
      [3, 0, ['c/done']],
    ] as const) {
      const told = remote<Down, PartEnded<Order, Order>>('told', (_e, _c, nth) =>
        nth <= times ? new Down({}) : {},
      )
      const sink = fine<PartEnded<Order, Order>>('sink')
      const end = fine('end')
      const hooks: CompletionHooks<Order, Order> = {
        done: (s) => s.to(told as never).to(sink as never),
        retry: { attempts: 3, initial: '1s' },
      }
      const f = flow('f')
        .from(given<Order>())
        .through(completion('c', (s) => s.to(fine('work')), hooks))
        .to(end)
        .otherwise(deadLetter())
      await using t = testFlow(f)
      const { dead } = await t.send({ n: 1 })
      expect([told.calls.length, sink.calls.length, end.calls.length]).toEqual([3, ended, 1])
      expect(dead.map((d) => d.hop.slice(0, 6))).toEqual(letters)
    }
  })

  test('H6: a saga that is not completed in time is compensated, with the options that were captured at the start', async () => {
    let ref = 'first'
    const undo = fine<{ readonly ref: string }>('undo')
    const hangs = remote<never, { readonly ref: string }>('hangs', (_i, ctx) => forever(ctx))
    const s = saga('s', { within: '100ms' })
      .input((o: Order) => ({ ref: `${ref} ${o.n}` }))
      .step(
        'one',
        fine<{ readonly ref: string }>('one').with((p) => ({ ref: p.options.ref })),
        {
          undo: undo.with((p) => ({ ref: p.options.ref })),
        },
      )
      .step(
        'two',
        hangs.with((p) => ({ ref: p.options.ref })),
      )
    await using t = testFlow(flow('f').from(given<Order>()).through(s).otherwise(deadLetter()))
    await t.give({ n: 1 })
    await t.run(50)
    ref = 'second'
    const { dead } = await t.run(10_000)
    expect(inputs(undo)).toEqual([{ ref: 'first 1' }])
    expect(dead.map((d) => d.error._tag)).toEqual(['SagaFailed'])
  })

  test('H6: one that is completed in time is not compensated', async () => {
    const b = booking({}, { within: '100ms' })
    await using t = testFlow(b.flow)
    await t.give({ to: 'Oslo' })
    await t.run(10_000)
    expect([b.log, b.end.calls.length]).toEqual([['flight', 'hotel', 'car'], 1])
  })

  test('H6: options that cannot be captured fail at once, before any step', async () => {
    const one = fine<Order>('one')
    const s = saga('s')
      .input((_o: Order) => {
        throw new Error('no such header')
      })
      .step(
        'one',
        one.with((p) => p.body),
      )
    await using t = testFlow(flow('f').input<Order>().through(s).otherwise(deadLetter()))
    const { dead } = await t.send({ n: 1 })
    expect([dead.map((d) => d.error._tag), one.calls.length]).toEqual([['StepFailed'], 0])
  })
})
