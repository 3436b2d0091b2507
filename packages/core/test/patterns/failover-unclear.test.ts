import { describe, expect, test } from 'vitest'
import { byKind, createDestination, deadLetter, flow, target } from '../../src/index.js'
import { failover } from '../../src/patterns/failover.js'
import { testFlow } from '../../src/testing/index.js'
import { Down, fine, remote, type Order } from '../semantics/remote.js'
import { calls, cut, down } from './failover-remotes.js'

const HOUR = 36e5
const once = byKind({ transient: deadLetter(), permanent: deadLetter() })

describe('an outcome that is not clear', () => {
  test.each(['keyed', 'idempotent', 'unsafe'] as const)(
    'of a target that is %s is never followed by a call of the next',
    async (effect) => {
      const [a, b] = [cut('a', { effect }), fine('b')]
      const f = flow('f')
        .input<Order>()
        .to(failover('ab', [a, b]))
        .otherwise(once)
      await using t = testFlow(f)
      const { dead } = await t.send({ n: 1 })
      expect(dead).toMatchObject([{ error: { _tag: 'OutcomeUnknown', kind: 'unknown' } }])
      expect(calls(a, b)).toEqual([1, 0])
    },
  )

  test.each(['keyed', 'idempotent'] as const)(
    'of a target that is %s is followed when the targets deduplicate together',
    async (effect) => {
      const [a, b] = [cut('a', { effect }), fine('b', { effect })]
      const both = failover('ab', [a, b], { sharedDeduplication: true })
      expect(both.effect).toBe(effect)
      await using t = testFlow(flow('f').input<Order>().to(both).otherwise(once))
      const { dead } = await t.send({ n: 1 })
      expect([dead, calls(a, b)]).toEqual([[], [1, 1]])
      expect(b.calls[0]!.key).toBe(a.calls[0]!.key)
    },
  )

  test('of an unsafe target is not followed even when they deduplicate together', async () => {
    const [a, b] = [cut('a', { effect: 'unsafe' }), fine('b', { effect: 'unsafe' })]
    const f = flow('f')
      .input<Order>()
      .to(failover('ab', [a, b], { sharedDeduplication: true }))
      .otherwise(once)
    await using t = testFlow(f)
    const { dead } = await t.send({ n: 1 })
    expect(dead).toMatchObject([{ error: { _tag: 'OutcomeUnknown' } }])
    expect(calls(a, b)).toEqual([1, 0])
  })

  test('is asked about, and followed when it had no effect', async () => {
    const reconcile = async (): Promise<'absent'> => 'absent'
    const a = cut('a', { effect: 'unsafe', reconcile })
    const b = fine('b', { effect: 'unsafe', reconcile })
    await using t = testFlow(
      flow('f')
        .input<Order>()
        .to(failover('ab', [a, b]))
        .otherwise(once),
    )
    const { dead } = await t.send({ n: 1 })
    expect([dead, calls(a, b)]).toEqual([[], [1, 1]])
  })

  test.each<['a' | 'b' | 'none' | 'unsure', object]>([
    ['a', { dead: 0, calls: 1 }],
    ['b', { dead: 0, calls: 1 }],
    ['none', { dead: 0, calls: 2 }],
    ['unsure', { dead: 1, calls: 1 }],
  ])(
    'of a process that was killed is asked about at every target (it took effect at: %s)',
    async (where, expected) => {
      const asked = (name: string) => async () =>
        where === 'unsure' ? ('unknown' as const) : where === name ? { found: {} } : ('absent' as const)
      let hang = true
      const a = remote('a', (_b, ctx) => (hang ? ctx.clock.sleep(HOUR) : {}), {
        effect: 'unsafe',
        reconcile: asked('a'),
      })
      const b = fine('b', { effect: 'unsafe', reconcile: asked('b') })
      await using t = testFlow(
        flow('f')
          .input<Order>()
          .to(failover('ab', [a, b]))
          .otherwise(once),
      )
      await t.give({ n: 1 })
      await t.run(1000)
      hang = false
      await t.restart()
      const { dead } = await t.settle()
      expect({ dead: dead.length, calls: a.calls.length + b.calls.length }).toEqual(expected)
    },
  )

  test('of a process that was killed is OutcomeUnknown when nobody can be asked: it is called at no other', async () => {
    let hang = true
    const a = remote<Down>('a', (_b, ctx) => (hang ? ctx.clock.sleep(HOUR) : new Down({})))
    const b = fine('b')
    await using t = testFlow(
      flow('f')
        .input<Order>()
        .to(failover('ab', [a, b]))
        .otherwise(once),
    )
    await t.give({ n: 1 })
    await t.run(1000)
    hang = false
    await t.restart()
    const { dead } = await t.settle()
    expect(dead).toMatchObject([{ error: { _tag: 'OutcomeUnknown' } }])
    expect(calls(a, b)).toEqual([1, 0])
  })

  test('of a target that made some of its calls is not clear, whatever the last one says', async () => {
    const [create, publish, other] = [fine('create'), down('publish'), fine('other')]
    const destination = createDestination({ name: 'dam' })
    const put = target({
      name: 'put',
      destination,
      effect: 'keyed',
      async run(input: Order, ctx) {
        const made = await create.run(input, ctx)
        return made._tag === 'Left' ? made : publish.run(input, ctx)
      },
    })
    await using t = testFlow(
      flow('f')
        .input<Order>()
        .to(failover('both', [put, other]))
        .otherwise(once),
    )
    const { dead } = await t.send({ n: 1 })
    expect(dead).toMatchObject([{ error: { _tag: 'OutcomeUnknown' } }])
    expect(other.calls).toEqual([])
  })
})
