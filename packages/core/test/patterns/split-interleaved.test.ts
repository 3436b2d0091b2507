import { describe, expect, test } from 'vitest'
import { byKind, deadLetter, flow, retry } from '../../src/index.js'
import type { RunReport } from '../../src/flow/run-report.js'
import { interleavings } from '../../src/testing/index.js'
import { counted } from '../semantics/counted.js'
import { fine, remote, type Order } from '../semantics/remote.js'
import { numbers, seenJournal } from './split-journal.js'
import { SEEDS } from '../seeds.js'

const soon = byKind({
  transient: retry({ initial: '1s', jitter: 'none' }),
  permanent: retry({ initial: '1s', jitter: 'none' }),
})

const splitting = (to: ReturnType<typeof fine>, report: ReturnType<typeof fine<RunReport>>) =>
  flow('f')
    .input<Order>()
    .split(
      'rows',
      async function* (b) {
        yield* numbers(b.n)
      },
      to,
      { chunk: 3, run: { report, outcome: (r) => (r as { was: 'created' }).was } },
    )
    .otherwise(soon)

describe('a split that is killed anywhere', () => {
  test('emits no item twice and loses none, and reports once with the true numbers, in many orders', async () => {
    const r = await interleavings({ seeds: SEEDS, faults: { crash: 0.01, reject: 0.02 } }, async (run) => {
      const j = seenJournal()
      // Idempotent: a crash after a call and before its commit repeats it, with its key.
      const put = new Map<number, string>()
      const to = remote('to', (b, ctx) => {
        const before = put.get(b.n)
        if (before !== undefined && before !== ctx.key) throw new Error(`item ${b.n} has two ids`)
        put.set(b.n, ctx.key)
        return { was: b.n % 2 === 0 ? 'created' : 'unchanged' }
      })
      const report = fine<RunReport>('report')
      await using t = run.testFlow(splitting(to as never, report), { journal: j.journal })
      await run.insist(() => t.give({ n: 7 }, { dedupe: 'a' }))
      const { pending, dead } = await t.settle()
      run.calm()
      expect([pending, dead, put.size]).toEqual([0, [], 7])
      expect(counted(await t.runtime.counts(), 'in', 'rows/item')).toBe(7)
      expect(report.calls.at(-1)!.input).toMatchObject({ total: 7, created: 4, unchanged: 3, dead: 0 })
      expect(new Set(report.calls.map((c) => JSON.stringify(c.input))).size).toBe(1)
      expect(j.state()).toEqual(['run:f'])
    })
    expect(r.points).toBeGreaterThan(10_000)
  }, 60_000)

  test('by two processes on one journal, the same', async () => {
    await interleavings({ seeds: 300, faults: { crash: 0.01 } }, async (run) => {
      const keys = new Map<number, Set<string>>()
      const to = remote('to', (b, ctx) => {
        keys.set(b.n, (keys.get(b.n) ?? new Set()).add(ctx.key))
        return { was: 'created' }
      })
      const report = fine<RunReport>('report')
      await using c = run.cluster(splitting(to as never, report), { processes: 2 })
      await run.insist(() => c.give({ n: 8 }, { dedupe: 'a' }))
      const { pending, dead } = await c.settle()
      run.calm()
      expect([pending, dead, keys.size, [...keys.values()].every((k) => k.size === 1)]).toEqual([
        0,
        [],
        8,
        true,
      ])
      expect(counted(await c.processes[0]!.runtime.counts(), 'in', 'rows/item')).toBe(8)
      expect(report.calls.at(-1)!.input).toMatchObject({ total: 8, created: 8 })
    })
  }, 60_000)

  test('and by a function that begins at its position, the same', async () => {
    await interleavings({ seeds: 300, faults: { crash: 0.01, reject: 0.02 } }, async (run) => {
      const put: number[] = []
      const to = remote('to', (b) => (put.push(b.n), {}), { effect: 'idempotent' })
      const f = flow('f')
        .input<Order>()
        .split(
          'rows',
          async function* (b, ctx) {
            for (let n = ctx.position; n < b.n; n++) {
              await run.pause('a row')
              yield { n }
            }
          },
          to,
          { chunk: 2, seek: true },
        )
        .otherwise(deadLetter())
      await using t = run.testFlow(f)
      await run.insist(() => t.give({ n: 7 }, { dedupe: 'a' }))
      const { pending, dead } = await t.settle()
      run.calm()
      expect([pending, dead, [...new Set(put)].toSorted((a, b) => a - b)]).toEqual([
        0,
        [],
        [0, 1, 2, 3, 4, 5, 6],
      ])
      expect(counted(await t.runtime.counts(), 'in', 'rows/item')).toBe(7)
    })
  }, 60_000)
})
