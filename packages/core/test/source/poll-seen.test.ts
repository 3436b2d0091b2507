import { describe, expect, test } from 'vitest'
import { memoryStore } from '../../src/index.js'
import { poll } from '../../src/source/poll.js'
import type { PollOptions } from '../../src/source/poll-options.js'
import { virtualClock } from '../../src/testing/index.js'
import { Item, items, scripted } from './remote-items.js'
import { faced, service, type FacedClock } from './service.js'

const SECOND = 1000
type ItemPoll = PollOptions<typeof Item>
const START = Date.UTC(2026, 0)
const of = (o: Pick<ItemPoll, 'fetch'> & Partial<ItemPoll>) =>
  poll({ name: 'p', every: '10s', decode: Item, id: (i: Item) => i.id, ...o })
const ids = (s: { bodies(): readonly Item[] }): string[] => s.bodies().map((b) => b.id)

/** A remote that is asked for what changed at or after a time, and whose index shows each item from `shown` on. */
const indexed = (all: readonly { readonly item: Item; readonly shown: number }[]) =>
  scripted((_n, _cursor, ctx) => ({
    items: all
      .filter((e) => e.shown <= ctx.clock.now() - START && e.item.at >= (ctx.since ?? -Infinity))
      .map((e) => e.item)
      .sort((a, b) => a.at - b.at),
  }))
const shown = (id: string, at: number, from = at) => ({ item: { id, at: START + at }, shown: from })

describe('items of one and the same time', () => {
  test('at the newest time are neither lost nor repeated, also when more of them come later', async () => {
    const [clock, store] = [virtualClock({ start: START }), memoryStore()]
    const remote = indexed([
      shown('a', 0),
      shown('b', 5000),
      shown('c', 5000),
      shown('d', 5000, 15_000),
      shown('e', 25_000),
    ])
    const source = () => of({ ...remote, time: (i) => i.at })
    let all: string[] = []
    for (const _life of [1, 2, 3]) {
      const s = service(source(), { clock, store })
      await s.start()
      await clock.advanceBy(12 * SECOND)
      all = [...all, ...ids(s)]
      s.crash()
    }
    expect(all).toEqual(['a', 'b', 'c', 'd', 'e'])
    // Asked again from the newest time on.
    expect(remote.calls.map((c) => c.since && c.since - START)).toEqual([
      undefined,
      0,
      5000,
      5000,
      5000,
      5000,
    ])
  })

  test('are told apart without times, too', async () => {
    const pages = [items(1, 'a', 'b'), items(1, 'a', 'b', 'c'), items(1, 'c', 'b', 'd')]
    const s = service(of({ fetch: scripted((n) => ({ items: pages[n] ?? [] })).fetch }))
    await s.start()
    await s.clock.advanceBy(40 * SECOND)
    expect(ids(s)).toEqual(['a', 'b', 'c', 'd'])
    await s.stop()
  })

  test('twice in one page are one', async () => {
    const s = service(of({ fetch: () => ({ items: items(1, 'a', 'a', 'b', 'a') }) }))
    await s.start()
    await s.clock.advanceBy(SECOND)
    expect(ids(s)).toEqual(['a', 'b'])
    await s.stop()
  })
})

describe('the lookback', () => {
  test('finds what the index shows late, and repeats nothing', async () => {
    const remote = indexed([
      shown('a', 0),
      shown('b', 20_000),
      shown('lags', 12_000, 35_000),
      shown('too late', 1000, 35_000),
    ])
    const s = service(of({ ...remote, time: (i) => i.at, lookback: '10s' }), {
      clock: virtualClock({ start: START }),
    })
    await s.start()
    await s.clock.advanceBy(60 * SECOND)
    expect([ids(s), remote.calls.at(-1)!.since! - START]).toEqual([['a', 'b', 'lags'], 10_000])
    await s.stop()
  })

  test('that holds more than is remembered says so, once, and the journal tells repeats for a day', async () => {
    const many = Array.from({ length: 30 }, (_, i) => shown(`i${i}`, i))
    const remote = indexed(many)
    const o = { ...remote, time: (i: Item) => i.at, lookback: '1h', remember: 10 } as const
    const s = service(of(o), { clock: virtualClock({ start: START + 60_000 }) })
    await s.start()
    await s.clock.advanceBy(35 * SECOND)
    expect([ids(s).length, s.log.at('warn').map((l) => l.message)]).toEqual([
      30,
      ['poll "p": it would have to remember more than 10 items: raise remember, or some come twice'],
    ])
    await s.stop()
  })

  test('is the same for all pages of a run, over a crash between them', async () => {
    const [clock, store] = [virtualClock({ start: START + 60_000 }), memoryStore()]
    const fetch = async (n: number, ctx: { clock: { sleep(ms: number): Promise<void> } }) => {
      await ctx.clock.sleep(SECOND)
      return { items: items(START + n * 1000, `i${n}`), more: n % 3 !== 2 }
    }
    const remote = scripted((n, _cursor, ctx) => fetch(n, ctx))
    const source = () => of({ ...remote, time: (i) => i.at, lookback: '0s' })
    const first = service(source(), { clock, store })
    await first.start()
    await clock.advanceBy(14_500)
    first.crash()
    const second = service(source(), { clock, store })
    await second.start()
    await clock.advanceBy(2500)
    // The call that the crash cut off is not made up for by the script: it goes on.
    const since = remote.calls.map((c) => c.since && c.since - START)
    expect(since.slice(0, 6)).toEqual([undefined, undefined, undefined, 2000, 2000, 2000])
    await second.stop()
  })

  test('moves on when the last page gave nothing, over a crash too', async () => {
    const [clock, store] = [virtualClock({ start: START + 60_000 }), memoryStore()]
    const remote = scripted((n) => (n === 0 ? { items: items(START + 7, 'a'), more: true } : { items: [] }))
    const source = () => of({ ...remote, time: (i) => i.at })
    for (const _life of [1, 2]) {
      const s = service(source(), { clock, store })
      await s.start()
      await clock.advanceBy(SECOND)
      s.crash()
    }
    expect(remote.calls.map((c) => c.since && c.since - START)).toEqual([undefined, undefined, 7])
  })

  test('needs times', () => {
    expect(() => of({ fetch: () => ({ items: [] }), lookback: '1m' })).toThrow(
      'poll "p": lookback: it goes back in time; give time, which says when an item changed',
    )
  })
})

describe('versions', () => {
  const told = async (o: Partial<ItemPoll>, ...pages: readonly (readonly unknown[])[]) => {
    const s = service(of({ fetch: scripted((n) => ({ items: pages[n] ?? [] })).fetch, ...o }))
    await s.start()
    await s.clock.advanceBy(10 * SECOND * pages.length)
    await s.stop()
    return s.bodies().map((b) => b.at)
  }
  const at = (n: number): readonly Item[] => items(n, 'a')

  test('by default are what the item looked like: a change comes, and so does a change back', async () => {
    expect(await told({}, at(1), at(1), at(2), at(2), at(1))).toEqual([1, 2, 1])
  })

  test('that the poll is told decide alone, and come once a day at most', async () => {
    const version = (i: Item) => Math.floor(i.at / 10)
    expect(await told({ version }, at(1), at(2), at(11), at(12), at(3))).toEqual([1, 11])
  })

  test('are remembered until two runs in a row did not give the item, where it has no time', async () => {
    const [a, b, c] = [items(1, 'a'), items(2, 'b'), items(3, 'c')]
    expect(await told({}, a, b, a, b, c)).toEqual([1, 2, 3])
    expect(await told({}, a, b, [], [], a)).toEqual([1, 2])
    expect(await told({}, a, b, c, a)).toEqual([1, 2, 3, 1])
  })

  test('of all items are remembered, where every poll gives all of them', async () => {
    const all = Array.from({ length: 3000 }, (_, i) => ({ id: `i${i}`, at: i }))
    const changed = all.map((i) => (i.id === 'i7' ? { ...i, at: -1 } : i))
    const told3 = await told({}, all, all, changed, changed)
    expect([told3.length, told3.at(-1)]).toEqual([3001, -1])
  })
})

describe('a clock that is set', () => {
  test('by an hour, forward or back, loses nothing and repeats nothing', async () => {
    for (const by of [3_600_000, -3_600_000]) {
      const remote = indexed([shown('a', 0), shown('b', 15_000), shown('c', 25_000), shown('d', 3_650_000)])
      // The remote has a clock of its own.
      const own = virtualClock({ start: START })
      const fetch: ItemPoll['fetch'] = (cursor, ctx) =>
        remote.fetch(cursor, { since: ctx.since, clock: own } as never)
      let face: FacedClock | undefined
      const s = service(of({ fetch, time: (i) => i.at }), { clock: own, face: (c) => (face = faced(c)) })
      await s.start()
      await own.advanceBy(12 * SECOND)
      face!.set(by)
      await own.advanceBy(3_660_000)
      // What is ahead of a clock that went back becomes due when that has caught up.
      await own.advanceBy(by < 0 ? 3_600_000 : 0)
      expect([ids(s).sort(), await s.accepted()]).toEqual([['a', 'b', 'c', 'd'], 4])
      await s.stop()
    }
  })

  test('an item from the future does not hide those before it', async () => {
    const remote = scripted((_n, _c, ctx) => ({
      items: ctx.since === undefined ? items(START + 9e12, 'future') : items(ctx.since, 'now'),
    }))
    const s = service(of({ ...remote, time: (i) => i.at }), { clock: virtualClock({ start: START }) })
    await s.start()
    await s.clock.advanceBy(15 * SECOND)
    expect([ids(s), remote.calls[1]!.since]).toEqual([['future', 'now'], START])
    await s.stop()
  })
})
