import { describe, expect, test } from 'vitest'
import {
  byKind,
  createRuntime,
  deadLetter,
  flow,
  memoryJournal,
  memoryStore,
  silentLogger,
  worstCase,
  type Source,
} from '../../src/index.js'
import { countersName, Tallies } from '../../src/runtime/tallies.js'
import { testFlow, virtualClock } from '../../src/testing/index.js'
import { Bad, failing, fine, remote, type Order } from '../semantics/remote.js'
import { orders } from '../semantics/source.js'
import { faultyJournal } from './faulty-journal.js'

describe('a commit that fails', () => {
  test('is tried again after a pause that doubles from 50 ms to 5 s, of which chance takes up to a half', async () => {
    for (const seed of [1, 2, 3]) {
      const store = memoryStore()
      const at: number[] = []
      let left = 12
      await using t = testFlow(flow('f').input<Order>().to(fine('to')).otherwise(byKind()), {
        seed,
        journal: (clock) =>
          faultyJournal(memoryJournal({ clock, store }), (call) => {
            if (call !== 'commit') return false
            at.push(clock.now())
            return left-- > 0
          }),
      })
      const r = await t.send({ n: 1 })
      expect([r.pending, at.length]).toEqual([0, 13])
      at.slice(1).forEach((time, i) => {
        const most = Math.min(5000, 50 * 2 ** i)
        expect(time - at[i]!).toBeGreaterThanOrEqual(Math.floor(most / 2))
        expect(time - at[i]!).toBeLessThanOrEqual(most + 1)
      })
    }
  })
})

describe('a journal that cannot be read for a moment', () => {
  test('costs a message that is being split no attempt: it goes on where it was', async () => {
    const store = memoryStore()
    let left = 0
    const to = fine('to')
    const f = flow('f')
      .input<Order>()
      .split('rows', () => [{ n: 1 }, { n: 2 }], to)
      .otherwise(deadLetter())
    await using t = testFlow(f, {
      journal: (clock) =>
        faultyJournal(
          memoryJournal({ clock, store }),
          (call, [names]) =>
            call === 'read' && (names as readonly string[]).some((n) => n.startsWith('split')) && left-- > 0,
        ),
    })
    left = 2
    const r = await t.send({ n: 0 })
    expect([left < 1, to.calls.map((c) => c.input.n), r.dead, r.pending]).toEqual([true, [1, 2], [], 0])
  })
})

describe('a source that does not stop cleanly', () => {
  test('is told of, and keeps the runtime from nothing', async () => {
    const said: string[] = []
    const source: Source<Order> = {
      ...orders(),
      start: () => ({
        stop() {
          throw new Error('it hangs on')
        },
      }),
    }
    const runtime = createRuntime({
      flows: [flow('f').from(source).to(fine('to')).otherwise(byKind())],
      journal: memoryJournal(),
      log: { ...silentLogger, warn: (_data, message) => void said.push(message) },
    })
    await runtime.start()
    await runtime.stop({ grace: '0s' })
    expect([said, runtime.health().status]).toEqual([['a source did not stop cleanly'], 'stopped'])
  })
})

describe('a source that does not stop at all', () => {
  test('is left behind after the grace period, and told of', async () => {
    const said: unknown[] = []
    const clock = virtualClock()
    const source: Source<Order> = { ...orders(), start: () => ({ stop: () => new Promise<void>(() => {}) }) }
    const runtime = createRuntime({
      flows: [flow('f').from(source).to(fine('to')).otherwise(byKind())],
      journal: memoryJournal({ clock }),
      clock,
      log: { ...silentLogger, warn: (data, message) => void said.push([message, data]) },
    })
    await runtime.start()
    const stopped = runtime.stop({ grace: '5s' })
    await clock.advanceBy(4999)
    expect([said, runtime.health().status]).toEqual([[], 'stopping'])
    await clock.advanceBy(10_000)
    await stopped
    expect(said).toEqual([['a source did not stop in time', { sources: 1, within: 5000 }]])
  })
})

describe('a dry run', () => {
  test('of what this build cannot bring up says how it would end', async () => {
    const store = memoryStore()
    const journal = (clock: never) => memoryJournal({ clock, store })
    const build = (version: number) =>
      flow('f', {
        version,
        upcast: {
          1: () => {
            throw new Error('a broken upcast')
          },
        },
      })
        .input<Order>()
        .to(fine('first'))
        .to(failing<Bad>('to', 9, () => new Bad({})))
        .otherwise(deadLetter())
    {
      await using t = testFlow(build(1), { journal: journal as never })
      await t.send({ n: 1 })
    }
    await using t = testFlow(build(2), { journal: journal as never })
    const [letter] = await t.runtime.deadLetters.list()
    expect(await t.runtime.deadLetters.dryRun([letter!.id])).toMatchObject([
      { id: letter!.id, ends: { _tag: 'StepFailed' } },
    ])
  })
})

describe('a runtime that may do one thing at a time', () => {
  test('does them one after the other, and all of them', async () => {
    let inside = 0
    let most = 0
    const to = remote('to', async (_b, ctx) => {
      most = Math.max(most, ++inside)
      await ctx.clock.sleep(10)
      inside--
      return {}
    })
    const f = flow('f').input<Order>().to(fine('first')).to(to).otherwise(byKind())
    await using t = testFlow(f, { runtime: { concurrency: { total: 1 } } })
    for (let n = 0; n < 5; n++) await t.give({ n })
    const r = await t.settle()
    expect([to.calls.length, most, r.pending]).toEqual([5, 1, 0])
  })
})

describe('counters of batch runs', () => {
  const begun = async (...runs: readonly string[]): Promise<Tallies> => {
    const journal = memoryJournal({ clock: virtualClock() })
    await journal.open([])
    await journal.accept([], {
      state: runs.map((run) => ({ name: countersName(run), expect: 0, value: [] })),
    })
    return new Tallies(journal, 'here')
  }

  test('are asked of the journal once, however many wait for them', async () => {
    const tallies = await begun('a')
    const one = tallies.ready('a')
    expect(tallies.ready('a')).toBe(one)
    await one
    expect(tallies.ready('a')).toBe(undefined)
  })

  test('of several runs are known side by side; of very many, the one known the longest is asked for again', async () => {
    const runs = Array.from({ length: 2000 }, (_, i) => `run ${i}`)
    const tallies = await begun(...runs)
    await tallies.ready(runs[0]!)
    await tallies.ready(runs[1]!)
    expect([tallies.ready(runs[0]!), tallies.ready(runs[1]!)]).toEqual([undefined, undefined])
    for (const run of runs) await tallies.ready(run)
    expect(tallies.ready(runs.at(-1)!)).toBe(undefined)
    expect(tallies.ready(runs[0]!)).toBeInstanceOf(Promise)
  })
})

describe('a hop without patience', () => {
  test('is tried once in the worst case', () => {
    const f = flow('f').input<Order>().to(fine('to')).otherwise(deadLetter())
    expect(worstCase(f, { attemptMs: 7 }).way).toEqual([{ hop: 'to', attempts: 1, ms: 7 }])
  })
})
