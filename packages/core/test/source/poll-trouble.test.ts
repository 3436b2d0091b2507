import * as t from 'io-ts'
import { describe, expect, test } from 'vitest'
import { createDestination, memoryJournal, memoryStore, type Clock } from '../../src/index.js'
import { poll } from '../../src/source/poll.js'
import type { PollOptions } from '../../src/source/poll-options.js'
import { virtualClock } from '../../src/testing/index.js'
import { faultyJournal } from '../runtime/faulty-journal.js'
import { Down } from '../semantics/remote.js'
import { Item, items, scripted } from './remote-items.js'
import { faced, service, type FacedClock, type Service } from './service.js'

const SECOND = 1000
type NumberPoll = PollOptions<typeof Item, t.NumberC>
const of = (o: Pick<NumberPoll, 'fetch'> & Partial<NumberPoll>) =>
  poll({ name: 'p', every: '10s', decode: Item, id: (i: Item) => i.id, cursor: t.number, ...o })
const ids = (s: { bodies(): readonly Item[] }): string[] => s.bodies().map((b) => b.id)
const said = (s: Service<Item>, level: 'warn' | 'info' | 'error' = 'warn'): string[] =>
  s.log.at(level).map((l) => l.message)
const why = (s: Service<Item>): unknown => (s.log.at('warn')[0]!.data.error as { message: string }).message

const run = async (
  o: Pick<NumberPoll, 'fetch'> & Partial<NumberPoll>,
  ms: number,
): Promise<Service<Item>> => {
  const s = service(of(o))
  await s.start()
  await s.clock.advanceBy(ms)
  await s.stop()
  return s
}

describe('a fetch that fails', () => {
  const fails: readonly (readonly [how: string, fetch: () => never | Promise<never> | Down])[] = [
    [
      'throws',
      () => {
        throw new Error('no')
      },
    ],
    ['rejects', () => Promise.reject(new Error('no'))],
    [
      'throws nothing',
      () => {
        throw undefined
      },
    ],
    ['returns a failure', () => new Down({})],
    ['rejects with a failure', () => Promise.reject(new Down({}))],
  ]
  test.each(fails)(
    'because it %s: accepts nothing, is told, and asks again with the same cursor',
    async (_how, fail) => {
      const remote = scripted((n) => (n === 1 ? fail() : { items: items(n, `i${n}`), cursor: n + 1 }))
      const s = await run(remote, 25 * SECOND)
      expect(remote.calls.map((c) => c.cursor)).toEqual([undefined, 1, 1])
      expect([ids(s), said(s), said(s, 'info')]).toEqual([
        ['i0', 'i2'],
        ['poll "p": failed; nothing was lost, it polls again in 10000 ms'],
        ['poll "p": goes on'],
      ])
    },
  )

  test('for long is told when it begins and when it is asked less often, in plain words, without secrets', async () => {
    const s = await run(
      { fetch: () => Promise.reject(new Error('Authorization: Bearer abcdefgh12345678')) },
      75 * SECOND,
    )
    expect(said(s)).toEqual([
      'poll "p": failed; nothing was lost, it polls again in 10000 ms',
      'poll "p": failed 3 times in a row; nothing was lost, it polls again in 50000 ms',
    ])
    expect(JSON.stringify(s.log.lines)).not.toContain('abcdefgh12345678')
  })

  test('is asked again when the remote said, up to an hour later', async () => {
    const hint = (ms: number) => scripted((_n, _c, ctx) => new Down({ retryAt: ctx.clock.now() + ms }))
    for (const [ms, next] of [
      [25_000, 25_000],
      [1000, 10_000],
      [35 * 864e5, 3_600_000],
    ] as const) {
      const remote = hint(ms)
      await run(remote, 3_600_000 + 1)
      expect(remote.calls[1]!.at - remote.calls[0]!.at).toBe(next)
    }
  })

  test('because its destination is parked is asked again when that opens, and does not wait inside', async () => {
    const destination = createDestination({ name: 'remote', circuit: false })
    const remote = scripted(async (n, _c, ctx) => {
      const pass = await ctx.enter(destination)
      if (typeof pass !== 'function') return pass._tag === 'Left' ? pass.left : { items: [] }
      pass({ as: 'refused', retryAt: ctx.clock.now() + (n === 0 ? 30 * SECOND : 0) })
      return { items: items(n, `i${n}`) }
    })
    const s = await run({ ...remote, timeout: '5s' }, 45 * SECOND)
    const [zero, first, then] = remote.calls.map((c) => c.at)
    // A destination opens a little later than it was asked to, so that not all come at once.
    expect([first! - zero!, then! - zero! >= 30_000, then! - zero! < 34_000, ids(s)]).toEqual([
      10_000,
      true,
      true,
      ['i0', 'i2', 'i3'],
    ])
    expect(s.log.at('warn').map((l) => l.data.error)).toMatchObject([
      { _tag: 'Parked', destination: 'remote' },
    ])
  })

  test('because it takes too long is given up, told so by its signal, and its answer dropped', async () => {
    const aborted: unknown[] = []
    const remote = scripted(async (n, _c, ctx) => {
      ctx.signal.addEventListener('abort', () => aborted.push((ctx.signal.reason as Error).message))
      await ctx.clock.sleep(n === 0 ? 20 * SECOND : 0)
      return { items: items(n, `i${n}`), cursor: n + 1 }
    })
    const s = await run({ ...remote, timeout: '5s' }, 30 * SECOND)
    expect([ids(s), aborted, why(s)]).toEqual([
      ['i1', 'i2'],
      ['fetch of poll "p" did not end within 5000 ms'],
      'fetch of poll "p" did not end within 5000 ms',
    ])
    expect(remote.calls.map((c) => c.cursor)).toEqual([undefined, undefined, 2])
  })
})

describe('a page that cannot be', () => {
  const bad: readonly (readonly [what: string, page: unknown, message: RegExp])[] = [
    ['nothing', undefined, /fetch gave undefined, expected \{ items/],
    ['null', null, /fetch gave null, expected/],
    ['an array', [{ id: 'a', at: 1 }], /fetch gave object, expected/],
    ['items that are no array', { items: { length: 1 } }, /fetch gave object, expected/],
    ['a cursor of another type', { items: items(1, 'a'), cursor: 'three' }, /could not be read back/],
    ['a cursor that JSON cannot carry', { items: items(1, 'a'), cursor: NaN }, /cannot be stored: NaN/],
    ['more without getting anywhere', { items: [], more: true }, /gave nothing new and the same cursor/],
    [
      'a cursor that goes back',
      { items: items(1, 'a'), cursor: 4 },
      /goes back; nothing of its page was accepted/,
    ],
  ]
  test.each(bad)('(%s) accepts nothing and moves nothing', async (_what, page, message) => {
    const remote = scripted((n) =>
      n === 0 ? { items: [], cursor: 5 } : n === 1 ? (page as never) : { items: [] },
    )
    const s = await run(remote, 25 * SECOND)
    expect([ids(s), remote.calls.map((c) => c.cursor)]).toEqual([[], [undefined, 5, 5]])
    expect(why(s)).toMatch(message)
  })

  test('a cursor may go back where that is said, and is compared as is said', async () => {
    const back = () => scripted((n) => ({ items: items(n, `i${n}`), cursor: 9 - n }))
    expect(ids(await run({ ...back(), compare: false }, 15 * SECOND))).toEqual(['i0', 'i1'])
    expect(ids(await run({ ...back(), compare: (next, before) => before - next }, 15 * SECOND))).toEqual([
      'i0',
      'i1',
    ])
    const wrong = await run({ ...back(), compare: () => NaN }, 15 * SECOND)
    expect([ids(wrong), why(wrong)]).toEqual([['i0'], 'compare gave NaN, expected a number'])
  })

  test('a cursor without the option cursor is refused', async () => {
    const fetch = () => ({ items: items(1, 'a'), cursor: 1 as never })
    const s = service(poll({ name: 'p', every: '10s', decode: Item, id: (i) => i.id, fetch }))
    await s.start()
    await s.clock.advanceBy(SECOND)
    expect([ids(s), why(s)]).toEqual([
      [],
      'fetch gave a cursor, but the poll has no option cursor that could read it back',
    ])
    await s.stop()
  })
})

describe('a position', () => {
  test('that the decoder of the cursor refuses rejects the start, by name', async () => {
    const [clock, store] = [virtualClock(), memoryStore()]
    const first = service(of({ fetch: () => ({ items: [], cursor: 1 }) }), { clock, store })
    await first.start()
    await clock.advanceBy(SECOND)
    await first.stop()
    const now = poll({
      name: 'p',
      every: '10s',
      decode: Item,
      id: (i) => i.id,
      cursor: t.string,
      fetch: () => ({ items: [] }),
    })
    await expect(service(now, { clock, store }).start()).rejects.toThrow(
      /^poll "p": the cursor in the journal cannot be read: .*Let the option cursor read the old form too/,
    )
  })

  test('that another process moved is read again, and nothing comes twice', async () => {
    const [clock, store] = [virtualClock(), memoryStore()]
    const remote = scripted((_n, cursor: number | undefined) => {
      const next = (cursor ?? 0) + 1
      return next > 3 ? { items: [] } : { items: items(next, `i${next}`), cursor: next }
    })
    const s = service(of(remote), { clock, store, processes: 'many' })
    await s.start()
    await clock.advanceBy(SECOND)
    const other = memoryJournal({ clock, store, processes: 'many' })
    await other.open([])
    const { version, value } = (await other.read(['cursor:p']))['cursor:p']!
    await other.accept([], {
      state: [{ name: 'cursor:p', expect: version, value: { ...(value as object), cursor: 2 } }],
    })
    await clock.advanceBy(35 * SECOND)
    expect([ids(s), why(s)]).toEqual([
      ['i1', 'i3'],
      'the position of source "p" was moved by another process; read it again',
    ])
    await s.stop()
    await other.close()
  })

  test('that cannot be written is tried again, with the same page', async () => {
    const store = memoryStore()
    let down = false
    const journal = (clock: Clock) =>
      faultyJournal(
        memoryJournal({ clock, store }),
        (call, [entries]) => down && call === 'accept' && (entries as readonly unknown[]).length > 0,
      )
    const remote = scripted((_n, cursor: number | undefined) => ({
      items: cursor === 2 ? [] : items(1, `i${cursor ?? 0}`),
      cursor: Math.min(2, (cursor ?? 0) + 1),
    }))
    const s = service(of(remote), { journal })
    await s.start()
    await s.clock.advanceBy(SECOND)
    down = true
    await s.clock.advanceBy(20 * SECOND)
    down = false
    await s.clock.advanceBy(60 * SECOND)
    expect([ids(s), remote.calls.slice(0, 4).map((c) => c.cursor)]).toEqual([
      ['i0', 'i1'],
      [undefined, 1, 1, 1],
    ])
    await s.stop()
  })
})

test('a clock that is set by an hour changes nothing about when it asks', async () => {
  for (const by of [3_600_000, -3_600_000]) {
    const remote = scripted(() => ({ items: [] }))
    let face: FacedClock | undefined
    const s = service(of(remote), { face: (c) => (face = faced(c)) })
    await s.start()
    await s.clock.advanceBy(15 * SECOND)
    face!.set(by)
    await s.clock.advanceBy(20 * SECOND)
    expect(remote.calls.length).toBe(4)
    await s.stop()
  }
})

describe('options that make no sense are refused by name:', () => {
  const fetch = () => ({ items: [] })
  const wrong: readonly (readonly [o: object, message: string])[] = [
    [{ name: '' }, 'poll: name: expected a text'],
    [{ every: '0s' }, 'poll "p": every: expected a duration longer than nothing, got 0s'],
    [{ every: 'often' }, 'poll "p": every: expected a duration like'],
    [{ fetch: 1 }, 'poll "p": fetch: expected a function, got number'],
    [{ id: undefined }, 'poll "p": id: expected a function, got undefined'],
    [{ decode: () => true }, 'expected an io-ts codec or a Standard Schema'],
    [{ remember: 0 }, 'poll "p": remember: expected a whole number of 1 or more, got 0'],
    [{ timeout: '0ms' }, 'poll "p": timeout: expected a duration longer than nothing'],
    [
      { backOff: { multiplier: -1 } },
      'poll "p": backOff.multiplier: expected a whole number of 0 or more, got -1',
    ],
    [
      { backOff: { multiplier: 1, afterIdle: 0 } },
      'poll "p": backOff.afterIdle: expected a whole number of 1 or more',
    ],
    [
      { deletions: { every: '1d', ids: () => [], most: 2 } },
      'poll "p": deletions.most: expected a number from 0 to 1, got 2',
    ],
    [{ deletions: { every: '1d' } }, 'poll "p": deletions.ids: expected a function, got undefined'],
  ]
  test.each(wrong)('%o', (o, message) => {
    expect(() => of({ fetch, ...o })).toThrow(message)
  })
})
