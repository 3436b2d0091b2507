import { describe, expect, test } from 'vitest'
import { deadLetter, flow, left, retry, right, type FlowNode, type NodeContext } from '../../src/index.js'
import { testFlow } from '../../src/testing/index.js'
import { balanced } from '../semantics/counted.js'
import { Bad, Down, failing, fine, inputs, remote, type Order } from '../semantics/remote.js'

/** Counts the messages of a key in state; every third goes on with the count. */
const thirds = (name: string): FlowNode<Order, { readonly count: number }> => ({
  name,
  node: {
    async enter(body: Order, ctx: NodeContext) {
      const of = `${ctx.place}/${body.key ?? ''}`
      const before = (await ctx.state([of]))[of]
      const count = ((before?.value as number | undefined) ?? 0) + 1
      const state = [{ name: of, expect: before?.version ?? 0, value: count }]
      return right(
        count % 3 === 0
          ? { state, emit: [{ to: 'next', body: { count } }] }
          : { state, done: 'joined' as const },
      )
    },
    call: () => right({ count: 1 }),
  },
})

/** Waits until a message with `open` has come, or ten seconds. */
const gate = (name: string): FlowNode<Order, Order> => ({
  name,
  node: {
    async enter(body: Order, ctx: NodeContext) {
      const of = `${ctx.place}/open`
      const open = (await ctx.state([of]))[of]
      if (body.key !== 'open') return right({ emit: [{ to: 'wait', body }] })
      return right({
        done: 'joined' as const,
        state: [{ name: of, expect: open?.version ?? 0, value: body.n }],
        wake: [String(body.n)],
      })
    },
    entrances: {
      async wait(body: Order, ctx: NodeContext) {
        const of = `${ctx.place}/open`
        const open = (await ctx.state([of]))[of]
        if (open !== undefined || ctx.now >= 10_000 + ctx.message.time)
          return right({ emit: [{ to: 'next', body }] })
        // Nothing has come: that it still has not is part of the commit.
        return right({ again: ctx.message.time + 10_000, state: [{ name: of, expect: 0, value: undefined }] })
      },
    },
    call: (body) => right(body),
  },
})

/** Sends a body to its branch, and goes on with whatever became of it. */
const tried = <A>(
  name: string,
  branch: unknown,
): FlowNode<A, { readonly v?: unknown; readonly e?: { _tag: string } }> => ({
  name,
  node: {
    enter: (body: unknown) =>
      right({
        emit: [
          { to: 'back', body: null, join: { expect: ['it'], settle: 'all' } },
          { to: 'it', body, as: 'it' },
        ],
      }),
    entrances: {
      back(_body: null, ctx: NodeContext) {
        const reply = ctx.replies!['it']!
        if (reply.as !== 'reply') return left(new Bad({}))
        return right({ emit: [{ to: 'next', body: JSON.parse(reply.value) as unknown }] })
      },
    },
    branches: { it: branch as never },
    catches: retry({ attempts: 3 }),
    call: (body, _ctx, send) => send('it', body),
  },
})

describe('nodes: parts of a flow that decide a commit', () => {
  test('messages that come at once see each other’s state, and none is counted twice or lost', async () => {
    const end = fine<unknown>('end')
    const f = flow('f').input<Order>().through(thirds('thirds')).to(end).otherwise(deadLetter())
    await using t = testFlow(f)
    const r = await t.sendAll(
      Array.from({ length: 30 }, (_, n) => ({ n, key: n % 2 === 0 ? 'even' : 'odd' })),
    )
    expect(
      inputs(end)
        .map((c) => (c as { count: number }).count)
        .sort((a, b) => a - b),
    ).toEqual([3, 3, 6, 6, 9, 9, 12, 12, 15, 15])
    expect([r.pending, balanced(await t.runtime.counts())]).toEqual([0, true])
  })

  test('its state survives a crash', async () => {
    const end = fine<unknown>('end')
    const f = flow('f').input<Order>().through(thirds('thirds')).to(end).otherwise(deadLetter())
    await using t = testFlow(f)
    await t.sendAll([{ n: 1 }, { n: 2 }])
    await t.restart()
    await t.send({ n: 3 })
    expect(inputs(end)).toEqual([{ count: 3 }])
  })

  test('an entry that waits is woken by another, long before its time', async () => {
    const end = fine<unknown>('end')
    const f = flow('f').input<Order>().through(gate('gate')).to(end).otherwise(deadLetter())
    await using t = testFlow(f)
    const waiting = await t.give({ n: 1 })
    await t.run(1000)
    expect(end.calls).toEqual([])
    const id = (waiting as { id: string }).id
    await t.give({ n: `${id}/gate/wait` as never, key: 'open' })
    await t.run(10)
    expect(inputs(end)).toEqual([{ n: 1 }])
  })

  test('an entry that nobody wakes goes on when its time has come', async () => {
    const end = fine<unknown>('end')
    const f = flow('f').input<Order>().through(gate('gate')).to(end).otherwise(deadLetter())
    await using t = testFlow(f)
    const r = await t.send({ n: 1 })
    expect([inputs(end), r.virtualMs]).toEqual([[{ n: 1 }], 10_000])
  })

  test('a branch whose failures are caught is retried by the node’s own route, and its failure is its reply', async () => {
    const end = fine<unknown>('end')
    const bad = failing('bad', 9, () => new Down({}))
    const f = flow('f').input<Order>().through(tried('try', bad)).to(end).otherwise(deadLetter())
    await using t = testFlow(f)
    const r = await t.send({ n: 1 })
    expect(bad.calls.length).toBe(3)
    expect(inputs(end)).toMatchObject([{ e: { _tag: 'Down', attempt: 3 } }])
    expect([r.dead.length, r.pending, balanced(await t.runtime.counts())]).toEqual([0, 0, true])
  })

  test('a caught branch that works replies with its body', async () => {
    const end = fine<unknown>('end')
    const good = remote<never>('good', () => ({ made: 7 }))
    const f = flow('f').input<Order>().through(tried('try', good)).to(end).otherwise(deadLetter())
    await using t = testFlow(f)
    await t.send({ n: 1 })
    expect(inputs(end)).toEqual([{ v: { made: 7 } }])
  })

  test('a node that throws, or names a way it does not have, is a failed step named after it', async () => {
    const odd = (what: () => unknown): FlowNode<Order, Order> => ({
      name: 'odd',
      node: { enter: what as never, call: (b) => right(b) },
    })
    for (const [what, says] of [
      [() => Promise.reject(new Error('boom')), 'boom'],
      [
        () => {
          throw new Error('bang')
        },
        'bang',
      ],
      [() => right({ emit: [{ to: 'nowhere', body: 1 }] }), 'no way "nowhere"; it has next'],
      [() => right({ emit: [{ to: 'next', body: new Date(0) }] }), 'Date cannot be stored'],
    ] as const) {
      const f = flow('f').input<Order>().through(odd(what)).to(fine('end')).otherwise(deadLetter())
      await using t = testFlow(f)
      const r = await t.send({ n: 1 })
      expect(r.dead.map((d) => [d.hop, d.error._tag])).toEqual([['odd', 'StepFailed']])
      expect(r.dead[0]!.error.message).toContain(says)
    }
  })
})
