import { describe, expect, test } from 'vitest'
import {
  byKind,
  createDestination,
  createRuntime,
  deadLetter,
  flow,
  memoryJournal,
  memoryStore,
  read,
  retry,
  right,
  silentLogger,
  type Deployable,
  type Journal,
  type MemoryStore,
} from '../../src/index.js'
import { statusOf, type HopStatus, type Status } from '../../src/operate/index.js'
import { failover } from '../../src/patterns/index.js'
import { testFlow, virtualClock, type VirtualClock } from '../../src/testing/index.js'
import { Bad, Down, fine, hanging, remote, type Order } from '../semantics/remote.js'
import { orders } from '../semantics/source.js'

const HOUR = 36e5
const quick = byKind({ transient: retry({ initial: '1s', jitter: 'none' }) })
const hopOf = (s: Status, hop: string): HopStatus | undefined =>
  s.flows.flatMap((f) => f.hops).find((h) => h.hop === hop)

/** What a person sees who has nothing but the journal. */
const seen = async (store: MemoryStore, clock: VirtualClock): Promise<Status> => {
  const journal = memoryJournal({ clock, store })
  await journal.open([])
  return statusOf(journal, { now: clock.now() })
}

/** Runs flows on a store for a while, and ends as a kill would. */
const ran = async (store: MemoryStore, clock: VirtualClock, ...flows: Deployable[]): Promise<void> => {
  const runtime = createRuntime({ flows, journal: memoryJournal({ clock, store }), clock, log: silentLogger })
  await runtime.start()
  await runtime.stop()
}

describe('the status of a journal', () => {
  test('lists every flow that was ever started, with nothing in it, hops in the order of the flow', async () => {
    const [clock, store] = [virtualClock(), memoryStore()]
    const chain = flow('b', { version: 3 }).from(orders()).to(fine('z')).to(fine('a')).otherwise(quick)
    await ran(store, clock, chain)
    await ran(store, clock, flow('a').input<Order>().to(fine('x')).otherwise(quick))
    const empty = { in: 0, done: {}, dead: 0, waiting: 0, paused: false }
    expect(await seen(store, clock)).toEqual({
      at: clock.now(),
      flows: [
        { flow: 'a', version: 1, hops: [{ flow: 'a', hop: 'x', ...empty, destination: 'x remote' }] },
        {
          flow: 'b',
          version: 3,
          source: 'orders',
          hops: [
            { flow: 'b', hop: 'z', ...empty, destination: 'z remote' },
            { flow: 'b', hop: 'a', ...empty, destination: 'a remote' },
          ],
        },
      ],
      destinations: ['a remote', 'x remote', 'z remote'].map((destination) => ({
        destination,
        state: 'open',
      })),
      paused: [],
      acts: [],
      orphans: [],
    })
  })

  test('counts what came of entries, what is in hand, and since when the oldest waits', async () => {
    const f = flow('f')
      .input<Order>()
      .to(remote<Bad>('first', (b) => (b.n === 1 ? new Bad({}) : {})))
      .to(hanging('second'))
      .otherwise(deadLetter())
    await using t = testFlow(f, { runtime: { concurrency: { perHop: 2 } } })
    const start = t.clock.now()
    for (const n of [1, 2, 3, 4]) {
      await t.give({ n })
      await t.run(1000)
    }
    const s = await t.runtime.status()
    expect(hopOf(s, 'first')).toEqual({
      flow: 'f',
      hop: 'first',
      in: 4,
      done: { delivered: 3 },
      dead: 1,
      waiting: 0,
      inFlight: 0,
      paused: false,
      destination: 'first remote',
    })
    expect(hopOf(s, 'second')).toMatchObject({ in: 3, waiting: 3, inFlight: 2, oldest: start + 1000 })
  })

  test('says what is paused, and by whom', async () => {
    const f = flow('f').from(orders()).to(fine('a')).to(fine('b')).otherwise(quick)
    await using t = testFlow(f)
    const hop = await t.runtime.pause({ flow: 'f', hop: 'b' }, { by: 'ann', why: 'a test' })
    const to = await t.runtime.pause({ destination: 'a remote' })
    const s = await t.runtime.status()
    expect(s.paused).toEqual([hop, to])
    expect([hopOf(s, 'a')?.paused, hopOf(s, 'b')?.paused]).toEqual([false, true])
    expect(s.destinations).toEqual([
      { destination: 'a remote', state: 'paused' },
      { destination: 'b remote', state: 'open' },
    ])
  })

  test('says until when a destination is parked, and why; of several, each one, and the whole when all are', async () => {
    const parks = (name: string, ms: number) =>
      remote<Down>(name, () => new Down({}), {
        destination: createDestination({ name, circuit: false, random: { next: () => 0 } }),
        seen: () => ({ as: 'refused', retryAt: start + ms }),
      })
    const f = flow('f')
      .input<Order>()
      .to(failover('either', [parks('a', HOUR), parks('b', 2 * HOUR)]))
      .otherwise(quick)
    await using t = testFlow(f)
    const start = t.clock.now()
    await t.give({ n: 1 })
    await t.run(10)
    const why = 'asked'
    const [a, b] = [
      { destination: 'a', state: 'parked', until: start + HOUR, why },
      { destination: 'b', state: 'parked', until: start + 2 * HOUR, why },
    ]
    expect((await t.runtime.status()).destinations).toEqual([a, b, { ...a, destination: 'failover either' }])
    await t.run(HOUR)
    expect((await t.runtime.status()).destinations.slice(1)).toMatchObject([b, { state: 'open' }])
  })

  test('has the destinations that hops only read from', async () => {
    const look = read({
      name: 'look',
      destination: createDestination({ name: 'catalogue' }),
      call: async (b: Order) => ({ result: right(b), seen: { as: 'ok' } }),
    })
    const f = flow('f').input<Order>().via(look).to(fine('a')).otherwise(quick)
    await using t = testFlow(f)
    await t.run(1)
    expect((await t.runtime.status()).destinations.map((d) => d.destination)).toEqual([
      'a remote',
      'catalogue',
    ])
  })

  test('keeps entries under the old name of a hop with their flow, and tells those of nobody apart', async () => {
    const [clock, store] = [virtualClock(), memoryStore()]
    await ran(store, clock, flow('f').input<Order>().to(fine('old')).otherwise(quick))
    const journal = memoryJournal({ clock, store })
    await journal.open([])
    await journal.accept([
      { id: 'm1', flow: 'f', hop: 'old', body: '{}' },
      { id: 'm2', flow: 'gone', hop: 'x', body: '{}' },
      { id: 'm3', flow: 'f', hop: 'alert pager', body: '{}' },
      { id: 'm4', flow: '(runtime)', hop: 'alert pager', body: '{}' },
    ])
    await journal.close()
    const f = flow('f', { renamed: { old: 'now' } })
      .input<Order>()
      .to(fine('now'))
    const runtime = createRuntime({
      flows: [f.otherwise(quick)],
      journal: memoryJournal({ clock, store }),
      clock,
      log: silentLogger,
      role: 'accept',
    })
    await runtime.start()
    const s = await runtime.status()
    expect(s.flows.map((one) => [one.flow, one.hops.map((h) => [h.hop, h.waiting])])).toEqual([
      [
        'f',
        [
          ['now', 0],
          ['old', 1],
          ['alert pager', 1],
        ],
      ],
      ['(runtime)', [['alert pager', 1]]],
    ])
    expect(s.orphans.map((h) => [h.flow, h.hop, h.waiting])).toEqual([['gone', 'x', 1]])
    await runtime.stop()
  })

  test('asks a journal that can tell the oldest cheaply for that, and searches in no other way', async () => {
    const [clock, store] = [virtualClock(), memoryStore()]
    await ran(store, clock, flow('f').input<Order>().to(fine('a')).otherwise(quick))
    const journal = memoryJournal({ clock, store })
    await journal.open([])
    await journal.accept([{ id: 'm1', flow: 'f', hop: 'a', body: '{}' }])
    const view: Parameters<typeof statusOf>[0] = {
      read: (names) => journal.read(names),
      admin: {
        counts: () => journal.admin.counts(),
        find: () => Promise.reject(new Error('no search')),
        oldest: async () => [{ flow: 'f', hop: 'a', at: 7 }],
      } satisfies Pick<Journal['admin'], 'counts' | 'find' | 'oldest'>,
    }
    expect(hopOf(await statusOf(view, { now: clock.now() }), 'a')).toMatchObject({ waiting: 1, oldest: 7 })
  })

  test('of a journal whose state another version wrote is what can be read of it', async () => {
    const [clock, store] = [virtualClock(), memoryStore()]
    const journal = memoryJournal({ clock, store })
    await journal.open([])
    const values = { flows: { v: 2 }, 'flow:a': 'odd', 'flow:b': { flow: 'b' }, control: [1] }
    await journal.accept(
      ['a', 'b'].map((name) => ({ id: name, flow: name, hop: 'x', body: '{}' })),
      { state: Object.entries(values).map(([name, value]) => ({ name, expect: 0, value })) },
    )
    const s = await statusOf(journal, { now: clock.now() })
    expect([s.flows, s.paused, s.orphans.map((h) => h.flow)]).toEqual([[], [], ['a', 'b']])
  })
})
