import * as t from 'io-ts'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { memoryStore } from '../../src/index.js'
import { poll } from '../../src/source/poll.js'
import type { PollOptions } from '../../src/source/poll-options.js'
import { virtualClock } from '../../src/testing/index.js'
import { remote } from '../semantics/remote.js'
import { Item, items, scripted } from './remote-items.js'
import { service } from './service.js'

const SECOND = 1000
type ItemPoll = PollOptions<typeof Item>
const of = (o: Pick<ItemPoll, 'fetch'> & Partial<ItemPoll>) =>
  poll({ name: 'p', every: '10s', decode: Item, id: (i: Item) => i.id, ...o })
const ids = (s: { bodies(): readonly Item[] }): string[] => s.bodies().map((b) => b.id)

describe('a poll', () => {
  test('asks at start, then every so often after the end of the last, and makes messages of items', async () => {
    const asked = scripted(async (n, _cursor, ctx) => {
      await ctx.clock.sleep(2 * SECOND)
      return { items: n < 2 ? items(n, `i${n}`) : [] }
    })
    const s = service(of(asked))
    const start = s.clock.now()
    await s.start()
    await s.clock.advanceBy(30 * SECOND)
    await s.stop()
    expect(asked.calls.map((c) => c.at - start)).toEqual([0, 12_000, 24_000])
    expect([ids(s), s.clock.pending(), s.log.lines]).toEqual([['i0', 'i1'], 0, []])
  })

  test('gives the cursor of the last page, over restarts and crashes, and none at first', async () => {
    const [clock, store] = [virtualClock(), memoryStore()]
    const asked = scripted((n, cursor: number | undefined) => ({
      items: items(n, `i${n}`),
      cursor: (cursor ?? 0) + 1,
    }))
    const source = () =>
      poll({ name: 'p', every: '10s', decode: Item, id: (i) => i.id, cursor: t.number, ...asked })
    for (const end of ['stop', 'crash'] as const) {
      const s = service(source(), { clock, store })
      await s.start()
      await clock.advanceBy(SECOND)
      await s[end]()
    }
    const last = service(source(), { clock, store })
    await last.start()
    await clock.advanceBy(SECOND)
    expect([asked.calls.map((c) => c.cursor), await last.accepted()]).toEqual([[undefined, 1, 2], 3])
    await last.stop()
  })

  test('stores a cursor by the codec that it has', async () => {
    const date = new t.Type<Date, string, unknown>(
      'Date',
      (u): u is Date => u instanceof Date,
      (u, c) => (typeof u === 'string' ? t.success(new Date(u)) : t.failure(u, c)),
      (d) => d.toISOString(),
    )
    const asked = scripted((n) => ({ items: [], cursor: new Date(n * SECOND) }))
    const s = service(
      poll({ name: 'p', every: '10s', decode: Item, id: (i) => i.id, cursor: date, ...asked }),
    )
    await s.start()
    await s.clock.advanceBy(10 * SECOND)
    expect(asked.calls.map((c) => c.cursor)).toEqual([undefined, new Date(0)])
    await s.stop()
  })

  test('goes through all pages at once, and from the page where a crash stopped it', async () => {
    const [clock, store] = [virtualClock(), memoryStore()]
    const asked = scripted(async (_n, cursor: { page: number } | undefined, ctx) => {
      const page = cursor?.page ?? 0
      if (page > 0) await ctx.clock.sleep(SECOND)
      return { items: items(0, `i${page}`), cursor: { page: (page + 1) % 4 }, more: page < 3 }
    })
    const Cursor = z.object({ page: z.number() })
    const source = () =>
      poll({ name: 'p', every: '1h', decode: Item, id: (i) => i.id, cursor: Cursor, ...asked })
    const first = service(source(), { clock, store })
    await first.start()
    await clock.advanceBy(1500)
    first.crash()
    const second = service(source(), { clock, store })
    await second.start()
    await clock.advanceBy(60 * SECOND)
    expect(asked.calls.map((c) => (c.cursor as { page: number } | undefined)?.page)).toEqual([
      undefined,
      1,
      2,
      2,
      3,
    ])
    expect([ids(first), ids(second)]).toEqual([
      ['i0', 'i1'],
      ['i2', 'i3'],
    ])
    await second.stop()
  })

  test('tells messages by the type and source that it is given, and by the time of the item', async () => {
    const seen: unknown[] = []
    const to = remote<never, Item>('to', (_i, { message: m }) => void seen.push([m.type, m.source, m.time]))
    const fetch: ItemPoll['fetch'] = () => ({ items: items(42, 'a') })
    const s = service(of({ fetch, time: (i) => i.at, type: 'entry' }), { to })
    await s.start()
    await s.clock.advanceBy(SECOND)
    await s.stop()
    expect(seen).toEqual([['entry', 'p', 42]])
  })

  test('asks nothing while too much is pending, nor between two pages', async () => {
    const asked = scripted((n) => ({ items: items(0, `a${n}`, `b${n}`), more: true }))
    const s = service(of(asked), { runtime: { maxPending: 3, role: 'accept' } })
    await s.start()
    await s.clock.advanceBy(60 * SECOND)
    expect([asked.calls.length, await s.accepted()]).toEqual([2, 4])
    await s.stop()
  })

  test('gives each call the ports of the runtime, so that reads of clients can be called with its context', async () => {
    let seen: unknown
    const fetch: ItemPoll['fetch'] = (_cursor, ctx) => {
      seen = [ctx.config, ctx.attempt, typeof ctx.enter, ctx.deadline! - ctx.clock.now(), typeof ctx.key]
      ctx.log.info('asked')
      return { items: [] }
    }
    const s = service(of({ fetch, timeout: '5s' }), { runtime: { config: { KEY: 'k' } } })
    await s.start()
    await s.clock.advanceBy(SECOND)
    expect(seen).toEqual([{ KEY: 'k' }, 1, 'function', 5000, 'string'])
    expect(s.log.lines).toEqual([{ level: 'info', data: { source: 'p' }, message: 'asked' }])
    await s.stop()
  })

  test('stops at once while a fetch hangs, whose answer is then dropped', async () => {
    let aborted = false
    let answer: (page: unknown) => void = () => {}
    const fetch: ItemPoll['fetch'] = (_cursor, ctx) => {
      ctx.signal.addEventListener('abort', () => (aborted = true))
      return new Promise((resolve) => (answer = resolve as never))
    }
    const s = service(of({ fetch }))
    await s.start()
    await s.clock.advanceBy(SECOND)
    const before = s.clock.now()
    await s.stop()
    answer({ items: items(0, 'late') })
    await s.clock.advanceBy(SECOND)
    expect([aborted, s.clock.now() - before <= 1200, s.bodies(), s.clock.pending()]).toEqual([
      true,
      true,
      [],
      0,
    ])
  })
})

describe('items', () => {
  test('that do not decode are dead letters, once, and hold up nothing', async () => {
    const bad = [
      { id: 7 },
      null,
      'text',
      { id: 'x', at: 1, when: new Date(0) },
      { id: 'y', at: 1n },
      undefined,
    ]
    const good = items(1, 'a')
    const asked = scripted(() => ({ items: [...bad, ...good], cursor: 1 }))
    const s = service(
      poll({ name: 'p', every: '10s', decode: Item, id: (i) => i.id, cursor: t.number, ...asked }),
    )
    await s.start()
    await s.clock.advanceBy(20 * SECOND)
    expect([ids(s), (await s.dead()).map((d) => d.error)]).toEqual([['a'], Array(5).fill('DecodeFailed')])
    expect((await s.dead()).map((d) => d.body)).toEqual([
      { id: 7 },
      null,
      'text',
      { 'xconnector/unstorable': 'when: Date' },
      { 'xconnector/unstorable': 'at: bigint' },
    ])
    expect(asked.calls.at(-1)!.cursor).toBe(1)
    await s.stop()
  })

  test('that JSON cannot carry are dead letters, whatever the decoder would take', async () => {
    const fetch = () => ({ items: [{ size: 1n }, { id: 'a' }] })
    const s = service(poll({ name: 'p', every: '10s', decode: t.unknown, id: () => 'any', fetch }))
    await s.start()
    await s.clock.advanceBy(SECOND)
    expect([s.bodies(), (await s.dead()).map((d) => d.error)]).toEqual([[{ id: 'a' }], ['DecodeFailed']])
    await s.stop()
  })

  test('whose id, version or time throws, or gives nonsense, are dead letters', async () => {
    const wrong: Partial<ItemPoll>[] = [
      {
        id: () => {
          throw new Error('secret')
        },
      },
      { id: () => '' },
      { id: () => 7 as never },
      { version: () => NaN },
      { version: () => null as never },
      {
        time: () => {
          throw new TypeError('no')
        },
      },
      { time: () => Infinity },
    ]
    for (const more of wrong) {
      const s = service(of({ fetch: () => ({ items: items(1, 'a') }), ...more }))
      await s.start()
      await s.clock.advanceBy(11 * SECOND)
      expect([await s.dead(), s.log.at('warn').filter((l) => l.message.includes('secret'))]).toMatchObject([
        [{ error: 'DecodeFailed', body: { id: 'a' } }],
        [],
      ])
      await s.stop()
    }
  })

  test('of one page, ten thousand of them, are one transaction', async () => {
    const many = Array.from({ length: 10_000 }, (_, i) => ({ id: `i${i}`, at: i }))
    const s = service(of({ fetch: () => ({ items: many }), time: (i) => i.at }), {
      runtime: { role: 'accept' },
    })
    await s.start()
    await s.clock.advanceBy(25 * SECOND)
    expect([await s.accepted(), s.log.lines]).toEqual([10_000, []])
    await s.stop()
  })

  test('that a decoder reads with a promise, and makes other ones of, arrive as made', async () => {
    const decode = z.object({ id: z.string() }).transform(async ({ id }) => ({ name: id.toUpperCase() }))
    const source = poll({
      name: 'p',
      every: '10s',
      decode,
      id: (i) => i.name,
      fetch: () => ({ items: [{ id: 'a' }] }),
    })
    const s = service(source)
    await s.start()
    await s.clock.advanceBy(15 * SECOND)
    expect(s.bodies()).toEqual([{ name: 'A' }])
    await s.stop()
  })
})
