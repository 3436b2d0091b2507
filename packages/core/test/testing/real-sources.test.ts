import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { byKind, createDestination, failure, flow, retry, right, target } from '../../src/index.js'
import { poll, schedule, type Scheduled } from '../../src/patterns/index.js'
import { interleavings, testFlow } from '../../src/testing/index.js'
import { SEEDS } from '../seeds.js'

const HOUR = 3_600_000

const to = <A>(name = 'to') =>
  target({
    name,
    destination: createDestination({ name }),
    effect: 'idempotent',
    call: (body: A) => ({ result: right(body), seen: { as: 'ok' } }),
  })

const hourly = () =>
  flow('hourly')
    .from(schedule({ name: 'hourly', every: '1h' }))
    .to(to<Scheduled>())
    .otherwise(byKind({ transient: retry({ initial: '10m', jitter: 'none', attempts: 5 }) }))

interface Item {
  readonly id: string
  readonly v: number
}

const items = (fetch: (n: number) => Promise<readonly Item[]> | readonly Item[]) => {
  let n = 0
  return flow('items')
    .from(
      poll({
        name: 'items',
        every: '1m',
        decode: z.object({ id: z.string(), v: z.number() }),
        cursor: z.number(),
        id: (item) => item.id,
        version: (item) => item.v,
        fetch: async (cursor = 0) => ({ items: await fetch(n++), cursor: cursor + 1 }),
      }),
    )
    .to(to<Item>())
    .otherwise(byKind())
}

const at = (delivered: readonly { readonly input: unknown }[]): readonly number[] =>
  delivered.map((d) => (d.input as Scheduled).at)

describe("testFlow with sources: 'real'", () => {
  it('runs a schedule in virtual time, as run moves it', async () => {
    await using t = testFlow(hourly(), { sources: 'real' })
    const start = t.clock.now()
    const { delivered, virtualMs } = await t.run(3 * HOUR)
    expect(virtualMs).toBe(3 * HOUR)
    expect(at(delivered)).toEqual([1, 2, 3].map((n) => start + n * HOUR))
  })

  it('starts no source without the option', async () => {
    await using t = testFlow(hourly())
    expect((await t.run(3 * HOUR)).delivered).toEqual([])
  })

  it('lets settle wait for what is under way, and for no planned time', async () => {
    class Down extends failure('Unavailable', 'transient')<object> {}
    await using t = testFlow(hourly(), {
      sources: 'real',
      replace: { to: (_run, ctx) => (ctx.attempt < 3 ? new Down({}) : undefined) },
    })
    await t.run(HOUR)
    const { delivered, pending, virtualMs } = await t.settle()
    expect([delivered.length, pending, virtualMs]).toEqual([1, 0, 20 * 60_000])
  })

  it('has planned times come while a retry is waited for, each at its time', async () => {
    class Down extends failure('Unavailable', 'transient')<object> {}
    const flaky = flow('hourly')
      .from(schedule({ name: 'hourly', every: '1h', overlap: 'allow' }))
      .to(to<Scheduled>())
      .otherwise(byKind({ transient: retry({ initial: '150m', jitter: 'none', attempts: 2 }) }))
    const seen: (readonly [number, number])[] = []
    await using t = testFlow(flaky, {
      sources: 'real',
      replace: {
        to: (run: Scheduled, ctx) => {
          seen.push([(run.at - start) / HOUR, (ctx.clock.now() - start) / HOUR])
          return run.at === start + HOUR && ctx.attempt === 1 ? new Down({}) : undefined
        },
      },
    })
    const start = t.clock.now()
    await t.run(HOUR)
    await t.settle()
    expect(seen).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
      [1, 3.5],
    ])
  })

  it('goes on from the durable position after a crash: nothing is missed, nothing comes twice', async () => {
    await using t = testFlow(hourly(), { sources: 'real' })
    const start = t.clock.now()
    await t.run(2 * HOUR)
    await t.restart()
    const { delivered } = await t.run(2 * HOUR)
    expect(at(delivered)).toEqual([1, 2, 3, 4].map((n) => start + n * HOUR))
  })

  it('gives a poll its own cursor and memory back after a crash', async () => {
    const known = [{ id: 'a', v: 1 }]
    await using t = testFlow(
      items(() => [...known]),
      { sources: 'real' },
    )
    await t.run(150_000)
    known.push({ id: 'b', v: 1 })
    await t.restart()
    const { delivered } = await t.run(150_000)
    expect(delivered.map((d) => (d.input as unknown as Item).id)).toEqual(['a', 'b'])
  })

  it('sends beside the source, whose position does not move', async () => {
    await using t = testFlow(hourly(), { sources: 'real' })
    const start = t.clock.now()
    await t.send({ at: 5, late: 0, skipped: 0 })
    const { delivered } = await t.run(HOUR)
    expect(at(delivered)).toEqual([5, start + HOUR])
  })

  it('waits in settle for a fetch that does real I/O', async () => {
    let answer: (found: readonly Item[]) => void = () => {}
    const asked = new Promise<readonly Item[]>((resolve) => (answer = resolve))
    await using t = testFlow(
      items((n) => (n === 0 ? asked : [])),
      { sources: 'real' },
    )
    await t.run(0)
    setTimeout(() => answer([{ id: 'late', v: 1 }]), 20)
    const { delivered, virtualMs } = await t.settle()
    expect([delivered.length, virtualMs]).toEqual([1, 0])
  })

  it('shares a destination between the reads of a source and the flow', async () => {
    const remote = createDestination({ name: 'remote', concurrency: 1 })
    const order: string[] = []
    const put = target({
      name: 'put',
      destination: remote,
      effect: 'idempotent',
      async call(_: Item, ctx) {
        order.push('put')
        await ctx.clock.sleep(1000)
        order.push('put is done')
        return { result: right(undefined), seen: { as: 'ok' } }
      },
    })
    const read = target({
      name: 'read',
      destination: remote,
      effect: 'idempotent',
      call: () => ({ result: right(order.push('read')), seen: { as: 'ok' } }),
    })
    let n = 0
    const f = flow('f')
      .from(
        poll({
          name: 'p',
          every: '500ms',
          decode: z.object({ id: z.string(), v: z.number() }),
          id: (item) => item.id,
          async fetch(_cursor, ctx) {
            const r = await read.run(undefined, ctx)
            if (r._tag === 'Left') return r.left
            return { items: n++ === 0 ? [{ id: 'a', v: 1 }] : [] }
          },
        }),
      )
      .to(put)
      .otherwise(byKind())
    await using t = testFlow(f, { sources: 'real' })
    await t.run(2000)
    expect(order.slice(0, 4)).toEqual(['read', 'put', 'put is done', 'read'])
  })

  it('starts a source that two flows share once', async () => {
    let fetched = 0
    const source = poll({
      name: 'shared',
      every: '1m',
      decode: z.object({ id: z.string(), v: z.number() }),
      id: (item) => item.id,
      fetch: () => ({ items: fetched++ === 0 ? [{ id: 'a', v: 1 }] : [] }),
    })
    const one = flow('one').from(source).to(to<Item>('one')).otherwise(byKind())
    const two = flow('two').from(source).to(to<Item>('two')).otherwise(byKind())
    await using t = testFlow(one, { sources: 'real', flows: [two] })
    const { delivered } = await t.run(30_000)
    expect([fetched, delivered.map((d) => d.target).toSorted()]).toEqual([1, ['one', 'two']])
  })

  it('refuses a flow without a source, and a word that it does not know, by name', () => {
    const called = flow('called').input<Item>().to(to<Item>()).otherwise(byKind())
    expect(() => testFlow(called, { sources: 'real' })).toThrow('the flow has no source to start')
    expect(() => testFlow(hourly(), { sources: 'fake' as never })).toThrow("sources: expected 'real'")
  })

  it('makes every planned run, whatever strikes and in whatever order', async () => {
    const MINUTE = 60_000
    const f = flow('minutes')
      .from(schedule({ name: 'minutes', every: '1m', missed: 'all', overlap: 'queue' }))
      .to(to<Scheduled>())
      .otherwise(byKind())
    const { orders } = await interleavings(
      { seeds: SEEDS, faults: { crash: 0.02, reject: 0.02 } },
      async (run) => {
        const runs = new Set<number>()
        await using t = run.testFlow(f, {
          sources: 'real',
          replace: { to: (body: Scheduled) => void runs.add(body.at) },
        })
        const start = t.clock.now()
        await run.insist(() => t.run(0))
        await run.insist(() => t.run(2.5 * MINUTE))
        run.calm()
        const until = t.clock.now()
        await run.insist(() => t.run(2 * MINUTE))
        const { pending, dead } = await t.settle()
        expect({ pending, dead }).toEqual({ pending: 0, dead: [] })
        const wanted: number[] = []
        for (let at = start + MINUTE; at <= until; at += MINUTE) wanted.push(at)
        expect([...runs].toSorted((a, b) => a - b).slice(0, wanted.length)).toEqual(wanted)
      },
    )
    expect(orders).toBeGreaterThan(SEEDS * 0.9)
  }, 30_000)
})
