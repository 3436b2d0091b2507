import { describe, expect, test } from 'vitest'
import { deadLetter, flow, type Deployable, type Tagged } from '../../src/index.js'
import { completion, type CompletionHooks } from '../../src/patterns/completion.js'
import type { PartEnded } from '../../src/patterns/completion-node.js'
import { testFlow } from '../../src/testing/index.js'
import { Bad, failing, fine, inputs, type Order, type Remote } from '../semantics/remote.js'
import { given } from './support/given.js'

type Told = PartEnded<Order, string>
const hook = (name: string): Remote<Told, never> => fine<Told>(name)
const route = (work: Remote<Order, Tagged>, hooks: CompletionHooks<Order, string>): Deployable =>
  flow('f')
    .from(given<Order>())
    .through(completion('c', (s) => s.to(work).map('bye', (o) => `Bye ${o.n}`), hooks))
    .otherwise(deadLetter())
const bad = (): Remote<Order, Bad> => failing<Bad>('work', 9, () => new Bad({}, 'Forced'))

describe('J: completion hooks', () => {
  test('J1: a hook gets the final body, and the original one beside it', async () => {
    const always = hook('sync')
    await using t = testFlow(route(fine('work'), { always }))
    await t.send({ n: 1 })
    expect(inputs(always)).toEqual([{ as: 'done', body: { n: 1 }, result: 'Bye 1' }])
  })

  test('J1: after a failure it gets the message with the cause, and the message has failed all the same', async () => {
    const always = hook('sync')
    await using t = testFlow(route(bad(), { always }))
    const { dead } = await t.send({ n: 1 })
    expect(inputs(always)).toMatchObject([
      { as: 'failed', body: { n: 1 }, failure: { _tag: 'Bad', message: 'Forced' } },
    ])
    expect(dead.map((d) => d.error._tag).toSorted()).toEqual(['Bad', 'PartialFailure'])
  })

  test('J1: only for a good end, only for a bad one, or only where a predicate holds', async () => {
    for (const [work, told] of [
      [fine('work'), [1, 0]],
      [bad(), [0, 1]],
    ] as const) {
      const [done, failed] = [hook('done'), hook('failed')]
      await using t = testFlow(route(work, { done, failed }))
      await t.send({ n: 1 })
      expect([done.calls.length, failed.calls.length]).toEqual(told)
    }
    const some = hook('some')
    await using t = testFlow(
      route(fine('work'), { done: (s) => s.filter('hello', (e) => e.body.n > 1).to(some as never) }),
    )
    await t.sendAll([{ n: 1 }, { n: 2 }])
    expect(inputs(some).map((e) => e.body.n)).toEqual([2])
  })

  test('J2: exactly one of done and failed is told, once, and sees the headers', async () => {
    for (const work of [fine('work'), bad()]) {
      const headers: unknown[] = []
      const seen = (name: string) =>
        Object.assign(
          fine<Told>(name).with((e: Told, ctx) => {
            headers.push(ctx.message.headers['user'])
            return e
          }),
        )
      await using t = testFlow(route(work, { done: seen('done'), failed: seen('failed') }))
      await t.send({ n: 1 }, { headers: { user: 'Ada' } })
      expect(headers).toEqual(['Ada'])
    }
  })
})
