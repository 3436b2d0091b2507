import { describe, expect, test } from 'vitest'
import {
  byKind,
  createRuntime,
  deadLetter,
  flow,
  memoryJournal,
  retry,
  silentLogger,
  type Intake,
  type Source,
} from '../../src/index.js'
import { testFlow, virtualClock } from '../../src/testing/index.js'
import { balanced, counted } from './counted.js'
import { Bad, Down, fine, inputs, remote, type Order } from './remote.js'
import { orders } from './source.js'

/** `n` is the version; what differs in one version is told by `key`. */
const newest = { latest: { key: () => 'asset', version: (b: Order) => b.n } }
const minutes = byKind({ transient: retry({ initial: '1m', jitter: 'none' }) })

describe('S7 latest keeps a durable high-water mark per key', () => {
  test('an older version never gets in once a newer one was accepted', async () => {
    const to = fine('to')
    await using t = testFlow(flow('f').from(orders(), newest).to(to).otherwise(minutes))
    const r = await t.sendAll([{ n: 2 }, { n: 1 }])
    expect(r.accepted.map((a) => a.as)).toEqual(['accepted', 'superseded'])
    expect(inputs(to)).toEqual([{ n: 2 }])
  })

  test('the mark outlives the message and the process', async () => {
    const to = fine('to')
    await using t = testFlow(flow('f').from(orders(), newest).to(to).otherwise(minutes))
    await t.send({ n: 5 })
    await t.restart()
    const r = await t.send({ n: 4 })
    expect(r.accepted[0]!.as).toBe('superseded')
    expect((await t.send({ n: 6 })).accepted[0]!.as).toBe('accepted')
    expect(inputs(to)).toEqual([{ n: 5 }, { n: 6 }])
  })

  test('an older one that waits for its next attempt is superseded when a newer one comes', async () => {
    const to = remote<Down>('to', (b) => (b.n === 1 ? new Down({}) : {}))
    await using t = testFlow(flow('f').from(orders(), newest).to(to).otherwise(minutes))
    await t.give({ n: 1 })
    await t.run(1000)
    await t.give({ n: 2 })
    const r = await t.settle()
    expect(inputs(to)).toEqual([{ n: 1 }, { n: 2 }])
    const counts = await t.runtime.counts()
    expect([counted(counts, 'superseded'), r.pending, balanced(counts)]).toEqual([1, 0, true])
  })

  test('an older one in flight is not touched, and a newer one is delivered after it', async () => {
    const to = remote('to', async (_b, ctx) => {
      await ctx.clock.sleep(1000)
      return {}
    })
    await using t = testFlow(flow('f').from(orders(), newest).to(to).otherwise(minutes))
    await t.give({ n: 1 })
    await t.run(100)
    await t.give({ n: 2 })
    const r = await t.settle()
    expect(r.delivered.map((d) => d.input)).toEqual([{ n: 1 }, { n: 2 }])
    expect(to.calls[1]!.at - to.calls[0]!.at).toBe(1000)
  })

  test('one in flight that fails does not go again when a newer one has come', async () => {
    const to = remote<Down>('to', async (b, ctx) => {
      await ctx.clock.sleep(1000)
      return b.n === 1 ? new Down({}) : {}
    })
    await using t = testFlow(flow('f').from(orders(), newest).to(to).otherwise(minutes))
    await t.give({ n: 1 })
    await t.run(100)
    await t.give({ n: 2 })
    const r = await t.settle()
    expect(inputs(to)).toEqual([{ n: 1 }, { n: 2 }])
    expect(r).toMatchObject({ pending: 0, dead: [] })
    expect(counted(await t.runtime.counts(), 'superseded')).toBe(1)
  })

  test('the version is inherited by what is emitted: an older one is stopped at the next hop', async () => {
    const first = remote('first', async (b, ctx) => {
      if (b.n === 1) await ctx.clock.sleep(1000)
      return {}
    })
    const second = fine('second')
    await using t = testFlow(flow('f').from(orders(), newest).to(first).to(second).otherwise(minutes))
    await t.give({ n: 1 })
    await t.run(100)
    await t.give({ n: 2 })
    await t.settle()
    expect(inputs(second)).toEqual([{ n: 2 }])
    const counts = await t.runtime.counts()
    expect([counted(counts, 'superseded', 'second'), balanced(counts)]).toEqual([1, true])
  })

  test('equal versions are delivered both, in the order of acceptance', async () => {
    const to = remote<Down>('to', (b, ctx) => (b.key === 'publish' && ctx.attempt < 2 ? new Down({}) : {}))
    await using t = testFlow(flow('f').from(orders(), newest).to(to).otherwise(minutes))
    const r = await t.sendAll([
      { n: 3, key: 'publish' },
      { n: 3, key: 'remove' },
    ])
    expect(r.accepted.map((a) => a.as)).toEqual(['accepted', 'accepted'])
    expect(r.delivered.map((d) => (d.input as unknown as Order).key)).toEqual(['publish', 'remove'])
  })

  test('other keys, and other flows, have marks of their own', async () => {
    const to = fine('to')
    const byKey = { latest: { key: (b: Order) => b.key ?? '', version: (b: Order) => b.n } }
    const source = orders()
    const g = flow('g')
      .from(source, byKey)
      .filter('big', (b) => b.n > 100)
      .to(fine('gto'))
      .otherwise(minutes)
    await using t = testFlow(flow('f').from(source, byKey).to(to).otherwise(minutes), { flows: [g] })
    const r = await t.sendAll([
      { n: 9, key: 'a' },
      { n: 1, key: 'b' },
    ])
    expect(r.accepted.map((a) => a.as)).toEqual(['accepted', 'accepted'])
    expect(to.calls).toHaveLength(2)
  })

  test('versions may be texts, compared as texts', async () => {
    const to = fine('to')
    const byText = { latest: { key: () => 'k', version: (b: Order) => b.key ?? '' } }
    await using t = testFlow(flow('f').from(orders(), byText).to(to).otherwise(minutes))
    const r = await t.sendAll([
      { n: 1, key: '2026-01-02' },
      { n: 2, key: '2026-01-01' },
      { n: 3, key: '2026-01-03' },
    ])
    expect(r.accepted.map((a) => a.as)).toEqual(
      ['superseded', 'superseded', 'accepted'].map((as, i) => (i === 0 ? 'accepted' : as)),
    )
    expect(inputs(to).at(-1)).toEqual({ n: 3, key: '2026-01-03' })
  })

  test('latest gives the key too: the versions of one thing keep their order', async () => {
    let inside = 0
    let most = 0
    const to = remote('to', async (_b, ctx) => {
      most = Math.max(most, ++inside)
      await ctx.clock.sleep(100)
      inside--
      return {}
    })
    await using t = testFlow(flow('f').from(orders(), newest).to(to).otherwise(minutes))
    await t.give({ n: 1 })
    await t.run(10)
    await t.give({ n: 2 })
    await t.settle()
    expect([most, inputs(to)]).toEqual([1, [{ n: 1 }, { n: 2 }]])
  })

  test('a dead letter that is replayed after a newer version came is superseded, not sent', async () => {
    const to = remote<Bad>('to', (b) => (b.n === 1 ? new Bad({}) : {}))
    await using t = testFlow(flow('f').from(orders(), newest).to(to).otherwise(deadLetter()))
    const { dead } = await t.send({ n: 1 })
    await t.send({ n: 2 })
    const r = await t.replay(dead[0]!.id)
    expect(inputs(to)).toEqual([{ n: 1 }, { n: 2 }])
    expect([r.dead, r.pending]).toEqual([[], 0])
  })

  test('superseded entries do not fill the backlog: sources are not told to wait for them', async () => {
    let intake: Intake | undefined
    const source: Source<Order> = { ...orders(), start: (i) => ((intake = i), { stop() {} }) }
    const to = remote<Down>('to', (b) => (b.n < 9 ? new Down({}) : {}))
    const clock = virtualClock()
    const runtime = createRuntime({
      flows: [flow('f').from(source, newest).to(to).otherwise(minutes)],
      journal: memoryJournal({ clock }),
      clock,
      log: silentLogger,
      maxPending: 5,
    })
    await runtime.start()
    for (const n of [1, 2, 3, 4, 5, 6, 7, 8, 9]) {
      await intake!.accept([{ raw: { n }, type: 't', undecodable: 'refuse' }])
      await clock.advanceBy(1000)
    }
    // The first answer may be of what was counted along; it has the journal counted.
    intake!.load()
    await clock.advanceBy(1)
    expect([intake!.load(), runtime.health().pending]).toEqual([undefined, 0])
    await runtime.stop()
  })
})
