import { describe, expect, test } from 'vitest'
import { byKind, createDestination, flow } from '../../src/index.js'
import { testFlow } from '../../src/testing/index.js'
import { remote, type Order, type RemoteOptions } from '../semantics/remote.js'

/** Takes a second a call, and knows how many were inside at most. */
const slow = (name: string, o: RemoteOptions<Order> = {}) => {
  const seen = { inside: 0, most: 0 }
  const to = remote(
    name,
    async (_b, ctx) => {
      seen.most = Math.max(seen.most, ++seen.inside)
      await ctx.clock.sleep(1000)
      seen.inside--
      return {}
    },
    o,
  )
  return Object.assign(to, { seen })
}
const many = Array.from({ length: 60 }, (_, n) => ({ n }))
const wide = (name: string): RemoteOptions<Order> => ({
  destination: createDestination({ name, concurrency: 1000 }),
})

describe('concurrency', () => {
  test('of a destination, whatever the hops would allow', async () => {
    const to = slow('to', { destination: createDestination({ name: 'd', concurrency: 3 }) })
    await using t = testFlow(flow('f').input<Order>().to(to).otherwise(byKind()))
    const r = await t.sendAll(many)
    expect([to.seen.most, r.delivered.length, r.virtualMs]).toEqual([3, 60, 20_000])
  })

  test('of a destination that two hops share', async () => {
    const destination = createDestination({ name: 'd', concurrency: 4 })
    const both = { inside: 0, most: 0 }
    const answer = async (
      _b: Order,
      ctx: { clock: { sleep(ms: number): Promise<void> } },
    ): Promise<object> => {
      both.most = Math.max(both.most, ++both.inside)
      await ctx.clock.sleep(1000)
      both.inside--
      return {}
    }
    const f = flow('f')
      .input<Order>()
      .fanOut({ a: remote('a', answer, { destination }), b: remote('b', answer, { destination }) })
      .otherwise(byKind())
    await using t = testFlow(f)
    await t.sendAll(many)
    expect(both.most).toBe(4)
  })

  test('of every hop, and of one by name', async () => {
    const a = slow('a', wide('a'))
    const b = slow('b', wide('b'))
    const f = flow('f').input<Order>().fanOut({ a, b }).otherwise(byKind())
    await using t = testFlow(f, { runtime: { concurrency: { perHop: 5, hops: { 'f/b': 2 } } } })
    await t.sendAll(many)
    expect([a.seen.most, b.seen.most]).toEqual([5, 2])
  })

  test('of all hops together', async () => {
    const a = slow('a', wide('a'))
    const b = slow('b', wide('b'))
    const f = flow('f').input<Order>().fanOut({ a, b }).otherwise(byKind())
    await using t = testFlow(f, { runtime: { concurrency: { total: 6 } } })
    let most = 0
    t.runtime.events.on('done', () => (most = Math.max(most, t.runtime.health().inFlight)))
    const r = await t.sendAll(many)
    expect([r.delivered.length, a.seen.most + b.seen.most <= 12, most <= 6]).toEqual([120, true, true])
  })
})
