import { describe, expect, test } from 'vitest'
import {
  byKind,
  createDestination,
  deadLetter,
  flow,
  memoryJournal,
  memoryStore,
  retry,
  type Clock,
} from '../../src/index.js'
import { failover } from '../../src/patterns/failover.js'
import { roundRobin } from '../../src/patterns/round-robin.js'
import { testFlow } from '../../src/testing/index.js'
import { Cut, Down, failing, fine, remote, type Order, type Remote } from '../semantics/remote.js'

const HOUR = 36e5
const START = Date.UTC(2026, 0)
const quick = byKind({ transient: retry({ initial: '1s', jitter: 'none' }) })
const numbered = (n: number): Order[] => Array.from({ length: n }, (_, i) => ({ n: i }))
const three = (): [Remote<Order, never>, Remote<Order, never>, Remote<Order, never>] => [
  fine('a'),
  fine('b'),
  fine('c'),
]

describe('round robin', () => {
  test('gives all targets an even share', async () => {
    const all = three()
    await using t = testFlow(flow('f').input<Order>().to(roundRobin('abc', all)).otherwise(quick))
    const { dead } = await t.sendAll(numbered(302))
    expect(dead).toEqual([])
    expect(all.map((r) => r.calls.length)).toEqual([101, 101, 100])
  })

  test('H2 (departure): a failed message stays with its target, the next message goes on in turn', async () => {
    const [a, b, c] = [failing('a', 2), fine('b'), fine('c')]
    await using t = testFlow(
      flow('f')
        .input<Order>()
        .to(roundRobin('abc', [a, b, c]))
        .otherwise(quick),
    )
    for (let n = 0; n < 4; n++) await t.give({ n })
    const { dead } = await t.settle()
    const got = [a, b, c].map((r) => r.calls.map((x) => x.input.n).toSorted((x, y) => x - y))
    expect(dead).toEqual([])
    expect([got[1], got[2]]).toEqual([[1], [2]])
    expect(new Set(got[0])).toEqual(new Set([0, 3]))
    expect(a.calls.map((x) => x.attempt).toSorted((x, y) => x - y)).toEqual([1, 1, 2, 2])
  })

  test('a message whose outcome was not clear is sent to the same target again, with the same key', async () => {
    const cut = remote<Cut>('cut', (_b, _c, nth) => (nth < 4 ? new Cut({}) : {}))
    const b = fine('b')
    await using t = testFlow(
      flow('f')
        .input<Order>()
        .to(roundRobin('both', [cut, b]))
        .otherwise(quick),
    )
    await t.send({ n: 1 })
    expect(cut.calls).toHaveLength(4)
    expect(new Set(cut.calls.map((c) => c.key)).size).toBe(1)
    expect(b.calls).toEqual([])
  })

  test.each([true, false])('sticks to its choice over a restart (clean: %s)', async (clean) => {
    const store = memoryStore()
    const a = remote<Down>('a', (o, { attempt }) => (o.n === 0 && attempt < 4 ? new Down({}) : {}))
    const b = fine('b')
    const f = flow('f')
      .input<Order>()
      .to(roundRobin('ab', [a, b]))
      .otherwise(quick)
    await using t = testFlow(f, { journal: (clock: Clock) => memoryJournal({ clock, store }) })
    await t.give({ n: 0 })
    await t.run(10)
    await t.restart({ clean })
    // Another message takes the first turn of the new process.
    await t.give({ n: 1 })
    await t.settle()
    expect(a.calls.filter((c) => c.input.n === 0)).toHaveLength(4)
    expect(b.calls.filter((c) => c.input.n === 0)).toEqual([])
  })

  test('leaves out a target that is parked, and waits in the journal while all are', async () => {
    const destination = (name: string) =>
      createDestination({ name, circuit: false, random: { next: () => 0 } })
    const parking = (name: string, until: number): Remote<Order, Down> =>
      remote<Down>(name, (_b, _c, nth) => (nth === 1 ? new Down({}) : {}), {
        destination: destination(name),
        seen: (r) => (r instanceof Down ? { as: 'refused', retryAt: until } : { as: 'ok' }),
      })
    const [a, b] = [parking('a', START + 2 * HOUR), parking('b', START + HOUR)]
    const c = fine('c')
    await using t = testFlow(
      flow('f')
        .input<Order>()
        .to(roundRobin('abc', [a, b, c]))
        .otherwise(quick),
    )
    await t.give({ n: 0 })
    await t.run(10)
    await t.give({ n: 1 })
    await t.run(10)
    for (const { n } of numbered(9)) await t.give({ n: n + 2 })
    await t.run(10)
    expect([a, b, c].map((r) => r.calls.length)).toEqual([1, 1, 9])
    await using alone = testFlow(
      flow('f')
        .input<Order>()
        .to(roundRobin('ab', [parking('d', START + 2 * HOUR), parking('e', START + HOUR)]))
        .otherwise(quick),
    )
    await alone.give({ n: 0 })
    await alone.give({ n: 1 })
    await alone.run(10)
    for (const { n } of numbered(10)) await alone.give({ n: n + 2 })
    await alone.run(HOUR / 2)
    expect(alone.runtime.health()).toMatchObject({ inFlight: 0, pending: 12 })
    const { dead, pending } = await alone.settle()
    expect([dead, pending]).toEqual([[], 0])
  })

  test('chooses anew when the chosen target is no longer among them', async () => {
    const store = memoryStore()
    const [a, b] = [failing('a', 99), fine('b')]
    const journal = (clock: Clock) => memoryJournal({ clock, store })
    const before = flow('f')
      .input<Order>()
      .to(roundRobin('pool', [a, b]))
      .otherwise(quick)
    const after = flow('f')
      .input<Order>()
      .to(roundRobin('pool', [b]))
      .otherwise(quick)
    await using first = testFlow(before, { journal })
    await first.give({ n: 0 })
    await first.run(10)
    await first.stop()
    await using second = testFlow(after, { journal })
    const { dead, pending } = await second.settle()
    expect([dead, pending, a.calls.length, b.calls.length]).toEqual([[], 0, 1, 1])
  })

  test('of failovers shares evenly, and survives one that is down', async () => {
    const [a, b] = [remote<Down>('a', () => new Down({})), fine('b')]
    const pool = roundRobin('pool', [
      failover('a first', [a, b], { sharedDeduplication: true }),
      failover('b first', [b, a], { sharedDeduplication: true }),
    ])
    expect(pool.effect).toBe('keyed')
    await using t = testFlow(flow('f').input<Order>().to(pool).otherwise(quick))
    const { dead, virtualMs } = await t.sendAll(numbered(10))
    expect([dead, virtualMs]).toEqual([[], 0])
    expect([a.calls.length, b.calls.length]).toEqual([5, 10])
  })

  test('an unsafe target that was called when the process was killed is asked, and no other is called', async () => {
    let hang = true
    const a = remote('a', (_b, ctx) => (hang ? ctx.clock.sleep(HOUR) : {}), {
      effect: 'unsafe',
      reconcile: async () => ({ found: {} }),
    })
    const b = fine('b', { effect: 'unsafe' })
    await using t = testFlow(
      flow('f')
        .input<Order>()
        .to(roundRobin('ab', [a, b]))
        .otherwise(byKind({ unknown: deadLetter() })),
    )
    await t.give({ n: 1 })
    await t.run(1000)
    hang = false
    await t.restart()
    const { dead } = await t.settle()
    expect([dead, a.calls.length, b.calls.length]).toEqual([[], 1, 0])
  })
})
