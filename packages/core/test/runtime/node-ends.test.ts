import { describe, expect, test } from 'vitest'
import {
  deadLetter,
  discard,
  flow,
  left,
  retry,
  right,
  type FlowNode,
  type NodeContext,
  type NodeDefinition,
} from '../../src/index.js'
import { testFlow } from '../../src/testing/index.js'
import { given } from '../cases/support/given.js'
import { balanced, counted } from '../semantics/counted.js'
import { Bad, Down, failing, fine, inputs, remote, type Order } from '../semantics/remote.js'

const node = (definition: Omit<NodeDefinition, 'call'>): FlowNode<Order, Order> => ({
  name: 'n',
  node: { ...definition, call: (b) => right(b) },
})

describe('nodes: how they fail, and how their branches do', () => {
  test('a decision that fails is routed as any failure, in one commit with its state, and with what it emits', async () => {
    const told = fine('told')
    const f = flow('f')
      .input<Order>()
      .through(
        node({
          async enter(body: Order, ctx: NodeContext) {
            const of = `${ctx.place}/seen`
            const { [of]: seen } = await ctx.state([of])
            const value = ((seen?.value as number | undefined) ?? 0) + 1
            const state = [{ name: of, expect: seen?.version ?? 0, value }]
            if (value === 3) return right({ emit: [{ to: 'next', body: { n: value } }], state })
            return right({
              fails: new Down({}),
              emit: [{ to: 'told', body, aside: true, suffix: String(value) }],
              state,
            })
          },
          branches: { told },
        }),
      )
      .to(fine('end'))
      .otherwise(retry({ attempts: 5, initial: '1s' }))
    await using t = testFlow(f)
    const r = await t.send({ n: 1 })
    expect([
      told.calls.length,
      r.delivered.filter((d) => d.target === 'end').map((d) => d.input),
      r.dead,
    ]).toEqual([2, [{ n: 3 }], []])
    expect(balanced(await t.runtime.counts())).toBe(true)
  })

  test('a branch with a route of its own asks no route of the flow; its dead letter answers the join', async () => {
    const bad = failing('bad', 9, () => new Bad({}))
    const f = flow('f')
      .input<Order>()
      .through(
        node({
          enter: (body: Order) =>
            right({
              emit: [
                { to: 'back', body, join: { expect: ['it'], settle: 'all' } },
                { to: 'it', body, as: 'it' },
              ],
            }),
          entrances: {
            back: (body: Order, ctx: NodeContext) =>
              ctx.replies!['it']!.as === 'failure'
                ? right({ emit: [{ to: 'next', body }] })
                : left(new Down({})),
          },
          branches: { it: bad },
          ends: { it: { route: retry({ attempts: 2, initial: '1s' }), caught: false } },
        }),
      )
      .to(fine('end'))
      .otherwise(discard())
    await using t = testFlow(f)
    const r = await t.send({ n: 1 })
    expect([
      bad.calls.length,
      r.dead.map((d) => d.hop),
      counted(await t.runtime.counts(), 'discarded'),
    ]).toEqual([2, ['n/it'], 0])
  })

  test('a deadline that a caught branch runs into is its reply, and no dead letter', async () => {
    const end = fine<unknown>('end')
    const f = flow('f')
      .from(given<Order>(), { deadline: '5s' })
      .through(
        node({
          enter: (body: Order) =>
            right({
              emit: [
                { to: 'back', body: null, fresh: true, join: { expect: ['it'], settle: 'all' } },
                { to: 'it', body, as: 'it' },
              ],
            }),
          entrances: {
            back: (_body: null, ctx: NodeContext) =>
              right({
                emit: [
                  {
                    to: 'next',
                    body: JSON.parse((ctx.replies!['it'] as { value: string }).value) as unknown,
                  },
                ],
              }),
          },
          branches: { it: failing('it', 99) },
          catches: retry(),
        }),
      )
      .to(end)
      .otherwise(deadLetter())
    await using t = testFlow(f)
    const r = await t.send({ n: 1 })
    expect([inputs(end), r.dead]).toMatchObject([[{ e: { _tag: 'DeadlineExceeded' } }], []])
  })

  test('what an entry hands down can be kept in a body, and given back where the message goes on', async () => {
    const end = remote<never>('reads', (_b, ctx) => ({ key: ctx.message.key, deadline: ctx.deadline }))
    const f = flow('f')
      .from(given<Order>(), { key: (o) => o.key!, deadline: '1h' })
      .through(
        node({
          enter: (body: Order, { inherits }: NodeContext) =>
            right({ emit: [{ to: 'on', body: { body, inherits }, fresh: true, key: null }] }),
          entrances: {
            on: (
              { body, inherits }: { body: Order; inherits: NodeContext['inherits'] },
              ctx: NodeContext,
            ) => {
              expect([ctx.message.key, ctx.deadline]).toEqual([undefined, undefined])
              return right({ emit: [{ to: 'next', body, inherits }] })
            },
          },
        }),
      )
      .to(end, { into: (_b, reply) => reply })
      .map('seen', (reply) => expect(reply).toEqual({ key: 'k', deadline: Date.UTC(2026, 0) + 3_600_000 }))
      .otherwise(deadLetter())
    await using t = testFlow(f)
    expect((await t.send({ n: 1, key: 'k' })).dead).toEqual([])
  })

  test('an entrance runs a branch in its own attempt, under a key of its choice, and decides by what came', async () => {
    const effect = failing('effect', 1)
    const f = flow('f')
      .input<Order>()
      .through(
        node({
          enter: (body: Order) => right({ emit: [{ to: 'work', body }] }),
          entrances: {
            async work(body: Order, ctx: NodeContext) {
              const end = await ctx.run('effect', body, 'my key')
              expect(ctx.key).toMatch(/\/n\/work$/)
              return end._tag === 'Left'
                ? right({ fails: end.left })
                : right({ emit: [{ to: 'next', body }] })
            },
          },
          branches: { effect },
          inline: ['effect'],
        }),
      )
      .to(fine('end'))
      .otherwise(retry({ attempts: 3, initial: '1s' }))
    await using t = testFlow(f)
    const r = await t.send({ n: 1 })
    expect([effect.calls.map((c) => [c.key, c.attempt]), r.dead]).toEqual([
      [
        ['my key', 1],
        ['my key', 2],
      ],
      [],
    ])
  })
})
