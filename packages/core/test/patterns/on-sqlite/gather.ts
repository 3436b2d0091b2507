import { expect } from 'vitest'
import { byKind, deadLetter, flow, retry, right, type Deployable, type FlowNode } from '../../../src/index.js'
import { recipients } from '../../../src/patterns/index.js'
import type { FlowTest, TestOptions } from '../../../src/testing/index.js'
import { balanced } from '../../semantics/counted.js'
import { Bad, failing, fine, inputs, remote, type Order } from '../../semantics/remote.js'
import { orders } from '../../semantics/source.js'

type Make = (flow: Deployable, options?: TestOptions) => FlowTest

const echo = (name: string) => remote<never>(name, (b) => b)
const soon = byKind({ transient: retry({ initial: '100ms', attempts: 10 }) })

const atRest = async (t: FlowTest): Promise<void> => {
  const { pending, dead } = await t.settle()
  expect([pending, dead, balanced(await t.runtime.counts())]).toEqual([0, [], true])
}

/** Makes two of each message, each of which goes its own way. */
const twin: FlowNode<Order, Order> = {
  name: 'twin',
  node: {
    enter: ({ n }: Order) =>
      right({ emit: ['a', 'b'].map((suffix, i) => ({ to: 'next', body: { n: n * 10 + i }, suffix })) }),
    call: (b) => right(b),
  },
}

/** Adds up what comes in state, and goes on with every third sum. */
const sums: FlowNode<Order, { readonly sum: number }> = {
  name: 'sums',
  node: {
    async enter(body: Order, ctx) {
      const name = `${ctx.place}/sum`
      const before = (await ctx.state([name]))[name]
      const [count, sum] = (before?.value as [number, number] | undefined) ?? [0, 0]
      const expect = before?.version ?? 0
      if (count < 2)
        return right({ done: 'joined', state: [{ name, expect, value: [count + 1, sum + body.n] }] })
      const emit = [{ to: 'next', body: { sum: sum + body.n } }]
      return right({ state: [{ name, expect, value: undefined }], emit })
    },
    call: ({ n }: Order) => right({ sum: n }),
  },
}

/** Joins, recipients and nodes, across a restart. */
export const restarts: readonly { readonly name: string; run(t: Make): Promise<void> }[] = [
  {
    name: 'gather: replies that came before a restart are joined with those that come after it, nested too',
    async run(make) {
      const [a, end] = [echo('a'), fine<unknown>('end')]
      const f = flow('f')
        .from(orders(), { key: (b) => String(b.n) })
        .gather(
          {
            a,
            in: (s) =>
              s.gather({ x: failing('x', 3), y: (q) => q.delay('a while', '1m') }, { settle: 'all' }),
            each: (s) => s.gatherEach('items', (b) => [b, b], echo('item'), { settle: 'all' }),
          },
          { settle: 'all' },
        )
        .to(end)
        .otherwise(soon)
      await using t = make(f)
      await t.give({ n: 1 })
      for (const clean of [false, true, false]) {
        await t.run(200)
        await t.restart({ clean })
      }
      await atRest(t)
      const n1 = { n: 1 }
      expect(inputs(end)).toEqual([{ a: n1, in: { x: { ok: true }, y: n1 }, each: [n1, n1] }])
      expect(a.calls.length).toBe(1)
    },
  },
  {
    name: 'gather: a branch that is replayed after a restart re-opens its join, and that the one around it',
    async run(make) {
      let broken = true
      const end = fine<unknown>('end')
      const b = remote<Bad>('b', (x) => (broken ? new Bad({}) : x))
      const f = flow('f')
        .input<Order>()
        .gather({ a: echo('a'), in: (s) => s.gather({ b }, { settle: 'all' }) }, { settle: 'all' })
        .to(end)
        .otherwise(deadLetter())
      await using t = make(f)
      const r = await t.send({ n: 1 })
      expect(r.dead.length).toBe(3)
      await t.restart()
      broken = false
      await t.replay(r.dead.find((d) => d.hop === 'in/b')!.id)
      await atRest(t)
      expect(inputs(end)).toEqual([{ a: { n: 1 }, in: { b: { n: 1 } } }])
    },
  },
  {
    name: 'gather: a dry run of a dead join shows what would be sent',
    async run(make) {
      const end = failing<Bad>('end', 1, () => new Bad({})) as never as ReturnType<typeof fine<unknown>>
      const f = flow('f')
        .input<Order>()
        .gather({ a: echo('a') }, { settle: 'all' })
        .to(end)
        .otherwise(deadLetter())
      await using t = make(f)
      const r = await t.send({ n: 1 })
      await t.restart()
      expect(await t.runtime.deadLetters.dryRun([r.dead[0]!.id])).toMatchObject([{ sends: { a: { n: 1 } } }])
      await t.replay(r.dead[0]!.id)
      await atRest(t)
    },
  },
  {
    name: 'recipients: what was chosen before a restart is joined after it',
    async run(make) {
      const end = fine<unknown>('end')
      const to = { a: echo('a'), b: failing('b', 2), c: fine('c') }
      const f = flow('f')
        .input<Order>()
        .through(recipients('list', to, () => ['a', 'b'], { settle: 'all' }))
        .to(end)
        .otherwise(soon)
      await using t = make(f)
      await t.give({ n: 1 })
      await t.run(20)
      await t.restart()
      await atRest(t)
      expect(inputs(end)).toEqual([{ a: { n: 1 }, b: { ok: true } }])
      expect([to.a.calls.length, to.c.calls.length]).toEqual([1, 0])
    },
  },
  {
    name: 'nodes: several messages made of one each go on, and state is kept and removed',
    async run(make) {
      const end = fine<unknown>('end')
      const f = flow('f')
        .input<Order>()
        .through(twin)
        .to(fine('x'))
        .through(sums)
        .to(end)
        .otherwise(deadLetter())
      await using t = make(f)
      for (const n of [1, 2, 3]) {
        await t.send({ n })
        await t.restart({ clean: n === 2 })
      }
      await atRest(t)
      expect(inputs(end)).toEqual([{ sum: 10 + 11 + 20 }, { sum: 21 + 30 + 31 }])
    },
  },
]
