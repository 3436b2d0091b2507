import { describe, expect, test } from 'vitest'
import { byKind, createRuntime, deadLetter, flow, memoryJournal, silentLogger } from '../../src/index.js'
import { testFlow, virtualClock } from '../../src/testing/index.js'
import { balanced, counted } from '../semantics/counted.js'
import { Bad, failing, fine, hanging, remote, type Order } from '../semantics/remote.js'
import { orders } from '../semantics/source.js'

describe('health', () => {
  test('starting, ready, stopping, stopped', async () => {
    const clock = virtualClock()
    const to = remote('to', async (_b, ctx) => {
      await ctx.clock.sleep(5000)
      return {}
    })
    let accept = async (): Promise<unknown> => undefined
    const source = {
      ...orders(),
      start: (i: { accept(b: readonly never[]): Promise<unknown> }) => {
        accept = () => i.accept([{ raw: { n: 1 }, type: 't', undecodable: 'refuse' } as never])
        return { stop() {} }
      },
    }
    const f = flow('f').from(source).to(to).otherwise(byKind())
    const runtime = createRuntime({ flows: [f], journal: memoryJournal({ clock }), clock, log: silentLogger })
    const idle = { journal: 'ok', pending: 0, inFlight: 0, paused: [], parked: [], orphans: 0 }
    expect(runtime.health()).toEqual({ status: 'starting', ...idle })
    await runtime.start()
    expect(runtime.health()).toEqual({ status: 'ready', ...idle })
    await accept()
    await clock.advanceBy(100)
    expect(runtime.health()).toMatchObject({ status: 'ready', pending: 1, inFlight: 1 })
    const stopped = runtime.stop()
    expect(runtime.health().status).toBe('stopping')
    await clock.advanceBy(10_000)
    await stopped
    expect(runtime.health()).toEqual({ status: 'stopped', ...idle })
  })

  test('counts what is pending after a restart', async () => {
    await using t = testFlow(
      flow('f')
        .input<Order>()
        .fanOut({ a: hanging('a'), b: hanging('b') })
        .otherwise(byKind()),
      { runtime: { grace: '0s' } },
    )
    for (const n of [1, 2, 3]) await t.give({ n })
    await t.run(100)
    expect(t.runtime.health().pending).toBe(6)
    await t.restart()
    expect(t.runtime.health().pending).toBe(6)
  })

  test('readiness is about the journal: a destination that is down changes nothing about it', async () => {
    const down = failing('to', Infinity, undefined, {
      seen: () => ({ as: 'failed', retryAt: Date.UTC(2026, 1) }),
    })
    await using t = testFlow(flow('f').input<Order>().to(down).otherwise(byKind()))
    await t.give({ n: 1 })
    await t.run(100)
    expect(t.runtime.health()).toMatchObject({
      status: 'ready',
      journal: 'ok',
      parked: [{ destination: 'to remote' }],
    })
  })
})

describe('counts', () => {
  test('of every hop: in = done + dead + waiting, whatever happens to messages', async () => {
    const mixed = remote<Bad>('mixed', (b) => (b.n % 3 === 0 ? new Bad({}) : {}))
    const f = flow('f')
      .from(orders(), { key: (b) => String(b.n % 4), dedupe: (b) => String(b.n) })
      .filter('odd', (b) => b.n % 2 === 1)
      .fanOut({ mixed, wait: (s) => s.delay('while', '1h').to(fine('later')) })
      .otherwise(deadLetter())
    await using t = testFlow(f)
    const bodies = Array.from({ length: 40 }, (_, i) => ({ n: i % 30 }))
    for (const b of bodies) await t.give(b)
    await t.give({ poison: true })
    await t.run(1000)
    const during = await t.runtime.counts()
    expect([balanced(during), counted(during, 'waiting')]).toEqual([true, 15])
    await t.restart()
    const r = await t.settle()
    const after = await t.runtime.counts()
    expect([balanced(after), r.pending]).toEqual([true, 0])
    expect([
      counted(after, 'filtered'),
      counted(after, 'dead'),
      counted(after, 'delivered', 'wait/later'),
    ]).toEqual([15, 6, 15])
  })

  test('erase forgets what is kept of a key, and nothing else', async () => {
    const f = flow('f')
      .from(orders(), { key: (b) => String(b.n) })
      .to(failing<Bad>('to', Infinity, () => new Bad({})))
      .otherwise(deadLetter())
    await using t = testFlow(f)
    await t.sendAll([{ n: 1 }, { n: 2 }])
    expect(await t.runtime.erase('1')).toBe(1)
    const letters = await t.runtime.deadLetters.list()
    expect([letters.map((l) => l.body), balanced(await t.runtime.counts())]).toEqual([[{ n: 2 }], true])
    expect(await t.runtime.erase('nobody')).toBe(0)
  })

  test('forgets after a while what a newer version ended while it waited', async () => {
    const to = hanging('to')
    const f = flow('f')
      .from(orders(), { latest: { key: () => 'k', version: (b) => b.n } })
      .to(to)
      .otherwise(byKind())
    await using t = testFlow(f, { runtime: { grace: '0s' } })
    // Each ends the one before it, which waits.
    for (const n of [1, 2, 3, 4]) await t.give({ n })
    await t.run(30_000)
    expect(t.runtime.health().pending).toBe(1)
  })
})
