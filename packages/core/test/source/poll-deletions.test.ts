import { describe, expect, test } from 'vitest'
import { byKind, createRuntime, flow, memoryJournal, memoryStore, type MemoryStore } from '../../src/index.js'
import type { Change } from '../../src/source/change.js'
import { poll } from '../../src/source/poll.js'
import type { Deletions, PollOptions } from '../../src/source/poll-options.js'
import { virtualClock, type VirtualClock } from '../../src/testing/index.js'
import { fine } from '../semantics/remote.js'
import { Item, items } from './remote-items.js'
import { faced, service, type FacedClock, type Service } from './service.js'

const MINUTE = 60_000
type Ids = Deletions['ids']

/** A remote whose items can be changed by the test, and which tells of those that are new. */
const remote = (...first: readonly string[]) => {
  const all = new Map(first.map((id) => [id, 1]))
  return {
    all,
    fetch: () => ({ items: [...all].map(([id, at]) => ({ id, at })) }),
    ids: () => [...all.keys()],
  }
}

const of = (
  r: { readonly fetch: () => { readonly items: readonly unknown[] }; readonly ids: Ids },
  o: Partial<Deletions> & { readonly poll?: Partial<PollOptions<typeof Item>> } = {},
) => {
  const { poll: more, ...deletions } = o
  return poll({
    name: 'p',
    every: '1m',
    decode: Item,
    id: (i: Item) => i.id,
    fetch: r.fetch,
    deletions: { every: '10m', ids: r.ids, ...deletions },
    ...more,
  })
}
/** `+a` for an item, `-a` for one that was deleted. */
const told = (s: Service<Change<Item>>): string[] =>
  s.bodies().map((b) => (b.change === 'item' ? `+${b.item.id}` : `-${b.id}`))
const errors = (s: Service<Change<Item>>): string[] => s.log.at('error').map((l) => l.message)

const begin = (): { readonly clock: VirtualClock; readonly store: MemoryStore } => ({
  clock: virtualClock(),
  store: memoryStore(),
})

describe('deletions', () => {
  test('are found by the next listing, and are messages of type deleted', async () => {
    const r = remote('a', 'b', 'c')
    const s = service(of(r))
    await s.start()
    await s.clock.advanceBy(5 * MINUTE)
    r.all.delete('b')
    await s.clock.advanceBy(4 * MINUTE)
    expect(told(s)).toEqual(['+a', '+b', '+c'])
    await s.clock.advanceBy(2 * MINUTE)
    expect(told(s)).toEqual(['+a', '+b', '+c', '-b'])
    await s.clock.advanceBy(30 * MINUTE)
    expect(told(s).length).toBe(4)
    await s.stop()
  })

  test('are found after restarts and crashes, and each is told once', async () => {
    const { clock, store } = begin()
    const r = remote('a', 'b', 'c')
    const seen: string[] = []
    for (const gone of [undefined, 'a', undefined, 'c', undefined]) {
      if (gone !== undefined) r.all.delete(gone)
      const s = service(of(r), { clock, store })
      await s.start()
      await clock.advanceBy(11 * MINUTE)
      seen.push(told(s).join(''))
      s.crash()
    }
    expect(seen).toEqual(['+a+b+c', '-a', '', '-c', ''])
  })

  test('are found for items that came and went between two listings', async () => {
    const r = remote('a')
    const s = service(of(r))
    await s.start()
    await s.clock.advanceBy(2 * MINUTE)
    r.all.set('brief', 1)
    await s.clock.advanceBy(2 * MINUTE)
    r.all.delete('brief')
    await s.clock.advanceBy(10 * MINUTE)
    expect(told(s)).toEqual(['+a', '+brief', '-brief'])
    await s.stop()
  })

  test('of an item that comes back unchanged: it is an item again', async () => {
    const r = remote('a', 'b')
    const s = service(of(r, { poll: { version: (i) => i.at, time: (i) => i.at } }))
    await s.start()
    await s.clock.advanceBy(MINUTE)
    r.all.delete('b')
    await s.clock.advanceBy(10 * MINUTE)
    r.all.set('b', 1)
    await s.clock.advanceBy(2 * MINUTE)
    expect(told(s)).toEqual(['+a', '+b', '-b', '+b'])
    await s.stop()
  })

  test('are listed by pages, in any order', async () => {
    const many = Array.from({ length: 2500 }, (_, i) => `i${i}`)
    const r = remote(...many)
    const ids: Ids = async function* (ctx) {
      const all = [...r.all.keys()].reverse()
      for (let i = 0; i < all.length; i += 1000) {
        await ctx.clock.sleep(100)
        yield all.slice(i, i + 1000)
      }
      if (all.length > 0) yield all[0]!
    }
    const s = service(of({ ...r, ids }))
    await s.start()
    await s.clock.advanceBy(2 * MINUTE)
    for (const id of many.slice(0, 1200)) r.all.delete(id)
    await s.clock.advanceBy(10 * MINUTE)
    expect([told(s).length, told(s).filter((m) => m.startsWith('-')).length]).toEqual([3700, 1200])
    await s.stop()
  })

  test('reach a flow typed, and a stored one is read again', async () => {
    const source = of(remote('a'))
    const names = flow('f')
      .from(source)
      .map('id', (c) => (c.change === 'item' ? c.item.id : c.id))
    expect(await names.run({ change: 'deleted', id: 'x' })).toBe('x')
    expect(await names.run({ change: 'item', item: { id: 'y', at: 1 } })).toBe('y')
    for (const raw of [null, {}, { change: 'gone' }, { change: 'deleted' }, { change: 'item' }])
      expect(source.decode(raw)).toMatchObject({ _tag: 'Left', left: { _tag: 'DecodeFailed' } })
  })
})

describe('a listing that is not believed deletes nothing:', () => {
  const thirty = Array.from({ length: 30 }, (_, i) => `i${i}`)
  const after = async (r: ReturnType<typeof remote>, keep: number, o: Partial<Deletions> = {}) => {
    const s = service(of(r, o))
    await s.start()
    await s.clock.advanceBy(MINUTE)
    for (const id of [...r.all.keys()].slice(keep)) r.all.delete(id)
    await s.clock.advanceBy(11 * MINUTE)
    const gone = told(s).filter((m) => m.startsWith('-')).length
    await s.stop()
    return { s, gone }
  }

  test('an empty one', async () => {
    for (const r of [remote(...thirty), remote('a')]) {
      const { s, gone } = await after(r, 0)
      expect(gone).toBe(0)
      expect(errors(s)).toEqual([
        expect.stringMatching(/^poll "p": its listing is not believed: it is empty, and would delete all/),
      ])
    }
  })

  test('one in which more than a share has vanished', async () => {
    const { s, gone } = await after(remote(...thirty), 14)
    expect([gone, errors(s)]).toEqual([
      0,
      [
        'poll "p": its listing is not believed: it would delete 16 of 30, more than the share deletions.most allows (0.5)',
      ],
    ])
    expect((await after(remote(...thirty), 15)).gone).toBe(15)
  })

  test('unless so many may vanish, or it is a handful', async () => {
    expect((await after(remote(...thirty), 0, { most: 1 })).gone).toBe(30)
    expect((await after(remote(...thirty), 20, { most: 0 })).gone).toBe(10)
    expect((await after(remote('a', 'b', 'c'), 1)).gone).toBe(2)
  })

  const failing: readonly (readonly [how: string, ids: Ids])[] = [
    [
      'one that throws',
      () => {
        throw new Error('no')
      },
    ],
    [
      'one that ends early',
      async function* () {
        yield 'a'
        throw new Error('cut')
      },
    ],
    ['one that returns a failure', () => ({ _tag: 'Down', kind: 'transient' }) as const],
    ['one that hangs', () => new Promise<never>(() => {})],
    [
      'one that hangs half-way',
      async function* () {
        yield 'a'
        await new Promise<never>(() => {})
      },
    ],
    ['one that gives nothing', () => undefined as never],
    ['one that gives what is no id', () => ['a', 7 as never]],
    ['one that gives an empty id', () => ['']],
  ]
  test.each(failing)('%s, and polls go on', async (_how, ids) => {
    const r = remote('a', 'b')
    const s = service(of({ ...r, ids }, { timeout: '30s' }))
    await s.start()
    await s.clock.advanceBy(3 * MINUTE)
    r.all.set('c', 1)
    await s.clock.advanceBy(20 * MINUTE)
    expect(told(s)).toEqual(['+a', '+b', '+c'])
    expect(s.log.at('warn').map((l) => l.message)).toEqual([
      'poll "p": its listing failed; nothing is taken as deleted',
    ])
    await s.stop()
  })
})

describe('listings', () => {
  test('are as often as said, over restarts, and a clock that goes back by an hour puts none off', async () => {
    const { clock, store } = begin()
    let listings = 0
    const r = { ...remote('a'), ids: () => (listings++, ['a']) }
    const first = service(of(r), { clock, store })
    await first.start()
    await clock.advanceBy(5 * MINUTE)
    first.crash()
    let face: FacedClock | undefined
    const second = service(of(r), { clock, store, face: (c) => (face = faced(c)) })
    await second.start()
    await clock.advanceBy(4 * MINUTE)
    expect(listings).toBe(1)
    face!.set(-60 * MINUTE)
    await clock.advanceBy(2 * MINUTE)
    expect(listings).toBe(2)
    await second.stop()
  })

  test('that a crash cuts off between two commits go on with the next', async () => {
    const { clock, store } = begin()
    const r = remote(...Array.from({ length: 30 }, (_, i) => `i${i}`))
    let commits = Infinity
    const dying = (c: typeof clock) => {
      const real = memoryJournal({ clock: c, store })
      return {
        ...real,
        open: real.open.bind(real),
        claim: real.claim.bind(real),
        read: real.read.bind(real),
        watch: real.watch.bind(real),
        commit: real.commit.bind(real),
        extend: real.extend.bind(real),
        mark: real.mark.bind(real),
        close: real.close.bind(real),
        accept: (...args: Parameters<typeof real.accept>) =>
          args[0].length > 0 && --commits < 0 ? new Promise<never>(() => {}) : real.accept(...args),
      }
    }
    const first = service(of(r, { most: 1 }), { clock, store, journal: dying as never })
    await first.start()
    await clock.advanceBy(MINUTE)
    r.all.clear()
    commits = 5
    await clock.advanceBy(11 * MINUTE)
    first.crash()
    const before = told(first).filter((m) => m.startsWith('-'))
    const second = service(of(r, { most: 1 }), { clock, store })
    await second.start()
    await clock.advanceBy(MINUTE)
    const after = told(second).filter((m) => m.startsWith('-'))
    expect([before.length > 0, after.length > 0]).toEqual([true, true])
    expect([...before, ...after].sort()).toEqual(Array.from({ length: 30 }, (_, i) => `-i${i}`).sort())
    await second.stop()
  })
})

test('two flows may be fed by one poll', async () => {
  const clock = virtualClock()
  const r = remote('a')
  const source = of(r)
  const [one, two] = [fine<Change<Item>>('one'), fine<Change<Item>>('two')]
  const runtime = createRuntime({
    flows: [
      flow('one').from(source).to(one).otherwise(byKind()),
      flow('two').from(source).to(two).otherwise(byKind()),
    ],
    journal: memoryJournal({ clock }),
    clock,
  })
  await runtime.start()
  await clock.advanceBy(MINUTE)
  expect([one, two].map((to) => to.calls.map((c) => c.input))).toEqual(
    Array(2).fill(items(1, 'a').map((item) => ({ change: 'item', item }))),
  )
  const stopped = runtime.stop()
  await clock.advanceBy(MINUTE)
  await stopped
})
