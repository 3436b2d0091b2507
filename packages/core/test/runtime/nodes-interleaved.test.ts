import { describe, expect, test } from 'vitest'
import { byKind, flow, retry, right, type FlowNode, type NodeContext } from '../../src/index.js'
import { interleavings, type Interleaving } from '../../src/testing/index.js'
import { balanced } from '../semantics/counted.js'
import { fine, inputs, type Order } from '../semantics/remote.js'
import { orders } from '../semantics/source.js'
import { SEEDS } from '../seeds.js'

const soon = byKind({ transient: retry({ initial: '50ms', max: '200ms', attempts: 20 }) })
const struck = { seeds: SEEDS, faults: { reject: 0.02, crash: 0.01 } }
const MANY = 4

interface Listed {
  readonly all: readonly number[]
}

/** Keeps the numbers of messages, and goes on with every three of them; the state is removed then, and made anew. */
const threes = (size: number): FlowNode<Order, Listed> => ({
  name: 'list',
  node: {
    async enter(body: Order, ctx: NodeContext) {
      const name = `${ctx.place}/list`
      const before = (await ctx.state([name]))[name]
      const all = [...((before?.value as number[] | undefined) ?? []), body.n]
      const expect = before?.version ?? 0
      if (all.length < size) return right({ done: 'joined' as const, state: [{ name, expect, value: all }] })
      const emit = [{ to: 'next', body: { all } }]
      return right({ state: [{ name, expect, value: undefined }], emit })
    },
    call: () => right({ all: [] }),
  },
})

/** No message is lost, and none is counted twice, whichever process it comes to. */
const listed =
  (processes: number) =>
  async (run: Interleaving): Promise<void> => {
    const size = 2 + run.below(3)
    const seen = new Map<string, readonly number[]>()
    const f = flow('f')
      .from(orders(), { dedupe: (b) => String(b.n) })
      .through(threes(size))
      .to(fine<Listed>('end'))
      .otherwise(soon)
    const replace = {
      end: (input: Listed, ctx: { readonly key: string }) => {
        seen.set(ctx.key, input.all)
        return {}
      },
    }
    await using t = processes === 1 ? run.testFlow(f, { replace }) : run.cluster(f, { processes, replace })
    await Promise.all(
      Array.from({ length: MANY * size }, async (_, n) => {
        for (let wait = run.below(60); wait > 0; wait--) await run.pause(`${n} is on its way`)
        await run.insist(() => t.give({ n }))
      }),
    )
    const { pending } = await t.settle()
    expect(pending).toBe(0)
    const lists = [...seen.values()]
    expect(lists.flat().toSorted((a, b) => a - b)).toEqual(Array.from({ length: MANY * size }, (_, n) => n))
    expect(lists.map((l) => l.length)).toEqual(Array.from({ length: MANY }, () => size))
  }

/** Waits until a message of its name has opened it, for an hour at most. */
const gate = (inside: (id: string) => () => void): FlowNode<Order, Order> => ({
  name: 'gate',
  node: {
    async enter(body: Order, ctx: NodeContext) {
      const name = `${ctx.place}/${Math.abs(body.n)}`
      const before = (await ctx.state([name]))[name]
      if (body.n > 0) return right({ emit: [{ to: 'wait', body }] })
      const state = [{ name, expect: before?.version ?? 0, value: true }]
      return right({ done: 'joined' as const, state, wake: [body.key!] })
    },
    entrances: {
      async wait(body: Order, ctx: NodeContext) {
        const leave = inside(ctx.key)
        const name = `${ctx.place}/${body.n}`
        const open = (await ctx.state([name]))[name]
        leave()
        if (open !== undefined)
          return right({
            emit: [{ to: 'next', body }],
            state: [{ name, expect: open.version, value: undefined }],
          })
        return right({ again: ctx.message.time + 3_600_000, state: [{ name, expect: 0, value: undefined }] })
      },
    },
    call: (body) => right(body),
  },
})

/** Who is woken goes on soon, once, and is never run twice at a time; who is not waits. */
const woken =
  (processes: number) =>
  async (run: Interleaving): Promise<void> => {
    const within = new Map<string, number>()
    let most = 0
    const end = fine('end')
    const f = flow('f')
      .from(orders(), { dedupe: (b) => String(b.n) })
      .through(
        gate((id) => {
          const n = (within.get(id) ?? 0) + 1
          within.set(id, n)
          most = Math.max(most, n)
          return () => within.set(id, within.get(id)! - 1)
        }),
      )
      .to(end)
      .otherwise(soon)
    const start = run.clock.now()
    await using t = processes === 1 ? run.testFlow(f) : run.cluster(f, { processes })
    await Promise.all(
      [1, 2, 3].map(async (n) => {
        const { id } = (await run.insist(() => t.give({ n }))) as { readonly id: string }
        for (let wait = run.below(20); wait > 0; wait--) await run.pause(`who opens ${n} is on his way`)
        await run.insist(() => t.give({ n: -n, key: `${id}/gate/wait` }))
      }),
    )
    const { pending } = await t.settle()
    const one = 'processes' in t ? t.processes[0]! : t
    expect([pending, balanced(await one.runtime.counts())]).toEqual([0, true])
    expect(new Set(inputs(end).map((b) => b.n))).toEqual(new Set([1, 2, 3]))
    // Nobody had to wait for his time: each was woken.
    for (const { at } of end.calls) expect(at - start).toBeLessThan(600_000)
    expect(most).toBe(1)
  }

describe('nodes lose and double nothing', () => {
  test('in many orders in which the journal fails and the process is killed', async () => {
    const { orders: different } = await interleavings(struck, listed(1))
    expect(different).toBeGreaterThan(SEEDS * 0.99)
  })

  test('in many orders of two processes on one store', async () => {
    await interleavings({ seeds: SEEDS }, listed(2))
  })
})

describe('an entry that waits is woken', () => {
  test('in many orders: it goes on, once, soon', async () => {
    const { orders: different } = await interleavings({ seeds: SEEDS }, woken(1))
    expect(different).toBeGreaterThan(SEEDS * 0.99)
  })

  test('in many orders of two processes on one store', async () => {
    await interleavings({ seeds: SEEDS }, woken(2))
  })
})
