import { describe, expect, test } from 'vitest'
import { deadLetter, flow, memoryJournal, memoryStore, type Clock } from '../../src/index.js'
import { testFlow } from '../../src/testing/index.js'
import { balanced } from './counted.js'
import { Bad, failing, fine, inputs, remote, type Order } from './remote.js'
import { orders } from './source.js'

const echo = <A = Order>(name: string) => remote<never, A>(name, (b) => b)
const bad = (name: string) => failing<Bad>(name, Infinity, () => new Bad({ status: 422 }))
const slow = (name: string, ms: number) =>
  remote<never>(name, async (b, ctx) => {
    await ctx.clock.sleep(ms)
    return b
  })

describe('S6 gather, repair', () => {
  test('a dead join that is replayed alone fails again, and no branch is called anew', async () => {
    const [a, b] = [fine('a'), bad('b')]
    const f = flow('f')
      .input<Order>()
      .gather({ a, b }, { settle: 'all' })
      .to(fine<unknown>('end'))
      .otherwise(deadLetter())
    await using t = testFlow(f)
    const first = await t.send({ n: 1 })
    const r = await t.replay(first.dead.find((d) => d.hop === 'end')!.id)
    expect(r.dead.map((d) => d.error._tag).toSorted()).toEqual(['Bad', 'PartialFailure'])
    expect([a.calls.length, b.calls.length, r.pending]).toEqual([1, 1, 0])
  })

  test('a join that died behind its replies is replayed with them', async () => {
    const a = echo('a')
    const end = failing<Bad>('end', 1, () => new Bad({})) as never as ReturnType<typeof fine<unknown>>
    const f = flow('f').input<Order>().gather({ a }, { settle: 'all' }).to(end).otherwise(deadLetter())
    await using t = testFlow(f)
    const first = await t.send({ n: 1 })
    await t.restart()
    const r = await t.replay(first.dead[0]!.id)
    expect(inputs(end)).toEqual([{ a: { n: 1 } }, { a: { n: 1 } }])
    expect([a.calls.length, r.dead, r.pending]).toEqual([1, [], 0])
  })

  test('a dry run of a dead join shows what would be sent, and of an undecided one its failure', async () => {
    const end = failing<Bad>('end', 1, () => new Bad({})) as never as ReturnType<typeof fine<unknown>>
    const f = flow('f')
      .input<Order>()
      .gather({ a: echo('a'), b: remote<Bad>('b', (x) => (x.n === 2 ? new Bad({}) : x)) }, { settle: 'all' })
      .to(end)
      .otherwise(deadLetter())
    await using t = testFlow(f)
    const first = await t.send({ n: 1 })
    const dry = async (id: string) => (await t.runtime.deadLetters.dryRun([id]))[0]
    expect(await dry(first.dead[0]!.id)).toMatchObject({ hop: 'end', target: 'end', sends: { a: { n: 1 } } })
    const second = await t.send({ n: 2 })
    const undecided = second.dead.find((d) => d.error._tag === 'PartialFailure')!
    expect(await dry(undecided.id)).toMatchObject({
      ends: { _tag: 'PartialFailure', failed: [{ branch: 'b' }] },
    })
    expect(end.calls.length).toBe(1)
  })

  test('erasing a key while its join waits leaves nothing of it', async () => {
    const end = fine<unknown>('end')
    const f = flow('f')
      .from(orders(), { key: (b) => String(b.key) })
      .gather(
        { a: echo('a'), b: (s) => s.delay('a while', '1h').to(fine('b')), c: slow('c', 5000) },
        { settle: 'all' },
      )
      .to(end)
      .otherwise(deadLetter())
    await using t = testFlow(f)
    await t.give({ n: 1, key: 'gone' })
    await t.give({ n: 2, key: 'kept' })
    await t.run(1000)
    await t.runtime.erase('gone')
    const r = await t.settle()
    expect(inputs(end)).toMatchObject([{ a: { n: 2 } }])
    expect([r.pending, r.dead, balanced(await t.runtime.counts())]).toEqual([0, [], true])
  })
})

describe('S6 gather, deploys', () => {
  test('branches that are renamed while their join waits answer it, and are in its body by their new names', async () => {
    const end = fine<unknown>('end')
    const store = memoryStore()
    const journal = (clock: Clock) => memoryJournal({ clock, store })
    const old = flow('f')
      .input<Order>()
      .gather({ a: echo('a'), b: slow('b', 5000), c: (s) => s.to(slow('c', 5000)) }, { settle: 'all' })
      .to(end)
      .otherwise(deadLetter())
    const now = flow('f', { renamed: { a: 'first', b: 'second', 'c/c': 'third/c' } })
      .input<Order>()
      .gather({ first: echo('a'), second: echo('b'), third: (s) => s.to(echo('c')) }, { settle: 'all' })
      .to(end)
      .otherwise(deadLetter())
    const before = testFlow(old, { journal, runtime: { grace: '0s' } })
    await before.give({ n: 1 })
    await before.run(1000)
    await before.stop()
    await using t = testFlow(now, { journal, seed: 2 })
    const { pending, dead } = await t.settle()
    expect(inputs(end)).toEqual([{ first: { n: 1 }, second: { n: 1 }, third: { n: 1 } }])
    expect([pending, dead]).toEqual([0, []])
  })
})
