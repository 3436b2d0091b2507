import { describe, expect, test } from 'vitest'
import {
  byKind,
  createRuntime,
  deadLetter,
  flow,
  memoryJournal,
  memoryStore,
  retry,
  silentLogger,
  type Intake,
  type MemoryStore,
  type Source,
} from '../../src/index.js'
import { schedule } from '../../src/source/schedule.js'
import type { Scheduled } from '../../src/source/scheduled.js'
import { virtualClock, type VirtualClock } from '../../src/testing/index.js'
import { balanced, counted } from '../semantics/counted.js'
import { Bad, Down, failing, remote, type Order, type Remote } from '../semantics/remote.js'
import { orders } from '../semantics/source.js'
import { faultyJournal } from './faulty-journal.js'

type Role = 'accept' | 'work' | 'both'
const MINUTE = 60_000
const quick = byKind({ transient: retry({ initial: '1s', jitter: 'none' }), permanent: deadLetter() })

/** One process of a role, on a store that others share; and how often it claimed. */
const node = (role: Role, clock: VirtualClock, store: MemoryStore, to: Remote<Order, never>) => {
  let intake: Intake | undefined
  let [claims, started] = [0, 0]
  const source: Source<Order> = {
    ...orders(),
    start(i) {
      started++
      intake = i
      return { stop() {} }
    },
  }
  const journal = faultyJournal(memoryJournal({ clock, store, processes: 'many' }), (call) => {
    if (call === 'claim') claims++
    return false
  })
  const f = flow('f').from(source).to(to).otherwise(quick)
  const runtime = createRuntime({ flows: [f], journal, clock, log: silentLogger, role, maxPending: 20 })
  return {
    runtime,
    claims: () => claims,
    started: () => started,
    load: () => intake!.load(),
    give: (...ns: number[]) =>
      intake!.accept(ns.map((n) => ({ raw: { n }, type: 't', undecodable: 'refuse' as const }))),
  }
}

const ended = async (clock: VirtualClock, ...runtimes: { stop(): Promise<void> }[]): Promise<void> => {
  const stopped = Promise.all(runtimes.map((r) => r.stop()))
  await clock.advanceBy(20_000)
  await stopped
}

const pair = async (to: Remote<Order, never>) => {
  const [clock, store] = [virtualClock(), memoryStore()]
  const [accepting, working] = [node('accept', clock, store, to), node('work', clock, store, to)]
  await accepting.runtime.start()
  await working.runtime.start()
  return { clock, accepting, working, end: () => ended(clock, accepting.runtime, working.runtime) }
}

const fineTo = (): Remote<Order, never> => remote<never>('to', () => ({}))
const forAll = (to: unknown): Remote<Order, never> => to as Remote<Order, never>

describe('a process that only accepts, beside one that only works', () => {
  test('claims nothing, and the other starts no source; what is accepted is worked on at once', async () => {
    const to = fineTo()
    const s = await pair(to)
    expect([s.accepting.started(), s.working.started()]).toEqual([1, 0])
    await s.accepting.give(1, 2, 3)
    await s.clock.advanceBy(0)
    expect([to.calls.length, to.calls.every((c) => c.at === s.clock.now())]).toEqual([3, true])
    await s.end()
    expect([s.accepting.claims(), s.working.claims() > 0, s.clock.pending()]).toEqual([0, true, 0])
    expect([s.accepting.started(), s.working.started()]).toEqual([1, 0])
  })

  test('repeats what failed there, at its time', async () => {
    const to = failing('to', 2, () => new Down({}))
    const s = await pair(forAll(to))
    const start = s.clock.now()
    await s.accepting.give(1)
    await s.clock.advanceBy(MINUTE)
    expect(to.calls.map((c) => c.at - start)).toEqual([0, 1000, 3000])
    expect(s.accepting.claims()).toBe(0)
    await s.end()
  })

  test('is ready and healthy by itself, and so is the other', async () => {
    const s = await pair(fineTo())
    for (const n of [s.accepting, s.working])
      expect(n.runtime.health()).toMatchObject({ status: 'ready', journal: 'ok', inFlight: 0 })
    await s.end()
    expect(s.accepting.runtime.health().status).toBe('stopped')
  })

  test('goes on accepting when the other stops, until too much waits; whoever works next does it all', async () => {
    const to = fineTo()
    const [clock, store] = [virtualClock(), memoryStore()]
    const nodes = (['accept', 'work', 'work'] as const).map((role) => node(role, clock, store, to))
    const [accepting, first, second] = [nodes[0]!, nodes[1]!, nodes[2]!]
    await accepting.runtime.start()
    await first.runtime.start()
    await accepting.give(1)
    await clock.advanceBy(0)
    await ended(clock, first.runtime)
    for (let n = 2; n <= 21; n++) await accepting.give(n)
    await clock.advanceBy(MINUTE)
    expect([to.calls.length, accepting.load()]).toEqual([1, { retryAfter: 5 }])
    await second.runtime.start()
    await clock.advanceBy(MINUTE)
    expect([to.calls.length, accepting.load()]).toEqual([21, undefined])
    await ended(clock, accepting.runtime, second.runtime)
  })

  test('stops without waiting for hops, and leaves the other at work', async () => {
    const to = remote('to', (_b, ctx) => ctx.clock.sleep(MINUTE))
    const s = await pair(to)
    await s.accepting.give(1)
    await s.clock.advanceBy(10)
    await s.accepting.runtime.stop()
    await s.clock.advanceBy(2 * MINUTE)
    const counts = await s.working.runtime.counts()
    expect([counted(counts, 'delivered'), balanced(counts)]).toEqual([1, true])
    await ended(s.clock, s.working.runtime)
  })

  test('can replay a dead letter, which the other sends', async () => {
    let well = false
    const to = forAll(remote<Bad>('to', () => (well ? {} : new Bad({}))))
    const s = await pair(to)
    await s.accepting.give(1)
    await s.clock.advanceBy(0)
    const [letter] = await s.accepting.runtime.deadLetters.list()
    well = true
    for (const what of ['hop'] as const) await s.accepting.runtime.deadLetters.replay([letter!.id], { what })
    await s.clock.advanceBy(0)
    expect([to.calls.length, s.accepting.claims()]).toEqual([2, 0])
    await s.end()
  })
})

describe('a source that only one process may run', () => {
  const eachMinute = (clock: VirtualClock, store: MemoryStore, role: Role, runs: string[], name: string) => {
    const source = schedule({ name: 'each', every: '1m', missed: 'all', overlap: 'allow' })
    const started: Source<Scheduled> = {
      ...source,
      start(intake) {
        runs.push(name)
        return source.start(intake)
      },
    }
    const to = remote<never, Scheduled>('to', () => ({}))
    const f = flow('f').from(started).to(to).otherwise(byKind())
    const journal = memoryJournal({ clock, store, processes: 'many' })
    return { to, runtime: createRuntime({ flows: [f], journal, clock, log: silentLogger, role }) }
  }

  test('runs in one of those that accept, in none that only works, and in the other when the first stops', async () => {
    const [clock, store] = [virtualClock(), memoryStore()]
    const runs: string[] = []
    const working = eachMinute(clock, store, 'work', runs, 'work')
    const [a, b] = ['a', 'b'].map((name) => eachMinute(clock, store, 'accept', runs, name))
    for (const n of [working, a!, b!]) await n.runtime.start()
    await clock.advanceBy(10 * MINUTE)
    expect([runs, working.to.calls.length]).toEqual([['a'], 10])
    await ended(clock, a!.runtime)
    await clock.advanceBy(MINUTE)
    expect(runs).toEqual(['a', 'b'])
    await clock.advanceBy(9 * MINUTE)
    const at = working.to.calls.map((c) => c.input.at)
    // No run was left out, and none was made twice.
    expect(at).toEqual(at.map((_, i) => at[0]! + i * MINUTE))
    expect(at.length).toBeGreaterThanOrEqual(20)
    await ended(clock, b!.runtime, working.runtime)
    expect([a!.to.calls, b!.to.calls, clock.pending()]).toEqual([[], [], 0])
  })
})
