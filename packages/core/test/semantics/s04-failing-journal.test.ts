import { describe, expect, test } from 'vitest'
import {
  byKind,
  deadLetter,
  flow,
  memoryJournal,
  memoryStore,
  retry,
  type Deployable,
} from '../../src/index.js'
import { testFlow, type FlowTest } from '../../src/testing/index.js'
import { faultyJournal, type FaultyJournal, type Write } from '../runtime/faulty-journal.js'
import { Bad, failing, fine, remote, type Down, type Order } from './remote.js'

/** A flow on a journal whose calls of one kind fail so many times. */
const failingAt = (
  f: Deployable,
  call: Write,
  times: number,
  which: (args: readonly unknown[]) => boolean = () => true,
) => {
  const store = memoryStore()
  const fault = { left: 0 }
  let journal: FaultyJournal | undefined
  const t: FlowTest = testFlow(f, {
    journal: (clock) =>
      (journal = faultyJournal(
        memoryJournal({ clock, store }),
        (c, args) => c === call && which(args) && fault.left-- > 0,
      )),
  })
  return {
    t,
    /** From now on. */
    begin: () => (fault.left = times),
    failed: () => journal!.failed[call],
  }
}

describe('S4 only a failed journal write leaves a message uncommitted', () => {
  test('a commit that fails is tried again until the journal takes it; the effect is not repeated', async () => {
    const to = fine('to')
    const s = failingAt(flow('f').input<Order>().to(to).otherwise(byKind()), 'commit', 5)
    s.begin()
    const r = await s.t.send({ n: 1 })
    expect(s.failed()).toBe(5)
    expect(to.calls).toHaveLength(1)
    expect(r).toMatchObject({ pending: 0, dead: [] })
    expect((await s.t.runtime.counts()).find((c) => c.what === 'delivered')?.n).toBe(1)
    await s.t.stop()
  })

  test('while commits fail the runtime says that it is troubled, and that it is ready when they go through again', async () => {
    const s = failingAt(flow('f').input<Order>().to(fine('to')).otherwise(byKind()), 'commit', 8)
    s.begin()
    await s.t.give({ n: 1 })
    await s.t.run(200)
    expect(s.t.runtime.health()).toMatchObject({ status: 'troubled', journal: 'failing' })
    await s.t.settle()
    expect(s.t.runtime.health()).toMatchObject({ status: 'ready', journal: 'ok', pending: 0 })
    await s.t.stop()
  })

  test('a dead letter whose write fails is neither lost nor alerted twice', async () => {
    const pager = fine<never>('pager')
    const f = flow('f')
      .input<Order>()
      .to(failing<Bad>('to', Infinity, () => new Bad({})))
      .otherwise(deadLetter().alert(pager as never))
    const s = failingAt(f, 'commit', 3)
    s.begin()
    const r = await s.t.send({ n: 1 })
    expect([r.dead.length, r.alerts.length, r.pending]).toEqual([1, 1, 0])
    await s.t.stop()
  })

  test('an alert group that cannot be read delays the verdict, and changes nothing about it', async () => {
    const to = failing<Bad>('to', Infinity, () => new Bad({}))
    const f = flow('f')
      .input<Order>()
      .to(to)
      .otherwise(deadLetter().alert(fine<never>('pager') as never))
    const s = failingAt(f, 'read', 3, ([names]) => (names as string[]).some((n) => n.startsWith('alert:')))
    s.begin()
    const r = await s.t.send({ n: 1 })
    expect(s.failed()).toBe(3)
    expect([to.calls.length, r.dead.length, r.alerts.length, r.pending]).toEqual([1, 1, 1, 0])
    await s.t.stop()
  })

  test('a claim that fails is tried again, and health says so meanwhile', async () => {
    const s = failingAt(flow('f').input<Order>().to(fine('to')).otherwise(byKind()), 'claim', 3)
    await s.t.settle()
    s.begin()
    await s.t.give({ n: 1 })
    await s.t.run(1)
    expect(s.t.runtime.health()).toMatchObject({ status: 'troubled', journal: 'failing' })
    const r = await s.t.settle()
    expect([s.failed(), r.delivered.length, r.pending]).toEqual([3, 1, 0])
    expect(s.t.runtime.health()).toMatchObject({ status: 'ready', journal: 'ok' })
    await s.t.stop()
  })

  test('an accept that fails rejects, and stores nothing', async () => {
    const s = failingAt(flow('f').input<Order>().to(fine('to')).otherwise(byKind()), 'accept', 1)
    await s.t.settle()
    s.begin()
    await expect(s.t.send({ n: 1 })).rejects.toMatchObject({ _tag: 'JournalUnavailable' })
    const r = await s.t.send({ n: 2 })
    expect(r.delivered.map((d) => d.input)).toEqual([{ n: 2 }])
    await s.t.stop()
  })

  test('an unsafe target whose mark cannot be written is not called, and the message spends no attempt', async () => {
    const to = remote<Down>('to', () => ({}), { effect: 'unsafe' })
    const s = failingAt(flow('f').input<Order>().to(to).otherwise(byKind()), 'mark', 3)
    s.begin()
    const r = await s.t.send({ n: 1 })
    expect(s.failed()).toBe(3)
    expect(to.calls.map((c) => c.attempt)).toEqual([1])
    expect([r.dead, r.pending]).toEqual([[], 0])
    await s.t.stop()
  })

  test('a once() whose memory cannot be written is no failure of the message', async () => {
    let runs = 0
    const f = flow('f')
      .input<Order>()
      .map('token', async (b, ctx) => ({ n: b.n + (await ctx.once('token', async () => ++runs)) }))
      .to(fine('to'))
      .otherwise(retry({ attempts: 1 }))
    const s = failingAt(f, 'mark', 2)
    s.begin()
    const r = await s.t.send({ n: 1 })
    expect([r.dead, r.pending, r.delivered.length]).toEqual([[], 0, 1])
    await s.t.stop()
  })

  test('leases that cannot be renewed for a while do not end the attempt', async () => {
    const to = remote('to', async (_b, ctx) => {
      await ctx.clock.sleep(60_000, ctx.signal)
      return {}
    })
    const s = failingAt(flow('f').input<Order>().to(to).otherwise(byKind()), 'extend', 3)
    s.begin()
    const r = await s.t.send({ n: 1 })
    expect([s.failed(), to.calls.length, r.delivered.length]).toEqual([3, 1, 1])
    await s.t.stop()
  })
})
