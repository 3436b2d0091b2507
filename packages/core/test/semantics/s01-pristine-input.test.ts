import { describe, expect, test } from 'vitest'
import {
  byKind,
  createRuntime,
  deadLetter,
  flow,
  memoryJournal,
  retry,
  right,
  type Context,
  type Intake,
  type Source,
} from '../../src/index.js'
import { testFlow, virtualClock } from '../../src/testing/index.js'
import { Bad, Down, failing, fine, hanging, inputs, remote, type Order } from './remote.js'

interface Cart {
  items: string[]
}

const quick = byKind({ transient: retry({ initial: '10ms', attempts: 5 }) })

describe('S1 each attempt gets the pristine input of its hop', () => {
  test('a map that changes its input in place finds it unchanged at the next attempt', async () => {
    const seen: number[] = []
    const to = remote<Down, Cart>('to', (_input, _ctx, nth) => (nth < 3 ? new Down({}) : {}))
    const f = flow('f')
      .input<Cart>()
      .map('grow', (cart) => {
        seen.push(cart.items.length)
        cart.items.push('more')
        return cart
      })
      .to(to)
      .otherwise(quick)
    await using t = testFlow(f)
    await t.send({ items: ['a'] })
    expect(seen).toEqual([1, 1, 1])
    expect(inputs(to)).toEqual([{ items: ['a', 'more'] }, { items: ['a', 'more'] }, { items: ['a', 'more'] }])
  })

  test('a target that changes its input in place is given it unchanged at the next attempt', async () => {
    const to = remote<Down, Cart>('to', (cart, _ctx, nth) => {
      cart.items.length = 0
      return nth < 3 ? new Down({}) : {}
    })
    const f = flow('f').input<Cart>().to(to).otherwise(quick)
    await using t = testFlow(f)
    await t.send({ items: ['a'] })
    expect(inputs(to)).toEqual([{ items: ['a'] }, { items: ['a'] }, { items: ['a'] }])
  })

  test('a mapping of with() that changes the body does not change that of the next attempt', async () => {
    const to = remote<Down, string[]>('to', (_input, _ctx, nth) => (nth < 2 ? new Down({}) : {}))
    const f = flow('f')
      .input<Cart>()
      .to(to.with((cart) => (cart.items.push('x'), cart.items)))
      .otherwise(quick)
    await using t = testFlow(f)
    await t.send({ items: ['a'] })
    expect(inputs(to)).toEqual([
      ['a', 'x'],
      ['a', 'x'],
    ])
  })

  test('the hop that was running at a crash starts from its input as it was stored', async () => {
    const hang = hanging('to')
    const to = fine<Order>('to')
    let life = 1
    const stand = (input: Order, ctx: Context): unknown =>
      life === 1 ? hang.run(input, ctx) : to.run(input, ctx)
    const f = flow('f')
      .input<Order>()
      .map('add', (b) => {
        const mutable = b as { n: number }
        mutable.n++
        return mutable
      })
      .to(fine('to'))
      .otherwise(quick)
    await using t = testFlow(f, { replace: { to: stand } })
    await t.give({ n: 1 })
    await t.run(10)
    expect(inputs(hang)).toEqual([{ n: 2 }])
    life = 2
    await t.restart()
    await t.settle()
    expect(inputs(to)).toEqual([{ n: 2 }])
  })

  test('what a key function does to the body at accept is not seen by the flow', async () => {
    const to = fine<Cart>('to')
    const raw: Cart = { items: ['a'] }
    const source: Source<Cart> = {
      name: 'source',
      single: false,
      decode: (given) => right(given as unknown as Cart),
      start: () => ({ stop() {} }),
    }
    const f = flow('f')
      .from(source, {
        key: (cart) => String(cart.items.push('key')),
        dedupe: (cart) => String(cart.items.push('dedupe')),
      })
      .to(to)
      .otherwise(byKind())
    await using t = testFlow(f)
    await t.send(raw)
    expect(inputs(to)).toEqual([{ items: ['a'] }])
    expect(raw).toEqual({ items: ['a'] })
  })

  test('what the accept functions of one flow do to the body is not seen by another flow of its source', async () => {
    const seen: number[] = []
    let intake: Intake | undefined
    const source: Source<Cart> = {
      name: 'source',
      single: false,
      decode: (given) => right(given as unknown as Cart),
      start: (i) => ((intake = i), { stop() {} }),
    }
    const greedy = (name: string) =>
      flow(name)
        .from(source, { key: (cart) => String(seen.push(cart.items.push('x'))) })
        .to(fine<Cart>('to'))
        .otherwise(byKind())
    const clock = virtualClock()
    const runtime = createRuntime({
      flows: [greedy('one'), greedy('two')],
      journal: memoryJournal({ clock }),
      clock,
    })
    await runtime.start()
    const message = () => ({ raw: { items: ['a'] }, type: 't', undecodable: 'refuse' as const })
    await intake!.accept([message(), message()])
    expect(seen).toEqual([2, 2, 2, 2])
    await runtime.stop()
  })

  test('branches of a fan-out share nothing: one that changes its body leaves that of the other alone', async () => {
    const a = remote<never, Cart>('a', (cart) => cart.items.push('a'))
    const b = remote<never, Cart>('b', (cart) => cart.items.push('b'))
    const f = flow('f').input<Cart>().fanOut({ a, b }).otherwise(byKind())
    await using t = testFlow(f)
    await t.send({ items: [] })
    expect([...inputs(a), ...inputs(b)]).toEqual([{ items: [] }, { items: [] }])
  })

  test('items of a split that are one object are stored apart', async () => {
    const item = failing('item', 1)
    const f = flow('f')
      .input<Order>()
      .split(
        'lines',
        (b) => {
          const one = b as { n: number }
          return [one, one]
        },
        (s) =>
          s
            .map('bump', (b) => {
              b.n += 10
              return b
            })
            .to(item),
      )
      .otherwise(quick)
    await using t = testFlow(f)
    await t.send({ n: 1 })
    expect(inputs(item)).toEqual([{ n: 11 }, { n: 11 }, { n: 11 }])
  })

  test('a replay starts from the input of the hop, whatever its attempts did to it', async () => {
    let fails = true
    const to = remote<Bad, Cart>('to', (cart) => {
      cart.items.push('spoilt')
      return fails ? new Bad({}) : {}
    })
    const f = flow('f').input<Cart>().to(to).otherwise(deadLetter())
    await using t = testFlow(f)
    const { dead } = await t.send({ items: ['a'] })
    expect(dead[0]!.body).toEqual({ items: ['a'] })
    fails = false
    await t.replay(dead[0]!.id)
    expect(inputs(to)).toEqual([{ items: ['a'] }, { items: ['a'] }])
  })

  test('a dry run that changes the body leaves the dead letter as it was', async () => {
    const to = remote<Bad, Cart>('to', () => new Bad({}))
    const f = flow('f')
      .input<Cart>()
      .map('grow', (cart) => (cart.items.push('x'), cart))
      .to(to)
      .otherwise(deadLetter())
    await using t = testFlow(f)
    const { dead } = await t.send({ items: [] })
    const runs = [
      await t.runtime.deadLetters.dryRun([dead[0]!.id]),
      await t.runtime.deadLetters.dryRun([dead[0]!.id]),
    ]
    expect(runs.map((r) => r[0]!.sends)).toEqual([{ items: ['x'] }, { items: ['x'] }])
    expect((await t.runtime.deadLetters.list())[0]!.body).toEqual({ items: [] })
  })
})
