import { describe, expect, test } from 'vitest'
import { deadLetter, flow, right, type FlowNode } from '../../src/index.js'
import { recipients, wireTap } from '../../src/patterns/index.js'
import { testFlow } from '../../src/testing/index.js'
import { balanced } from '../semantics/counted.js'
import { Bad, failing, fine, inputs, remote, type Order } from '../semantics/remote.js'
import { orders } from '../semantics/source.js'

const echo = (name: string) => remote<never>(name, (b) => b)
const once = () => failing<Bad>('first', 1, () => new Bad({}))

/** Makes two of each message. */
const twin = (name: string): FlowNode<Order, Order> => ({
  name,
  node: {
    enter: (b: Order) =>
      right({
        emit: [
          { to: 'next', body: { n: b.n * 10 }, suffix: 'a' },
          { to: 'next', body: { n: b.n * 10 + 1 }, suffix: 'b' },
        ],
      }),
    call: (b) => right(b),
  },
})

const nothing = async (t: ReturnType<typeof testFlow>): Promise<void> => {
  const { pending, dead } = await t.settle()
  expect([pending, dead, balanced(await t.runtime.counts())]).toEqual([0, [], true])
}

describe('several ways lead to one structure', () => {
  test('a gather behind a recover is reached on the straight way and by the recovery of an earlier hop', async () => {
    const end = fine<unknown>('end')
    const f = flow('f')
      .input<Order>()
      .to(once())
      .map('same', (b) => b)
      .recover('Bad', () => ({ n: 9 }))
      .gather({ a: echo('a'), b: echo('b') }, { settle: 'all' })
      .to(end)
      .otherwise(deadLetter())
    await using t = testFlow(f)
    await t.sendAll([{ n: 1 }])
    await t.send({ n: 2 })
    expect(inputs(end)).toEqual([9, 2].map((n) => ({ a: { n }, b: { n } })))
    await nothing(t)
  })

  test('so is a gatherEach', async () => {
    const end = fine<unknown>('end')
    const f = flow('f')
      .input<Order>()
      .to(once())
      .map('same', (b) => b)
      .recover('Bad', () => ({ n: 9 }))
      .gatherEach('each', (b) => [b, { n: b.n + 1 }], echo('a'), { settle: 'all' })
      .to(end)
      .otherwise(deadLetter())
    await using t = testFlow(f)
    await t.send({ n: 1 })
    await t.send({ n: 2 })
    expect(inputs(end)).toEqual([9, 2].map((n) => [{ n }, { n: n + 1 }]))
    await nothing(t)
  })

  test('so is a node with entrances', async () => {
    const end = fine<unknown>('end')
    const f = flow('f')
      .input<Order>()
      .to(once())
      .map('same', (b) => b)
      .recover('Bad', () => ({ n: 9 }))
      .through(recipients('list', { a: echo('a') }, () => ['a'], { settle: 'all' }))
      .to(end)
      .otherwise(deadLetter())
    await using t = testFlow(f)
    await t.send({ n: 1 })
    await t.send({ n: 2 })
    expect(inputs(end)).toEqual([9, 2].map((n) => ({ a: { n } })))
    await nothing(t)
  })

  test('two recoveries of one tag in one hop are two ways, and the nearer one is taken', async () => {
    const end = fine<unknown>('end')
    const f = flow('f')
      .input<Order>()
      .to(once())
      .map('same', (b) => b)
      .recover('Bad', () => ({ n: 8 }))
      .map('one more', (b) => (b.n === 7 ? new Bad({}) : { n: b.n + 1 }))
      .recover('Bad', () => ({ n: 100 }))
      .to(end)
      .otherwise(deadLetter())
    await using t = testFlow(f)
    await t.send({ n: 1 })
    await t.send({ n: 7 })
    await t.send({ n: 3 })
    expect(inputs(end)).toEqual([{ n: 9 }, { n: 100 }, { n: 4 }])
  })
})

describe('a node that makes several messages of one', () => {
  test('each of them goes on to the end, through every hop that follows', async () => {
    const [x, y] = [fine('x'), fine('y')]
    const f = flow('f')
      .input<Order>()
      .through(twin('twin'))
      .to(x)
      .through(twin('again'))
      .to(y)
      .otherwise(deadLetter())
    await using t = testFlow(f)
    const r = await t.send({ n: 1 })
    expect(inputs(x)).toEqual([{ n: 10 }, { n: 11 }])
    expect(inputs(y).map((b) => b.n)).toEqual([100, 101, 110, 111])
    expect(new Set(r.delivered.map((d) => d.key)).size).toBe(6)
    await nothing(t)
  })

  test('each has joins of its own, and items of its own, across a restart', async () => {
    const end = fine<unknown>('end')
    const slow = remote<never>('slow', async (b, ctx) => {
      await ctx.clock.sleep(1000)
      return b
    })
    const f = flow('f')
      .input<Order>()
      .through(twin('twin'))
      .gather({ p: echo('p'), q: (s) => s.to(fine('q1')).via(slow) }, { settle: 'all' })
      .gatherEach(
        'each',
        (b) => [b.p, b.q],
        remote<never, unknown>('item', (b) => [b]),
        { settle: 'all' },
      )
      .to(end)
      .otherwise(deadLetter())
    await using t = testFlow(f)
    await t.give({ n: 1 })
    await t.run(500)
    await t.restart()
    await t.settle()
    expect(inputs(end)).toEqual([10, 11].map((n) => [[{ n }], [{ n }]]))
    await nothing(t)
  })
})

describe('names of a node', () => {
  test('a branch that is called as one of its ways out is refused, with the remedy', () => {
    const list = (to: string) => (): unknown =>
      flow('f')
        .input<Order>()
        .through(recipients('list', { [to]: fine('x') }, () => [], { settle: 'all' }))
    expect(list('next')).toThrow('flow "f": through "list": a branch cannot be named "next"')
    expect(list('joined')).toThrow('a branch cannot be named "joined"')
    expect(list('joined')).toThrow('give it another name')
  })

  test('two patterns of one name are refused at start, with the remedy', async () => {
    const f = flow('f')
      .from(orders())
      .through(wireTap('audit', fine('a')))
      .through(wireTap('audit', fine('b')))
      .otherwise(deadLetter())
    const t = testFlow(f)
    await expect(async () => t.send({ n: 1 })).rejects.toThrow(/"audit".*or one pattern another name/)
  })

  test('two gathers inside of branches whose branches have one name are refused, with the remedy', async () => {
    const f = flow('f')
      .from(orders())
      .gather(
        {
          a: (s) =>
            s
              .gather({ x: echo('1') }, { settle: 'all' })
              .gather({ x: remote<never, unknown>('2', (b) => b) }, { settle: 'all' }),
        },
        { settle: 'all' },
      )
      .otherwise(deadLetter())
    const t = testFlow(f)
    await expect(async () => t.send({ n: 1 })).rejects.toThrow(/"a\/x".*or one gather: \{ name \}/)
  })
})
