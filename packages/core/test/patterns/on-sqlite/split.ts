import assert from 'node:assert/strict'
import { byKind, deadLetter, flow, retry, type Deployable } from '../../../src/index.js'
import type { RunReport } from '../../../src/flow/run-report.js'
import type { FlowTest, TestOptions } from '../../../src/testing/index.js'
import { balanced, counted } from '../../semantics/counted.js'
import { Bad, fine, inputs, remote, type Order } from '../../semantics/remote.js'
import { numbers } from '../split-journal.js'

const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i)
const got = (r: { readonly calls: readonly { readonly input: Order }[] }): number[] =>
  r.calls.map((c) => c.input.n).toSorted((a, b) => a - b)

/** Rows that come slowly, so that a restart meets a split half-way. */
const slowly = (t: () => FlowTest) =>
  async function* (b: Order) {
    for (const r of numbers(b.n)) {
      if (r.n % 10 === 5) await t().clock.sleep(1000)
      yield r
    }
  }

/** Splits that go on over restarts, each item once. */
export const restarts: readonly {
  readonly name: string
  run(t: (flow: Deployable, options?: TestOptions) => FlowTest): Promise<void>
}[] = [
  {
    name: 'split: goes on at its last chunk over crashes, each item once',
    async run(make) {
      const to = fine('to')
      const f = flow('f')
        .input<Order>()
        .split(
          'rows',
          slowly(() => t),
          to,
          { chunk: 4 },
        )
        .otherwise(byKind({ permanent: retry({ initial: '1s', jitter: 'none' }) }))
      await using t = make(f)
      await t.give({ n: 40 })
      for (const _ of upTo(3)) {
        await t.run(1200)
        await t.restart()
      }
      const { pending, dead } = await t.settle()
      const counts = await t.runtime.counts()
      assert.deepEqual([[...new Set(got(to))], pending, dead], [upTo(40), 0, []])
      assert.deepEqual([counted(counts, 'in', 'rows/item'), balanced(counts)], [40, true])
    },
  },
  {
    name: 'split: a dead letter of the split itself goes on behind its last chunk, a restart later',
    async run(make) {
      let broken = true
      const to = fine('to')
      const f = flow('f')
        .input<Order>()
        .split(
          'rows',
          function* (b) {
            for (const r of numbers(b.n)) {
              if (broken && r.n === 11) throw new Error('broken')
              yield r
            }
          },
          to,
          { chunk: 5 },
        )
        .otherwise(deadLetter())
      await using t = make(f)
      const { dead } = await t.send({ n: 20 })
      assert.deepEqual(got(to), upTo(10))
      broken = false
      await t.restart({ clean: true })
      await t.replay(dead[0]!.id)
      assert.deepEqual(got(to), upTo(20))
    },
  },
  {
    name: 'a batch run: reports once, with what was counted before and after restarts',
    async run(make) {
      const report = fine<RunReport>('report')
      const to = remote<Bad>('to', async (b, ctx) => {
        await ctx.clock.sleep(b.n * 100)
        return b.n === 3 ? new Bad({}) : { was: b.n % 2 === 0 ? 'created' : 'updated' }
      })
      const f = flow('import')
        .input<Order>()
        .split('rows', (b) => numbers(b.n), to, {
          chunk: 6,
          run: { report, outcome: (r) => (r as { was: 'created' | 'updated' }).was },
        })
        .otherwise(deadLetter())
      await using t = make(f)
      await t.give({ n: 20 })
      await t.run(850)
      await t.restart()
      await t.run(500)
      await t.restart({ clean: true })
      const half = await t.runtime.progress(f)
      assert.deepEqual([half!.read, half!.dead, half!.report], [20, 1, undefined])
      await t.settle()
      const [r, ...more] = inputs(report)
      const { total, created, updated, unchanged, dead } = r!
      assert.deepEqual([total, created, updated, unchanged, dead, more], [20, 10, 9, 0, 1, []])
      assert.equal((await t.runtime.progress('import'))!.report!.total, 20)
    },
  },
  {
    name: 'gatherEach: joins hundreds of replies over a restart',
    async run(make) {
      const joined = fine<unknown>('joined')
      const to = remote('to', (b, ctx) => ctx.clock.sleep(b.n).then(() => b.n))
      const f = flow('f')
        .input<Order>()
        .gatherEach('rows', (b) => numbers(b.n), to, { settle: 'all' })
        .to(joined)
        .otherwise(deadLetter())
      await using t = make(f)
      await t.give({ n: 300 })
      await t.run(100)
      await t.restart()
      await t.settle()
      assert.deepEqual(inputs(joined), [upTo(300)])
    },
  },
]
