import { describe, expect, test } from 'vitest'
import {
  byKind,
  createDestination,
  deadLetter,
  failure,
  flow,
  left,
  read,
  retry,
  right,
  target,
  type Deployable,
  type DestinationOptions,
} from '../../src/index.js'
import { testFlow } from '../../src/testing/index.js'

const START = Date.UTC(2026, 0)

class Down extends failure('Down', 'transient')<object> {}
interface Order {
  readonly n: number
}

/** A remote that is down for a while, without a circuit: the retry budget alone holds repeats back. */
const trouble = (retryBudget: DestinationOptions['retryBudget'], downMs: number) => {
  const destination = createDestination({
    name: 'site',
    circuit: false,
    ...(retryBudget !== undefined && { retryBudget }),
  })
  const calls: { readonly n: number; readonly attempt: number; readonly at: number }[] = []
  const one = (name: string) =>
    target({
      name,
      destination,
      effect: 'keyed',
      async call({ n }: Order, ctx) {
        const at = ctx.clock.now() - START
        calls.push({ n, attempt: ctx.attempt, at })
        await ctx.clock.sleep(10)
        return at < downMs && name === 'post'
          ? { result: left(new Down({})), seen: { as: 'failed' } }
          : { result: right({}), seen: { as: 'ok' } }
      },
    })
  return { one, calls, destination }
}

const closed = (to: ReturnType<ReturnType<typeof trouble>['one']>): Deployable =>
  flow('orders')
    .input<Order>()
    .to(to)
    .otherwise(byKind({ transient: retry({ initial: '1s', max: '10s', attempts: 40 }).orElse(deadLetter()) }))

describe('a retry budget in a flow', () => {
  test('holds repeats to their share while new messages go on, and everything is delivered in the end', async () => {
    const { one, calls } = trouble({ share: 0.2, perSecond: 1 }, 60_000)
    await using t = testFlow(closed(one('post')))
    for (let n = 0; n < 3000; n++) t.clock.after(n * 20, () => void t.give({ n }))
    const { dead, pending, delivered } = await t.settle()
    expect([dead, pending, delivered.length]).toEqual([[], 0, 3000])
    const during = calls.filter((c) => c.at < 60_000)
    const repeats = during.filter((c) => c.attempt > 1).length
    expect(during.length - repeats).toBe(3000)
    expect(repeats).toBeLessThanOrEqual(0.2 * 3000 + 1 * 70)
    expect(repeats).toBeGreaterThan(0.1 * 3000)
    // A message that waits for the budget spends no attempt: each attempt is a call.
    for (let n = 0; n < 3000; n += 100) {
      const own = calls.filter((c) => c.n === n)
      expect(own.map((c) => c.attempt)).toEqual(own.map((_, i) => i + 1))
    }
  })

  test('without one, the same trouble costs many times as many repeats', async () => {
    const { one, calls } = trouble(false, 60_000)
    await using t = testFlow(closed(one('post')))
    for (let n = 0; n < 300; n++) t.clock.after(n * 200, () => void t.give({ n }))
    await t.settle()
    expect(calls.filter((c) => c.attempt > 1 && c.at < 60_000).length).toBeGreaterThan(600)
  })

  test('does not stop a target of several calls half-way', async () => {
    const { one, calls, destination } = trouble({ share: 0, perSecond: 0.1 }, 5)
    const [first, second] = [one('post'), one('other')]
    const put = target({
      name: 'put',
      destination,
      effect: 'keyed',
      async run(order: Order, ctx) {
        const made = await first.run(order, ctx)
        return made._tag === 'Left' ? made : second.run(order, ctx)
      },
    })
    await using t = testFlow(closed(put))
    const { dead } = await t.sendAll([{ n: 1 }, { n: 2 }, { n: 3 }])
    expect(dead).toEqual([])
    for (const n of [1, 2, 3]) expect(calls.filter((c) => c.n === n).map((c) => c.attempt)).toEqual([1, 2, 2])
    const again = calls.filter((c) => c.attempt === 2).map((c) => c.at)
    expect(new Set(again.map((at) => Math.floor(at / 1000))).size).toBe(3)
  })

  test('a dry run spends nothing of it', async () => {
    const { one, destination } = trouble({ share: 0, perSecond: 0.1 }, 1e12)
    const look = read({
      name: 'look',
      destination,
      call: (order: Order) => ({ result: right(order), seen: { as: 'ok' } }),
    })
    const f = flow('orders')
      .input<Order>()
      .via(look)
      .to(one('post'))
      .otherwise(byKind({ transient: retry({ attempts: 2 }).orElse(deadLetter()) }))
    await using t = testFlow(f)
    const { dead } = await t.send({ n: 1 })
    const letters = dead.map((d) => d.id)
    for (let i = 0; i < 5; i++)
      expect(await t.runtime.deadLetters.dryRun(letters)).toMatchObject([{ sends: { n: 1 } }])
  })
})
