import { describe, expect, test } from 'vitest'
import { deadLetter, flow } from '../../src/index.js'
import { MemoryStore, memoryStore } from '../../src/journal/memory-store.js'
import { memoryJournal } from '../../src/journal/memory.js'
import { aggregate } from '../../src/patterns/aggregate.js'
import { eventWindows } from '../../src/patterns/event-windows.js'
import type { Joined } from '../../src/patterns/group/joined.js'
import type { Windowed } from '../../src/patterns/window/windowed.js'
import { interleavings, type Faults, type Interleaving } from '../../src/testing/index.js'
import { fine, type Order, type Remote } from '../semantics/remote.js'
import { SEEDS } from '../seeds.js'

type Lists = Joined<readonly Order[]>

/** What was delivered, each message once: a target may be called again with the same key after a crash. */
const once = <A>(end: Remote<A, never>): A[] => {
  const byKey = new Map<string, A>()
  for (const { key, input } of end.calls) {
    const before = byKey.get(key)
    if (before !== undefined) expect(input).toEqual(before)
    byKey.set(key, input)
  }
  return [...byKey.values()]
}

/** The state that a flow's nodes have left in a store. */
const left = (store: ReturnType<typeof memoryStore>): string[] =>
  [...MemoryStore.diskOf(store).state.keys()].filter((name) => name.startsWith('f/'))

const members = (groups: readonly Lists[]): number[] =>
  groups.flatMap((g) => g.value.map((o) => o.n)).toSorted((a, b) => a - b)

const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i)

const give = (
  run: Interleaving,
  to: { give(raw: unknown, o: { dedupe: string }): Promise<unknown> },
  n: number,
  keys: number,
): Promise<unknown[]> =>
  Promise.all(
    upTo(n).map(async (i) => {
      if (run.chance(0.5)) await run.pause(`sender of ${i} waits`)
      return run.insist(() => to.give({ n: i, key: `k${i % keys}` }, { dedupe: String(i) }))
    }),
  )

const crashes: Faults = { crash: 0.01, reject: 0.03, rejectAfter: 0.01, crashes: 2 }

// A thousand runs each: seconds on a quiet machine.
const LONG = { timeout: 60_000 }

describe('aggregate under concurrency', LONG, () => {
  test('one process, crashes and failing commits: nobody is lost or twice, one message a full group, nothing is left', async () => {
    await interleavings({ seeds: SEEDS, faults: crashes }, async (run) => {
      const end = fine<Lists>('end')
      const store = memoryStore()
      const f = flow('f')
        .input<Order>()
        .through(aggregate('g', { key: (o) => o.key!, size: 2, within: '1m' }))
        .to(end)
        .otherwise(deadLetter())
      await using t = run.testFlow(f, { journal: (clock) => memoryJournal({ clock, store }) })
      await give(run, t, 8, 2)
      run.calm()
      const { pending, dead } = await t.settle()
      const groups = once(end)
      expect({ pending, dead, left: left(store) }).toEqual({ pending: 0, dead: [], left: [] })
      expect(members(groups)).toEqual(upTo(8))
      expect(groups.map((g) => [g.count, g.by])).toEqual(Array.from({ length: 4 }, () => [2, 'size']))
    })
  })

  test('three processes, crashes, freezes and failing commits: nobody is lost or twice', async () => {
    const faults = { crash: 0.005, reject: 0.02, freeze: 0.005, freezeMs: 40_000, crashes: 2 }
    await interleavings({ seeds: SEEDS, faults }, async (run) => {
      const end = fine<Joined<readonly number[]>>('end')
      const store = memoryStore()
      const f = flow('f')
        .input<Order>()
        .through(
          aggregate('g', {
            key: (o) => o.key!,
            into: { start: (o) => [o.n], add: (ns: number[], o) => (ns.push(o.n), ns) },
            size: 3,
            within: '5m',
          }),
        )
        .to(end)
        .otherwise(deadLetter())
      const journal = (clock: typeof run.clock) => memoryJournal({ clock, store, processes: 'many' })
      await using t = run.cluster(f, { processes: 3, journal: journal as never })
      await give(run, t, 6, 1)
      run.calm()
      const { pending, dead } = await t.settle()
      const groups = once(end)
      expect({ pending, dead, left: left(store) }).toEqual({ pending: 0, dead: [], left: [] })
      expect(groups.flatMap((g) => g.value).toSorted((a, b) => a - b)).toEqual(upTo(6))
      expect(groups.map((g) => g.count)).toEqual([3, 3])
    })
  })

  test('silence that is over while messages come: each is in exactly one group, whoever is first', async () => {
    let split = 0
    await interleavings({ seeds: SEEDS, faults: { crash: 0.005, reject: 0.02, crashes: 2 } }, async (run) => {
      const end = fine<Lists>('end')
      const store = memoryStore()
      const f = flow('f')
        .input<Order>()
        .through(aggregate('g', { silence: '20ms', size: 4, late: { remember: '5ms', verb: 'discard' } }))
        .to(end)
        .otherwise(deadLetter())
      await using t = run.testFlow(f, { journal: (clock) => memoryJournal({ clock, store }) })
      for (let i = 0; i < 6; i++) {
        const given = run.insist(() => t.give({ n: i }, { dedupe: String(i) }))
        await t.run(run.below(25))
        await given
      }
      run.calm()
      const { pending, dead } = await t.settle()
      const counts = await t.runtime.counts()
      const discarded = counts.reduce((n, c) => n + (c.hop === 'g' && c.what === 'discarded' ? c.n : 0), 0)
      const joined = members(once(end))
      expect({ pending, dead, left: left(store) }).toEqual({ pending: 0, dead: [], left: [] })
      expect(new Set(joined).size).toBe(joined.length)
      expect(joined.length + discarded).toBe(6)
      if (once(end).length > 1) split++
    })
    expect(split).toBeGreaterThan(SEEDS / 10)
  })

  test('signals among messages in two processes: each message is in exactly one group', async () => {
    await interleavings({ seeds: SEEDS, faults: { crash: 0.005, reject: 0.02, crashes: 2 } }, async (run) => {
      const end = fine<Lists>('end')
      const store = memoryStore()
      const f = flow('f')
        .input<Order>()
        .through(
          aggregate('g', {
            key: (o) => o.key!,
            signal: (o) => (o.n % 4 === 3 ? { completes: 'all', joins: true } : undefined),
            within: '1m',
          }),
        )
        .to(end)
        .otherwise(deadLetter())
      const journal = (clock: typeof run.clock) => memoryJournal({ clock, store, processes: 'many' })
      await using t = run.cluster(f, { processes: 2, journal: journal as never })
      await give(run, t, 8, 2)
      run.calm()
      const { pending, dead } = await t.settle()
      expect({ pending, dead, left: left(store) }).toEqual({ pending: 0, dead: [], left: [] })
      expect(members(once(end))).toEqual(upTo(8))
    })
  })

  test('groups that close each other: each message is in exactly one group', async () => {
    await interleavings({ seeds: SEEDS, faults: crashes }, async (run) => {
      const end = fine<Lists>('end')
      const store = memoryStore()
      const f = flow('f')
        .input<Order>()
        .through(
          aggregate('g', { key: (o) => o.key!, closesOlder: true, begins: (o) => o.n === 5, within: '1m' }),
        )
        .to(end)
        .otherwise(deadLetter())
      await using t = run.testFlow(f, { journal: (clock) => memoryJournal({ clock, store }) })
      await give(run, t, 8, 3)
      run.calm()
      const { pending, dead } = await t.settle()
      expect({ pending, dead, left: left(store) }).toEqual({ pending: 0, dead: [], left: [] })
      expect(members(once(end))).toEqual(upTo(8))
    })
  })

  test('F18: 200 messages, groups of 8, two processes: all 25 groups', async () => {
    await interleavings({ seeds: 10, faults: { reject: 0.01 } }, async (run) => {
      const end = fine<Lists>('end')
      const f = flow('f')
        .input<Order>()
        .through(aggregate('g', { size: 8 }))
        .to(end)
        .otherwise(deadLetter())
      await using t = run.cluster(f, { processes: 2 })
      await give(run, t, 200, 1)
      const { pending } = await t.settle()
      expect(pending).toBe(0)
      expect(once(end).map((g) => g.count)).toEqual(Array.from({ length: 25 }, () => 8))
      expect(members(once(end))).toEqual(upTo(200))
    })
  })
})

describe('eventWindows under concurrency', LONG, () => {
  test('duplicates and late facts in two processes: each fact once in the last result, nothing is left', async () => {
    const faults = { crash: 0.005, reject: 0.02, crashes: 2 }
    await interleavings({ seeds: SEEDS, faults }, async (run) => {
      const end = fine<Windowed<readonly Order[]>>('end')
      const store = memoryStore()
      const from = run.clock.now()
      const f = flow('f')
        .input<Order>()
        .through(
          eventWindows('w', {
            time: (o) => from + o.n,
            id: (o) => String(o.n % 5),
            size: '1s',
            retain: '30s',
          }),
        )
        .to(end)
        .otherwise(deadLetter())
      const journal = (clock: typeof run.clock) => memoryJournal({ clock, store, processes: 'many' })
      await using t = run.cluster(f, { processes: 2, journal: journal as never })
      // Five facts, each of them twice, about the time at which their window is over.
      await t.start()
      await Promise.all(t.processes.map((p) => p.run(run.below(2) * 990)))
      await Promise.all(upTo(10).map((i) => run.insist(() => t.give({ n: i % 5 }, { dedupe: String(i) }))))
      run.calm()
      const { pending, dead } = await t.settle()
      expect({ pending, dead, left: left(store) }).toEqual({ pending: 0, dead: [], left: [] })
      const results = once(end).toSorted((a, b) => a.revision - b.revision)
      expect(results.map((w) => w.revision)).toEqual(upTo(results.length))
      expect(results.at(-1)!.value.map((o) => o.n)).toEqual(upTo(5))
    })
  })
})
