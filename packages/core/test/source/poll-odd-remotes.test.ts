import type { StandardSchemaV1 } from '@standard-schema/spec'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { memoryStore } from '../../src/index.js'
import { poll } from '../../src/source/poll.js'
import { virtualClock } from '../../src/testing/index.js'
import { Item, scripted } from './remote-items.js'
import { faced, service, type FacedClock } from './service.js'

const SECOND = 1000
const DAY = 864e5
const START = Date.UTC(2026, 0)

const Versioned = z.object({ id: z.string(), v: z.string() })

describe('ids and versions of any characters', () => {
  test('are not taken for one another where the id of one goes on as the version of the other begins', async () => {
    const all = [
      { id: 'a\nb', v: 'c' },
      { id: 'a', v: 'b\nc' },
      { id: 'a\n0\nb', v: 'c' },
      { id: 'x\n0\ny', v: 'z' },
      { id: 'x', v: 'y\n0\nz' },
      { id: 'ü\u0000\u2028', v: '1' },
      { id: '\u{1F600}', v: '1\n2' },
      { id: '__proto__', v: 'constructor' },
      { id: '../..', v: '' },
    ]
    const remote = scripted(() => ({ items: all }))
    const s = service(
      poll({
        name: 'p',
        every: '10s',
        decode: Versioned,
        id: (i) => i.id,
        version: (i) => i.v,
        ...remote,
      }),
    )
    await s.start()
    await s.clock.advanceBy(35 * SECOND)
    expect(s.bodies()).toEqual(all)
    expect(remote.calls).toHaveLength(4)
    await s.stop()
  })

  test('also tell an item that came back from a version with a number at its end', async () => {
    const there = [{ id: 'a', v: '1' }]
    const s = service(
      poll({
        name: 'p',
        every: '10s',
        decode: Versioned,
        id: (i) => i.id,
        version: (i) => i.v,
        fetch: () => ({ items: [...there] }),
        deletions: { every: '10s', ids: () => there.map((i) => i.id), most: 1 },
      }),
    )
    await s.start()
    await s.clock.advanceBy(5 * SECOND)
    there[0] = { id: 'a', v: '1\n1' }
    await s.clock.advanceBy(10 * SECOND)
    there.length = 0
    await s.clock.advanceBy(20 * SECOND)
    there.push({ id: 'a', v: '1' })
    await s.clock.advanceBy(20 * SECOND)
    expect(s.bodies().map((c) => (c.change === 'item' ? c.item.v : c.change))).toEqual([
      '1',
      '1\n1',
      'deleted',
      '1',
    ])
    await s.stop()
  })
})

describe('pages that go round in a circle', () => {
  test.each([1, 2, 3, 7, 100])('of %i cursors end as a failure, and are asked for anew later', async (n) => {
    const remote = scripted((_n, cursor: number | undefined) => ({
      items: [],
      cursor: ((cursor ?? 0) + 1) % (n + 1) || 1,
      more: true,
    }))
    const s = service(
      poll({
        name: 'p',
        every: '10s',
        decode: Item,
        cursor: z.number(),
        compare: false,
        id: (i) => i.id,
        ...remote,
      }),
    )
    await s.start()
    await s.clock.advanceBy(SECOND)
    expect(remote.calls.length).toBeLessThan(5 * n + 5)
    expect(JSON.stringify(s.log.lines)).toContain('it would not end')
    const before = remote.calls.length
    await s.clock.advanceBy(10 * SECOND)
    expect(remote.calls.length).toBeGreaterThan(before)
    await s.stop()
  })

  test('are none where each brings something new, or goes on: a thousand pages of nothing are read', async () => {
    const remote = scripted((n) => ({
      items: n === 999 ? [{ id: 'last', at: 1 }] : [],
      cursor: n,
      more: n < 999,
    }))
    const s = service(
      poll({ name: 'p', every: '1h', decode: Item, cursor: z.number(), id: (i) => i.id, ...remote }),
    )
    await s.start()
    await s.clock.advanceBy(SECOND)
    expect([remote.calls.length, s.bodies().map((i) => i.id)]).toEqual([1000, ['last']])
    await s.stop()
  })
})

describe('a clock that is set by forty days', () => {
  test.each([40 * DAY, -40 * DAY])('(%i ms) and back loses no item and repeats none', async (by) => {
    const clock = virtualClock({ start: START })
    const all: Item[] = []
    let face: FacedClock | undefined
    const source = poll({
      name: 'p',
      every: '10s',
      decode: Item,
      id: (i) => i.id,
      time: (i) => i.at,
      lookback: '1m',
      fetch: (_c, ctx) => ({ items: all.filter((i) => i.at >= (ctx.since ?? -Infinity)) }),
    })
    const s = service(source, { clock, store: memoryStore(), face: (c) => (face = faced(c)) })
    await s.start()
    for (let i = 0; i < 30; i++) {
      // The remote's own time is right.
      all.push({ id: `i${i}`, at: clock.now() })
      if (i === 10) face!.set(by)
      if (i === 20) face!.set(-by)
      await clock.advanceBy(10 * SECOND)
    }
    expect(s.bodies().map((i) => i.id)).toEqual(all.map((i) => i.id))
    await s.stop()
  })
})

describe('a decoder that never ends', () => {
  const endless: StandardSchemaV1<unknown, Item> = {
    '~standard': { version: 1, vendor: 'test', validate: () => new Promise(() => {}) },
  }
  const hanging = () =>
    service(
      poll({
        name: 'p',
        every: '10s',
        timeout: '5s',
        decode: endless,
        id: (i) => i.id,
        fetch: () => ({ items: [{ id: 'a', at: 1 }] }),
      }),
    )

  test('is given up like a fetch, told, and the page asked for again', async () => {
    const s = hanging()
    await s.start()
    await s.clock.advanceBy(30 * SECOND)
    expect(s.log.at('warn').map((l) => JSON.stringify(l.data))).toEqual([
      expect.stringContaining('decode of poll \\"p\\" did not end within 5000 ms'),
    ])
    expect(s.log.at('debug').length).toBeGreaterThan(0)
    await s.stop()
  })

  test('does not hold up the end of the runtime', async () => {
    const s = hanging()
    await s.start()
    await s.clock.advanceBy(SECOND)
    const before = s.clock.now()
    await s.stop()
    expect(s.clock.now() - before).toBeLessThanOrEqual(200)
  })
})

describe('a fetch that gives what it should not', () => {
  test('items of every wrong kind are dead letters, and what is right among them arrives', async () => {
    const odd: readonly unknown[] = [
      null,
      7,
      'text',
      [],
      true,
      Symbol('s'),
      () => 1,
      10n,
      new Map(),
      { id: 'right', at: 1 },
      { id: 'no time' },
      JSON.parse('['.repeat(2000) + ']'.repeat(2000)),
    ]
    const remote = scripted(() => ({ items: odd }))
    const s = service(poll({ name: 'p', every: '10s', decode: Item, id: (i) => i.id, ...remote }))
    await s.start()
    await s.clock.advanceBy(25 * SECOND)
    expect(s.bodies()).toEqual([{ id: 'right', at: 1 }])
    const dead = await s.dead()
    expect([dead.length, new Set(dead.map((d) => d.error))]).toEqual([
      odd.length - 1,
      new Set(['DecodeFailed']),
    ])
    await s.stop()
  })

  test('200,000 items of one page are one transaction, and the event loop has its turns meanwhile', async () => {
    const many = Array.from({ length: 200_000 }, (_, i) => ({ id: `i${i}`, at: i }))
    const remote = scripted((n) => ({ items: n === 0 ? many : [] }))
    const s = service(
      poll({ name: 'p', every: '1h', decode: Item, id: (i) => i.id, remember: 200_000, ...remote }),
      { runtime: { role: 'accept' } },
    )
    await s.start()
    let turns = 0
    const turning = setInterval(() => turns++, 1)
    await s.clock.advanceBy(SECOND)
    clearInterval(turning)
    expect(await s.accepted()).toBe(200_000)
    expect(turns).toBeGreaterThan(20)
    await s.stop()
  }, 60_000)
})
