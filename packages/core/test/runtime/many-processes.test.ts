import { describe, expect, test } from 'vitest'
import {
  byKind,
  createDestination,
  createRuntime,
  deadLetter,
  flow,
  memoryJournal,
  memoryStore,
  retry,
  silentLogger,
  type Alert,
  type AlertTarget,
  type Clock,
  type Context,
  type Deployable,
  type Intake,
  type Source,
} from '../../src/index.js'
import { virtualClock } from '../../src/testing/index.js'
import { balanced, counted } from '../semantics/counted.js'
import { Bad, Down, fine, forever, remote, type Order } from '../semantics/remote.js'
import { orders } from '../semantics/source.js'
import { faultyJournal, type Write } from './faulty-journal.js'

/** Several processes on one journal, each with a clock of its own over one virtual time. */
const cluster = (make: (source: Source<Order>, process: number) => Deployable, processes: number) => {
  const time = virtualClock()
  const store = memoryStore()
  const nodes = Array.from({ length: processes }, (_, process) => {
    const clock: Clock = {
      now: () => time.now(),
      sleep: (ms, signal) => time.sleep(ms, signal),
      after: (ms, f, o) => time.after(ms, f, o),
      soon: (f) => time.soon(f),
    }
    const failing = new Set<Write>()
    const journal = faultyJournal(memoryJournal({ clock, store, processes: 'many' }), (call) =>
      failing.has(call),
    )
    let intake: Intake | undefined
    const source: Source<Order> = { ...orders(), start: (i) => ((intake = i), { stop() {} }) }
    const runtime = createRuntime({
      flows: [make(source, process)],
      journal,
      clock,
      log: silentLogger,
      grace: '0s',
    })
    const fenced: string[] = []
    runtime.events.on('fenced', (e) => fenced.push(e.id))
    const accept = (...ns: number[]) =>
      intake!.accept(ns.map((n) => ({ raw: { n }, type: 't', undecodable: 'refuse' as const })))
    return { runtime, failing, fenced, accept }
  })
  const stop = async (): Promise<void> => {
    const all = nodes.map((n) => n.runtime.stop())
    await time.advanceBy(5000)
    await Promise.all(all)
  }
  return { time, nodes, stop }
}

describe('several processes on one journal', () => {
  test('share the work: every message once', async () => {
    const by: number[] = []
    const seen: number[] = []
    const c = cluster(
      (source, process) =>
        flow('f')
          .from(source)
          .to(
            remote('to', async (b, ctx) => {
              by.push(process)
              seen.push(b.n)
              await ctx.clock.sleep(100)
              return {}
            }),
          )
          .otherwise(byKind()),
      2,
    )
    for (const n of c.nodes) await n.runtime.start()
    const ns = Array.from({ length: 100 }, (_, i) => i)
    await c.nodes[0]!.accept(...ns)
    await c.time.advanceBy(60_000)
    expect(seen.toSorted((a, b) => a - b)).toEqual(ns)
    expect(new Set(by).size).toBe(2)
    expect(balanced(await c.nodes[0]!.runtime.counts())).toBe(true)
    await c.stop()
  })

  test('keep a long attempt: its lease is renewed', async () => {
    const calls: number[] = []
    const c = cluster(
      (source, process) =>
        flow('f')
          .from(source)
          .to(
            remote('to', async (_b, ctx) => {
              calls.push(process)
              await ctx.clock.sleep(300_000)
              return {}
            }),
          )
          .otherwise(byKind()),
      2,
    )
    for (const n of c.nodes) await n.runtime.start()
    await c.nodes[0]!.accept(1)
    await c.time.advanceBy(600_000)
    expect(calls).toHaveLength(1)
    expect(counted(await c.nodes[0]!.runtime.counts(), 'delivered')).toBe(1)
    await c.stop()
  })

  test('a lease that could not be renewed is taken over; the late one is fenced, and writes nothing', async () => {
    const signals: string[] = []
    const keys: string[] = []
    const answer = async (process: number, ctx: Context): Promise<object> => {
      keys.push(ctx.key)
      if (process > 0) return {}
      ctx.signal.addEventListener('abort', () => signals.push((ctx.signal.reason as Error).message))
      await ctx.clock.sleep(120_000)
      return {}
    }
    const c = cluster(
      (source, process) =>
        flow('f')
          .from(source)
          .to(remote('to', (_b, ctx) => answer(process, ctx)))
          .to(fine('next'))
          .otherwise(byKind()),
      2,
    )
    const [first, second] = c.nodes
    await first!.runtime.start()
    await first!.accept(1)
    await c.time.advanceBy(1000)
    first!.failing.add('extend')
    await second!.runtime.start()
    await c.time.advanceBy(60_000)
    first!.failing.delete('extend')
    await c.time.advanceBy(600_000)
    expect([keys.length, new Set(keys).size, first!.fenced.length, signals]).toEqual([
      2,
      1,
      1,
      ['the lease is lost'],
    ])
    const counts = await second!.runtime.counts()
    expect([counted(counts, 'delivered', 'to'), counted(counts, 'in', 'next'), balanced(counts)]).toEqual([
      1,
      1,
      true,
    ])
    await c.stop()
  })

  test('an unsafe target is not called by who has lost the lease', async () => {
    const calls: number[] = []
    const c = cluster(
      (source, process) =>
        flow('f')
          .from(source)
          .map('slow', async (b, ctx) => {
            if (process === 0) await ctx.clock.sleep(120_000)
            return b
          })
          .to(remote('pay', () => calls.push(process), { effect: 'unsafe' }))
          .otherwise(byKind()),
      2,
    )
    const [first, second] = c.nodes
    await first!.runtime.start()
    await first!.accept(1)
    await c.time.advanceBy(1000)
    first!.failing.add('extend')
    await second!.runtime.start()
    await c.time.advanceBy(300_000)
    expect([calls, first!.fenced.length]).toEqual([[1], 1])
    await c.stop()
  })

  test('what one process sees of a destination parks it for the others', async () => {
    const HOUR = 36e5
    const calls: [number, number][] = []
    const c = cluster((source, process) => {
      const destination = createDestination({
        name: 'd',
        circuit: false,
        concurrency: 1,
        random: { next: () => 0 },
      })
      const to = remote<Down>(
        'to',
        (_b, ctx) => {
          calls.push([process, ctx.clock.now()])
          return calls.length === 1 ? new Down({}) : {}
        },
        {
          destination,
          seen: (r) => (r instanceof Error ? { as: 'refused', retryAt: start + HOUR } : { as: 'ok' }),
        },
      )
      return flow('f').from(source).to(to).otherwise(byKind())
    }, 2)
    const start = c.time.now()
    const [first, second] = c.nodes
    await first!.runtime.start()
    await second!.runtime.start()
    await first!.accept(1)
    await c.time.advanceBy(1000)
    await second!.accept(2, 3, 4)
    await c.time.advanceBy(HOUR - 2000)
    expect(calls).toHaveLength(1)
    expect(second!.runtime.health().parked).toMatchObject([{ destination: 'd' }])
    await c.time.advanceBy(HOUR)
    expect(calls).toHaveLength(5)
    await c.stop()
  })

  test('count alerts of one group together, whoever raises them', async () => {
    const alerts: Alert[] = []
    const c = cluster((source) => {
      const pager = remote<never, Alert>('pager', (a) => alerts.push(a)) as AlertTarget
      return flow('f')
        .from(source)
        .to(remote<Bad>('to', () => new Bad({})))
        .otherwise(deadLetter().alert(pager))
    }, 3)
    for (const n of c.nodes) await n.runtime.start()
    for (let i = 0; i < 20; i++) {
      await Promise.all(c.nodes.map((n, p) => n.accept(i * 10 + p)))
      await c.time.advanceBy(10)
    }
    await c.time.advanceBy(600_000)
    expect(counted(await c.nodes[0]!.runtime.counts(), 'dead', 'to')).toBe(60)
    expect(alerts.map((a) => a.count).at(-1)).toBe(60)
    expect(alerts).toHaveLength(2)
    await c.stop()
  })

  test('a process that is killed leaves its messages to the others, when its leases are over', async () => {
    const calls: number[] = []
    const c = cluster(
      (source, process) =>
        flow('f')
          .from(source)
          .to(
            remote('to', (_b, ctx) => {
              calls.push(process)
              return process === 0 ? forever(ctx) : {}
            }),
          )
          .otherwise(retry()),
      2,
    )
    const [first, second] = c.nodes
    await first!.runtime.start()
    await first!.accept(1, 2, 3)
    await c.time.advanceBy(100)
    for (const call of ['extend', 'claim', 'commit', 'accept', 'read', 'mark'] as const)
      first!.failing.add(call)
    await second!.runtime.start()
    await c.time.advanceBy(20_000)
    expect(calls).toEqual([0, 0, 0])
    await c.time.advanceBy(60_000)
    expect(calls).toEqual([0, 0, 0, 1, 1, 1])
    expect(counted(await second!.runtime.counts(), 'delivered')).toBe(3)
    first!.failing.clear()
    await c.stop()
  })
})
