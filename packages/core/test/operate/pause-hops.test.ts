import { describe, expect, test } from 'vitest'
import {
  byKind,
  createRuntime,
  deadLetter,
  DeadlineExceeded,
  flow,
  memoryJournal,
  memoryStore,
  retry,
  silentLogger,
} from '../../src/index.js'
import { testFlow, virtualClock } from '../../src/testing/index.js'
import { balanced, counted } from '../semantics/counted.js'
import { Down, failing, fine, inputs, remote, type Order } from '../semantics/remote.js'
import { orders } from '../semantics/source.js'

const HOUR = 36e5
const quick = byKind({ transient: retry({ initial: '1s', jitter: 'none', upTo: '10s' }) })
const numbers = (r: { readonly calls: readonly { readonly input: Order }[] }): number[] =>
  inputs(r as never).map((b) => (b as Order).n)

const twoHops = () => {
  const [first, second] = [fine('first'), fine('second')]
  return { first, second, f: flow('f').from(orders()).to(first).to(second).otherwise(quick) }
}

describe('a paused flow', () => {
  test('takes messages in and delivers none of them until it is resumed; nothing is spent', async () => {
    const { f, first, second } = twoHops()
    await using t = testFlow(f)
    await t.runtime.pause({ flow: 'f' })
    for (const n of [1, 2, 3]) expect(await t.give({ n })).toMatchObject({ as: 'accepted' })
    await t.run(HOUR)
    expect([first.calls, t.runtime.health().status, t.runtime.health().pending]).toEqual([[], 'ready', 3])
    await t.runtime.resume({ flow: 'f' })
    const { pending, dead } = await t.settle()
    expect([pending, dead, numbers(first), numbers(second)]).toEqual([0, [], [1, 2, 3], [1, 2, 3]])
    expect(first.calls.map((c) => c.attempt)).toEqual([1, 1, 1])
  })

  test('lets what is in flight end, and goes no further with it', async () => {
    const first = remote('first', (_b, ctx) => ctx.clock.sleep(5000))
    const second = fine('second')
    await using t = testFlow(flow('f').input<Order>().to(first).to(second).otherwise(quick))
    await t.give({ n: 1 })
    await t.run(1000)
    await t.runtime.pause({ flow: 'f' })
    await t.run(HOUR)
    const counts = await t.runtime.counts()
    expect([counted(counts, 'delivered', 'first'), counted(counts, 'waiting', 'second')]).toEqual([1, 1])
    expect([first.calls.length, second.calls.length]).toEqual([1, 0])
    await t.runtime.resume({ flow: 'f' })
    await t.settle()
    expect([first.calls.length, second.calls.length]).toEqual([1, 1])
  })

  test('keeps nobody else waiting, however much waits in it', async () => {
    const [stuck, well] = [fine('stuck'), fine('well')]
    const other = flow('g').input<Order>().to(well).otherwise(quick)
    const f = flow('f')
      .input<Order>()
      .fanOut({ stuck, on: (s) => s.to(remote('on', () => ({}))) })
      .otherwise(quick)
    await using t = testFlow(f, { flows: [other], runtime: { concurrency: { total: 2, perHop: 2 } } })
    await t.runtime.pause({ flow: 'f', hop: 'stuck' })
    for (let n = 0; n < 200; n++) await t.give({ n })
    await t.run(1000)
    const counts = await t.runtime.counts()
    expect([counted(counts, 'delivered', 'on/on'), counted(counts, 'waiting', 'stuck')]).toEqual([200, 200])
    expect(stuck.calls).toEqual([])
  })
})

describe('a paused hop', () => {
  test('keeps the order of each key when it goes on', async () => {
    const [first, second] = [fine('first'), fine('second')]
    const f = flow('f')
      .from(orders(), { key: (b) => b.key ?? '' })
      .to(first)
      .to(second)
      .otherwise(quick)
    await using t = testFlow(f)
    await t.runtime.pause({ flow: 'f', hop: 'second' })
    for (let n = 0; n < 12; n++) await t.give({ n, key: 'ab'[n % 2]! })
    await t.run(1000)
    expect([first.calls.length, second.calls.length]).toEqual([12, 0])
    await t.runtime.resume({ flow: 'f', hop: 'second' })
    await t.settle()
    for (const key of 'ab') {
      const of = inputs(second)
        .filter((b) => b.key === key)
        .map((b) => b.n)
      expect(of).toEqual(of.toSorted((a, b) => a - b))
    }
  })

  test('does not let its retries run out of time: the time of the pause does not count', async () => {
    const to = failing('to', 3)
    await using t = testFlow(flow('f').input<Order>().to(to).otherwise(quick))
    await t.give({ n: 1 })
    await t.run(100)
    await t.runtime.pause({ flow: 'f', hop: 'to' })
    await t.run(HOUR)
    expect(to.calls).toHaveLength(1)
    await t.runtime.resume({ flow: 'f', hop: 'to' })
    const { dead } = await t.settle()
    expect([dead, to.calls.length]).toEqual([[], 4])
  })

  test('gives up after as much time as it had, over a restart in the middle of the pause', async () => {
    const to = failing('to', 1000)
    await using t = testFlow(flow('f').input<Order>().to(to).otherwise(quick))
    await t.give({ n: 1 })
    await t.run(4500)
    await t.runtime.pause({ flow: 'f' })
    await t.run(HOUR)
    await t.restart()
    await t.run(HOUR)
    await t.runtime.resume({ flow: 'f' })
    const { dead } = await t.settle()
    expect(dead).toHaveLength(1)
    const at = to.calls.map((c) => c.at)
    const spent = at.at(-1)! - at[0]! - 2 * HOUR
    // The first delay after which ten seconds are over.
    expect(spent).toBeGreaterThanOrEqual(10_000)
    expect(spent).toBeLessThan(20_000)
  })

  test('does not stop a deadline: it is met when it passes', async () => {
    const to = fine('to')
    const f = flow('f')
      .from(orders(), { deadline: '1h' })
      .to(to)
      .onError({ DecodeFailed: deadLetter(), DeadlineExceeded: deadLetter() })
    await using t = testFlow(f)
    await t.runtime.pause({ flow: 'f' })
    await t.give({ n: 1 })
    const before = await t.run(HOUR - 1000)
    const after = await t.run(3000)
    expect([before.dead, before.pending, after.pending]).toEqual([[], 1, 0])
    expect(after.dead.map((d) => d.error._tag)).toEqual(['DeadlineExceeded'])
    expect(after.dead[0]!.error._tag satisfies string).toBe(new DeadlineExceeded('')._tag)
    expect(to.calls).toEqual([])
  })

  test('stays paused under its new name, when it is renamed', async () => {
    const clock = virtualClock()
    const store = memoryStore()
    const build = (name: string, renamed: Record<string, string>) => {
      const to = fine(name)
      const f = flow('f', { renamed }).from(orders()).to(to).otherwise(quick)
      const journal = memoryJournal({ clock, store })
      return { to, runtime: createRuntime({ flows: [f], journal, clock, log: silentLogger }) }
    }
    const old = build('old', {})
    await old.runtime.start()
    await old.runtime.pause({ flow: 'f', hop: 'old' })
    await old.runtime.stop()
    const now = build('now', { old: 'now' })
    await now.runtime.start()
    expect((await now.runtime.status()).flows[0]!.hops[0]).toMatchObject({ hop: 'now', paused: true })
    expect(await now.runtime.resume({ flow: 'f', hop: 'old' })).toBe(true)
    expect(now.runtime.paused()).toEqual([])
    await now.runtime.stop()
  })
})

describe('a pause', () => {
  test('is there after a restart, and after a crash', async () => {
    const { f, first } = twoHops()
    await using t = testFlow(f)
    const pause = await t.runtime.pause({ flow: 'f' }, { why: 'maintenance', by: 'ann' })
    expect(pause).toEqual({ what: { flow: 'f' }, since: t.clock.now(), why: 'maintenance', by: 'ann' })
    await t.give({ n: 1 })
    for (const clean of [true, false]) {
      await t.restart({ clean })
      await t.run(1000)
      expect([t.runtime.paused(), first.calls]).toEqual([[pause], []])
    }
    expect(t.runtime.health()).toMatchObject({ status: 'ready', paused: [pause] })
    await t.runtime.resume({ flow: 'f' })
    expect((await t.settle()).pending).toBe(0)
  })

  test('asked for twice is the first one; what is not paused cannot be resumed, and that is no error', async () => {
    const { f } = twoHops()
    await using t = testFlow(f)
    const first = await t.runtime.pause({ flow: 'f' }, { why: 'one' })
    await t.run(10)
    expect(await t.runtime.pause({ flow: 'f' }, { why: 'two' })).toEqual(first)
    expect(await t.runtime.resume({ flow: 'f', hop: 'first' })).toBe(false)
    expect([await t.runtime.resume({ flow: 'f' }), await t.runtime.resume({ flow: 'f' })]).toEqual([
      true,
      false,
    ])
  })

  test('is told as an event, with who and why, and so is its end', async () => {
    const { f } = twoHops()
    await using t = testFlow(f)
    const told: unknown[] = []
    t.runtime.events.on('paused', (e) => told.push(['paused', e]))
    t.runtime.events.on('resumed', (e) => told.push(['resumed', e]))
    const since = t.clock.now()
    await t.runtime.pause({ flow: 'f' }, { why: 'maintenance', by: 'ann' })
    await t.run(500)
    await t.runtime.resume({ flow: 'f' })
    await t.run(1)
    const what = { flow: 'f' }
    expect(told).toEqual([
      ['paused', { what, since, why: 'maintenance', by: 'ann', at: since }],
      ['resumed', { what, since, at: since + 500 }],
    ])
  })

  test.each([
    [{ flow: 'g' }, 'flow: got "g"; there is "f"'],
    [{ flow: 'f', hop: 'x' }, 'hop of flow "f": got "x"; there is "first", "second"'],
    [{ intake: 'g' }, 'intake: got "g"; there is "f"'],
    [{ destination: 'x' }, 'destination: got "x"; there is "first remote", "second remote"'],
    [{ flow: 7 }, 'flow: got number; there is "f"'],
    [{}, 'flow: got undefined; there is "f"'],
    [null, 'expected { flow }, { flow, hop }, { intake } or { destination }, got null'],
    ['f', 'expected { flow }, { flow, hop }, { intake } or { destination }, got string'],
  ] as const)('of %j says what there is', async (what, message) => {
    const { f } = twoHops()
    await using t = testFlow(f)
    await t.run(1)
    for (const verb of ['pause', 'resume'] as const)
      await expect(t.runtime[verb](what as never)).rejects.toThrow(
        new TypeError(`runtime.${verb}: ${message}`),
      )
    expect(t.runtime.paused()).toEqual([])
  })

  test('whose reason is no text is refused', async () => {
    const { f } = twoHops()
    await using t = testFlow(f)
    await expect(t.runtime.pause({ flow: 'f' }, { why: 7 as never })).rejects.toThrow(
      new TypeError('runtime.pause: why: expected a text, got number'),
    )
  })

  test('by a process that only accepts holds the one that works, which hears of it by the journal', async () => {
    const clock = virtualClock()
    const store = memoryStore()
    const to = fine('to')
    const make = (role: 'accept' | 'work') =>
      createRuntime({
        flows: [flow('f').from(orders()).to(to).otherwise(quick)],
        journal: memoryJournal({ clock, store, processes: 'many' }),
        clock,
        role,
        log: silentLogger,
      })
    const [accepting, working] = [make('accept'), make('work')]
    await accepting.start()
    await working.start()
    await accepting.pause({ flow: 'f' })
    await clock.advanceBy(0)
    expect(working.paused()).toEqual(accepting.paused())
    const stopped = Promise.all([accepting.stop(), working.stop()])
    await clock.advanceBy(20_000)
    await stopped
    expect(clock.pending()).toBe(0)
  })

  test('leaves the books balanced when a paused dead letter is replayed', async () => {
    const to = failing('to', 1, () => new Down({}))
    await using t = testFlow(flow('f').input<Order>().to(to).otherwise(deadLetter()))
    const { dead } = await t.send({ n: 1 })
    await t.runtime.pause({ flow: 'f' })
    await t.runtime.deadLetters.replay([dead[0]!.id])
    await t.run(1000)
    expect([to.calls.length, t.runtime.health().pending <= 1]).toEqual([1, true])
    await t.runtime.resume({ flow: 'f' })
    await t.settle()
    expect([to.calls.length, balanced(await t.runtime.counts())]).toEqual([2, true])
  })
})
