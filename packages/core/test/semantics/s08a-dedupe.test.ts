import { describe, expect, test } from 'vitest'
import { byKind, deadLetter, discard, flow } from '../../src/index.js'
import { testFlow } from '../../src/testing/index.js'
import { Bad, failing, fine, inputs, remote, type Order } from './remote.js'
import { orders } from './source.js'

const once = { dedupe: (b: Order): string => String(b.n) }
const id = (r: { accepted: readonly unknown[] }, i = 0): string => (r.accepted[i] as { id: string }).id
const HOUR = 36e5

describe('S8a a dedupe key is bound to its entry for the window, whatever became of it', () => {
  test('a repeat is answered as the first, and is not delivered', async () => {
    const to = fine('to')
    await using t = testFlow(flow('f').from(orders(), once).to(to).otherwise(byKind()))
    const first = await t.send({ n: 1 })
    const again = await t.send({ n: 1 })
    expect(again.accepted[0]).toEqual({ as: 'duplicate', id: id(first) })
    expect(to.calls).toHaveLength(1)
  })

  test('repeats within one batch count too', async () => {
    const to = fine('to')
    await using t = testFlow(flow('f').from(orders(), once).to(to).otherwise(byKind()))
    const r = await t.sendAll([{ n: 1 }, { n: 1 }, { n: 2 }])
    expect(r.accepted.map((a) => a.as)).toEqual(['accepted', 'duplicate', 'accepted'])
    expect(id(r, 1)).toBe(id(r, 0))
    expect(inputs(to).map((b) => b.n)).toEqual([1, 2])
  })

  test('while the first is still under way', async () => {
    const to = remote('to', async (_b, ctx) => {
      await ctx.clock.sleep(1000)
      return {}
    })
    await using t = testFlow(flow('f').from(orders(), once).to(to).otherwise(byKind()))
    await t.give({ n: 1 })
    await t.run(10)
    expect((await t.give({ n: 1 })).as).toBe('duplicate')
    await t.settle()
    expect(to.calls).toHaveLength(1)
  })

  test('inside the window, not after it: a day when nothing is said', async () => {
    const to = fine('to')
    await using t = testFlow(flow('f').from(orders(), once).to(to).otherwise(byKind()))
    await t.send({ n: 1 })
    await t.run(24 * HOUR - 1)
    expect((await t.send({ n: 1 })).accepted[0]!.as).toBe('duplicate')
    await t.run(1)
    expect((await t.send({ n: 1 })).accepted[0]!.as).toBe('accepted')
    expect(to.calls).toHaveLength(2)
  })

  test('the window can be chosen, and a repeat does not make it longer', async () => {
    const to = fine('to')
    await using t = testFlow(
      flow('f')
        .from(orders(), { ...once, window: '1h' })
        .to(to)
        .otherwise(byKind()),
    )
    await t.send({ n: 1 })
    await t.run(HOUR - 1)
    expect((await t.send({ n: 1 })).accepted[0]!.as).toBe('duplicate')
    await t.run(1)
    expect((await t.send({ n: 1 })).accepted[0]!.as).toBe('accepted')
  })

  test('over a crash', async () => {
    const to = fine('to')
    await using t = testFlow(flow('f').from(orders(), once).to(to).otherwise(byKind()))
    const first = await t.send({ n: 1 })
    await t.restart()
    expect((await t.send({ n: 1 })).accepted[0]).toEqual({ as: 'duplicate', id: id(first) })
    expect(to.calls).toHaveLength(1)
  })

  test('when the first one is dead, filtered or discarded', async () => {
    const dead = testFlow(
      flow('f')
        .from(orders(), once)
        .to(failing<Bad>('to', 9, () => new Bad({})))
        .otherwise(deadLetter()),
    )
    const first = await dead.send({ n: 1 })
    expect((await dead.send({ n: 1 })).accepted[0]).toEqual({ as: 'duplicate', id: id(first) })
    await dead.stop()
    const to = fine('to')
    const none = testFlow(
      flow('f')
        .from(orders(), once)
        .filter('no', () => false)
        .to(to)
        .otherwise(byKind()),
    )
    await none.send({ n: 1 })
    expect((await none.send({ n: 1 })).accepted[0]!.as).toBe('duplicate')
    await none.stop()
    const gone = testFlow(
      flow('f')
        .from(orders(), once)
        .to(failing<Bad>('to', 9, () => new Bad({})))
        .otherwise(discard('no')),
    )
    await gone.send({ n: 1 })
    expect((await gone.send({ n: 1 })).accepted[0]!.as).toBe('duplicate')
    await gone.stop()
  })

  test('when the first one was poison', async () => {
    await using t = testFlow(flow('f').from(orders()).to(fine('to')).otherwise(byKind()))
    const first = await t.send({ no: 'number' }, { dedupe: 'delivery-1' })
    expect(first.accepted[0]!.as).toBe('dead')
    expect((await t.send({ no: 'number' }, { dedupe: 'delivery-1' })).accepted[0]).toEqual({
      as: 'duplicate',
      id: id(first),
    })
    expect((await t.settle()).dead).toHaveLength(1)
  })

  test('what the flow says wins over what the source says', async () => {
    const to = fine('to')
    await using t = testFlow(flow('f').from(orders(), once).to(to).otherwise(byKind()))
    await t.send({ n: 1 }, { dedupe: 'x' })
    expect((await t.send({ n: 1 }, { dedupe: 'y' })).accepted[0]!.as).toBe('duplicate')
    expect((await t.send({ n: 2 }, { dedupe: 'x' })).accepted[0]!.as).toBe('accepted')
  })

  test('without a dedupe key of the flow, that of the source counts', async () => {
    const to = fine('to')
    await using t = testFlow(flow('f').from(orders()).to(to).otherwise(byKind()))
    await t.send({ n: 1 }, { dedupe: 'x' })
    expect((await t.send({ n: 1 }, { dedupe: 'x' })).accepted[0]!.as).toBe('duplicate')
    await t.send({ n: 1 })
    await t.send({ n: 1 })
    expect(to.calls).toHaveLength(3)
  })

  test('is judged before the version: a repeat of an old version is a duplicate, not superseded', async () => {
    const options = { ...once, latest: { key: () => 'k', version: (b: Order) => b.n } }
    await using t = testFlow(flow('f').from(orders(), options).to(fine('to')).otherwise(byKind()))
    await t.send({ n: 1 })
    await t.send({ n: 2 })
    expect((await t.send({ n: 1 })).accepted[0]!.as).toBe('duplicate')
  })
})
