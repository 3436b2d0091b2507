import { describe, expect, test } from 'vitest'
import {
  byKind,
  deadLetter,
  flow,
  memoryJournal,
  memoryStore,
  retry,
  type Clock,
  type Deployable,
  type Journal,
} from '../../src/index.js'
import { testFlow, type FlowTest } from '../../src/testing/index.js'
import { failing, fine, inputs, type Order } from '../semantics/remote.js'
import { orders } from '../semantics/source.js'

const hour = byKind({ transient: retry({ initial: '1h', jitter: 'none' }) })

/** Runs one build until its messages wait, kills it, and starts the next on the same journal. */
const deploys = async (first: Deployable, bodies: readonly Order[], next: Deployable): Promise<FlowTest> => {
  const store = memoryStore()
  const journal = (clock: Clock): Journal => memoryJournal({ clock, store })
  const old = testFlow(first, { journal })
  for (const b of bodies) await old.give(b)
  await old.run(1000)
  await old.stop()
  // Another seed, or its messages would have the ids of those before.
  return testFlow(next, { journal, seed: 2 })
}

describe('a deploy', () => {
  test('a hop that was renamed takes over what waits on its old name', async () => {
    const to = fine('to')
    await using t = await deploys(
      flow('f').input<Order>().to(failing('old', 9)).otherwise(hour),
      [{ n: 1 }],
      flow('f', { renamed: { old: 'to' } })
        .input<Order>()
        .to(to)
        .otherwise(hour),
    )
    const r = await t.settle()
    expect([inputs(to), r.pending, t.runtime.health().orphans]).toEqual([[{ n: 1 }], 0, 0])
  })

  test('a body stored by an older version is brought up, version by version, before the hop sees it', async () => {
    const to = fine<{ total: number }>('to')
    const old = (version: number) =>
      flow('f', { version }).input<Order>().to(fine('first')).to(failing('to', 9)).otherwise(hour)
    const next = flow('f', {
      version: 3,
      upcast: {
        1: (b) => ({ n: (b as Order).n + 1 }),
        2: (b, hop) => ({ n: (b as Order).n * 100, hop }),
      },
    })
      .input<Order>()
      .to(fine('first'))
      .to(to as never)
      .otherwise(hour)
    await using one = await deploys(old(1), [{ n: 1 }], next)
    await one.settle()
    await using two = await deploys(old(2), [{ n: 1 }], next)
    await two.settle()
    await using three = await deploys(old(3), [{ n: 1 }], next)
    await three.settle()
    expect(inputs(to)).toEqual([{ n: 200, hop: 'to' }, { n: 100, hop: 'to' }, { n: 1 }])
  })

  test('what is emitted after that is stored under the new version, and not brought up twice', async () => {
    const end = fine('end')
    const next = flow('f', { version: 2, upcast: { 1: (b) => ({ n: (b as Order).n * 10 }) } })
      .input<Order>()
      .to(fine('first'))
      .to(fine('second'))
      .to(end)
      .otherwise(hour)
    await using t = await deploys(
      flow('f').input<Order>().to(fine('first')).to(failing('second', 9)).to(fine('end')).otherwise(hour),
      [{ n: 1 }],
      next,
    )
    await t.settle()
    expect(inputs(end)).toEqual([{ n: 10 }])
  })

  test('raw input is decoded, not brought up', async () => {
    const to = fine('to')
    await using t = await deploys(
      flow('f').from(orders()).to(failing('to', 9)).otherwise(hour),
      [{ n: 1 }],
      flow('f', { version: 2, upcast: { 1: () => ({ n: -1 }) } })
        .from(orders())
        .to(to)
        .otherwise(hour),
    )
    await t.settle()
    expect(inputs(to)).toEqual([{ n: 1 }])
  })

  test('an upcast that throws is StepFailed, with the body as it was stored', async () => {
    const next = flow('f', {
      version: 2,
      upcast: {
        1: () => {
          throw new Error('a broken upcast')
        },
      },
    })
      .input<Order>()
      .to(fine('first'))
      .to(fine('to'))
      .otherwise(deadLetter())
    await using t = await deploys(
      flow('f').input<Order>().to(fine('first')).to(failing('to', 9)).otherwise(hour),
      [{ n: 1 }],
      next,
    )
    const r = await t.settle()
    expect(r.dead).toMatchObject([
      { hop: 'to', body: { n: 1 }, error: { _tag: 'StepFailed', step: 'upcast 1' } },
    ])
  })

  test('entries of a hop that is gone wait, are listed at start, and go on when it comes back', async () => {
    const store = memoryStore()
    const journal = (clock: Clock): Journal => memoryJournal({ clock, store })
    const warned: unknown[] = []
    const log = {
      debug() {},
      info() {},
      error() {},
      warn: (d: object, m: string) => void warned.push([d, m]),
    }
    const build = (name: string, fails: number) => {
      const to = failing(name, fails)
      return { to, f: flow('f').input<Order>().to(fine('first')).to(to).otherwise(hour) }
    }
    const one = build('gone', 9)
    const first = testFlow(one.f, { journal })
    await first.give({ n: 1 })
    await first.run(1000)
    await first.stop()
    const second = testFlow(build('other', 0).f, { journal, log })
    const between = await second.run(48 * 36e5)
    expect([between.pending, between.dead, second.runtime.health().orphans]).toEqual([1, [], 1])
    expect(warned).toEqual([
      [{ hops: [{ flow: 'f', hop: 'gone', entries: 1 }] }, '1 entries wait on hops that are not deployed'],
    ])
    await second.stop()
    const three = build('gone', 0)
    await using third = testFlow(three.f, { journal })
    const r = await third.settle()
    expect([inputs(three.to), r.pending]).toEqual([[{ n: 1 }], 0])
  })

  test('entries of a flow that is gone wait too, and the others go on', async () => {
    const to = fine('to')
    await using t = await deploys(
      flow('old').input<Order>().to(failing('to', 9)).otherwise(hour),
      [{ n: 1 }],
      flow('new').input<Order>().to(to).otherwise(hour),
    )
    const r = await t.send({ n: 2 })
    expect([inputs(to), r.pending, t.runtime.health().orphans]).toEqual([[{ n: 2 }], 1, 1])
  })
})
