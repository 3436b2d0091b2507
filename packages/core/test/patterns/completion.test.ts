import { describe, expect, test } from 'vitest'
import { byKind, deadLetter, flow, retry, type Deployable, type Tagged } from '../../src/index.js'
import { completion, type CompletionHooks } from '../../src/patterns/completion.js'
import type { PartEnded } from '../../src/patterns/completion-node.js'
import { testFlow } from '../../src/testing/index.js'
import { given } from '../cases/support/given.js'
import { balanced, counted } from '../semantics/counted.js'
import { Bad, Down, fine, failing, inputs, remote, type Order, type Remote } from '../semantics/remote.js'

interface Made {
  readonly id: number
}
type Told = PartEnded<Order, Made>
const quick = byKind({ transient: retry({ attempts: 3, initial: '1s', jitter: 'none' }) })

const around = (
  work: Remote<Order, Tagged>,
  hooks: CompletionHooks<Order, Made>,
  end: Remote<Made, never> = fine<Made>('end'),
  accept: object = {},
): Deployable =>
  flow('f')
    .from(given<Order>(), accept)
    .through(
      completion(
        'import',
        (s) =>
          s
            .map('twice', (o) => ({ ...o, n: o.n * 2 }))
            .to(work)
            .map('made', (o): Made => ({ id: o.n })),
        hooks,
      ),
    )
    .to(end)
    .otherwise(quick)

const hook = (name: string): Remote<Told, never> => fine<Told>(name)

describe('completion hooks', () => {
  test('are told once that a part has ended well, and the message goes on', async () => {
    const [done, failed, always, end] = [hook('done'), hook('failed'), hook('always'), fine<Made>('end')]
    await using t = testFlow(around(fine('work'), { done, failed, always }, end))
    const r = await t.send({ n: 1 })
    const told = { as: 'done', body: { n: 1 }, result: { id: 2 } }
    expect([inputs(done), inputs(failed), inputs(always), inputs(end)]).toEqual([
      [told],
      [],
      [told],
      [{ id: 2 }],
    ])
    expect([r.dead, r.pending, balanced(await t.runtime.counts())]).toEqual([[], 0, true])
  })

  test('are told once that it has failed in the end, after its retries; the message does not go on', async () => {
    const [done, failed, always, end] = [hook('done'), hook('failed'), hook('always'), fine<Made>('end')]
    const work = failing('work', 9)
    await using t = testFlow(around(work, { done, failed, always }, end))
    const r = await t.send({ n: 1 })
    const told = [{ as: 'failed', body: { n: 1 }, failure: { _tag: 'Down', attempt: 3 } }]
    expect([inputs(failed), inputs(always)]).toMatchObject([told, told])
    expect([done.calls, end.calls, work.calls.length]).toEqual([[], [], 3])
    expect(new Map(r.dead.map((d) => [d.hop, d.error._tag]))).toEqual(
      new Map([
        ['import/part/work', 'Down'],
        ['import/ended', 'PartialFailure'],
      ]),
    )
  })

  test('are told once of a failure that the message itself retries', async () => {
    const failed = hook('failed')
    const f = flow('f')
      .from(given<Order>())
      .through(
        completion(
          'c',
          failing('work', 9, () => new Bad({})),
          { failed: failed as never },
        ),
      )
      .on('PartialFailure', retry({ attempts: 3, initial: '1h' }))
      .otherwise(deadLetter())
    await using t = testFlow(f)
    const { virtualMs } = await t.send({ n: 1 })
    expect([failed.calls.length, virtualMs > 3_600_000]).toEqual([1, true])
  })

  test('are told again, of the good end, when what failed is replayed; and the message goes on then', async () => {
    const [done, failed, end] = [hook('done'), hook('failed'), fine<Made>('end')]
    await using t = testFlow(
      around(
        failing('work', 1, () => new Bad({})),
        { done, failed },
        end,
      ),
    )
    const { dead } = await t.send({ n: 1 })
    const r = await t.replay(dead.find((d) => d.hop === 'import/part/work')!.id)
    expect([failed.calls.length, done.calls.length, inputs(end), r.dead]).toEqual([1, 1, [{ id: 2 }], []])
  })

  test('that fail are retried and dead-lettered alone: the message goes on as it would', async () => {
    const end = fine<Made>('end')
    const bad = remote<Down, Told>('hook', () => new Down({}))
    await using t = testFlow(around(fine('work'), { done: bad, retry: { attempts: 3, initial: '1s' } }, end))
    const r = await t.send({ n: 1 })
    expect([bad.calls.length, inputs(end)]).toEqual([3, [{ id: 2 }]])
    expect(r.dead.map((d) => [d.hop, d.error._tag])).toEqual([['import/done', 'Down']])
  })

  test('that filter are told of some ends only; a filter that throws is the hook’s own dead letter', async () => {
    const big = hook('big')
    const end = fine<Made>('end')
    const hooks: CompletionHooks<Order, Made> = {
      done: (s) =>
        s
          .filter('big', (e) => {
            if (e.result.id === 666) throw new Error('boom')
            return e.result.id > 10
          })
          .to(big as never),
    }
    await using t = testFlow(around(fine('work'), hooks, end))
    const { dead } = await t.sendAll([{ n: 1 }, { n: 6 }, { n: 333 }])
    expect(big.calls.map((c) => c.input.body.n)).toEqual([6])
    expect([end.calls.length, dead.map((d) => [d.hop, d.error._tag])]).toEqual([
      3,
      [['import/done/big', 'StepFailed']],
    ])
  })

  test('are told of a part that filters as such, and the message ends as filtered', async () => {
    const end = fine('end')
    const [done, always] = [fine<PartEnded<Order, Order>>('done'), fine<PartEnded<Order, Order>>('always')]
    const f = flow('f')
      .from(given<Order>())
      .through(
        completion('c', (s) => s.filter('odd', (o) => o.n % 2 === 1).to(fine('work')), {
          done,
          always,
        }),
      )
      .to(end)
      .otherwise(deadLetter())
    await using t = testFlow(f)
    const r = await t.sendAll([{ n: 1 }, { n: 2 }])
    expect([
      done.calls.length,
      inputs(always)
        .map((e) => e.as)
        .toSorted(),
      end.calls.length,
    ]).toEqual([1, ['done', 'filtered'], 1])
    expect([counted(await t.runtime.counts(), 'filtered', 'c/ended'), r.pending]).toEqual([1, 0])
  })

  test('are told once over crashes at any time', async () => {
    for (let ms = 0; ms <= 4000; ms += 200) {
      const [always, end] = [hook('always'), fine<Made>('end')]
      const slow = remote<never>('work', (_o, ctx) => ctx.clock.sleep(1500))
      await using t = testFlow(around(slow, { always }, end))
      await t.give({ n: 1 })
      await t.run(ms)
      await t.restart()
      const r = await t.settle()
      expect([
        new Set(always.calls.map((c) => c.key)).size,
        new Set(end.calls.map((c) => c.key)).size,
      ]).toEqual([1, 1])
      expect([r.dead, r.pending]).toEqual([[], 0])
    }
  })

  test('are told when the deadline ends the part, and when a newer version supersedes it', async () => {
    const late = hook('failed')
    await using t = testFlow(around(failing('work', 99), { failed: late }, undefined, { deadline: '500ms' }))
    await t.send({ n: 1 })
    expect(inputs(late)).toMatchObject([{ failure: { _tag: 'DeadlineExceeded' } }])
    const always = hook('always')
    const work = remote<Down>('work', (o) => (o.n === 2 ? new Down({}) : {}))
    await using u = testFlow(
      around(work, { always }, undefined, { latest: { key: () => 'k', version: (o: Order) => o.n } }),
    )
    await u.give({ n: 1 })
    await u.run(100)
    await u.send({ n: 2 })
    expect(inputs(always).map((e) => [e.body.n, e.as])).toEqual([
      [1, 'filtered'],
      [2, 'done'],
    ])
  })

  test('are told by a call in memory too, and change nothing of its result', async () => {
    const done = fine<PartEnded<Order, unknown>>('done')
    const failed = remote<Bad, PartEnded<Order, unknown>>('failed', () => new Bad({}))
    const log = { debug() {}, info() {}, warn() {}, error() {} }
    const called = (work: Remote<Order, Tagged>) =>
      flow('f', { log })
        .input<Order>()
        .through(completion('c', (s) => s.via(work), { done, failed }))
        .call({ n: 1 })
    expect([await called(fine('work')), inputs(done).length]).toEqual([
      { _tag: 'Right', right: { ok: true } },
      1,
    ])
    expect([await called(failing('work', 1)), failed.calls.length]).toMatchObject([
      { left: { _tag: 'Down' } },
      1,
    ])
  })

  test('without any hook are refused', () => {
    expect(() => completion('c', fine<unknown>('work'), {})).toThrow('expected done, failed or always')
    expect(() => completion('a/b', fine<unknown>('work'), { done: fine<object>('h') })).toThrow(
      'expected a name',
    )
  })
})
