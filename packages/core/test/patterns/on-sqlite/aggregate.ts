import { expect } from 'vitest'
import { deadLetter, flow, type Deployable } from '../../../src/index.js'
import { aggregate } from '../../../src/patterns/aggregate.js'
import { batch } from '../../../src/patterns/batch.js'
import { eventWindows } from '../../../src/patterns/event-windows.js'
import type { Joined } from '../../../src/patterns/group/joined.js'
import { settleWindow } from '../../../src/patterns/settle-window.js'
import type { Windowed } from '../../../src/patterns/window/windowed.js'
import type { FlowTest, TestOptions } from '../../../src/testing/index.js'
import { fine, inputs, type Order } from '../../semantics/remote.js'

type Make = (flow: Deployable, options?: TestOptions) => FlowTest

const start = () => flow('f').input<Order>()
const key = (o: Order): string => o.key ?? ''
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i)

const byKey = (a: readonly [string, unknown], b: readonly [string, unknown]): number => (a[0] < b[0] ? -1 : 1)

/** What aggregators hold across a crash and a clean restart, on whatever journal `t` makes. */
export const restarts: readonly { readonly name: string; run(t: Make): Promise<void> }[] = [
  {
    name: 'aggregate: lists and folds of two keys go on where a crash left them, and leave nothing behind',
    async run(make) {
      for (const clean of [false, true]) {
        const lists = fine<Joined<readonly Order[]>>('lists')
        const sums = fine<Joined<number>>('sums')
        const into = { start: (o: Order) => o.n, add: (sum: number, o: Order) => sum + o.n }
        const f = start()
          .fanOut({
            l: (m) => m.through(aggregate('list', { key, size: 4, within: '1m' })).to(lists),
            s: (m) => m.through(aggregate('sum', { key, into, size: 4, within: '1m' })).to(sums),
          })
          .otherwise(deadLetter())
        await using t = make(f)
        for (const n of upTo(8)) {
          await t.give({ n, key: n % 2 === 0 ? 'a' : 'b' })
          if (n % 3 === 2) await t.run(50)
          if (n % 3 === 2) await t.restart({ clean })
        }
        const { pending, dead } = await t.settle()
        expect([pending, dead]).toEqual([0, []])
        const members = inputs(lists).map(
          (j) => [j.key, j.value.map((o) => o.n).toSorted((a, b) => a - b)] as const,
        )
        expect(members.toSorted(byKey)).toEqual([
          ['a', [0, 2, 4, 6]],
          ['b', [1, 3, 5, 7]],
        ])
        expect(
          inputs(sums)
            .map((j) => [j.key, j.value] as const)
            .toSorted(byKey),
        ).toEqual([
          ['a', 12],
          ['b', 16],
        ])
      }
    },
  },
  {
    name: 'aggregate: silence that passes while the process is down completes the group at the next start',
    async run(make) {
      const end = fine<Joined<readonly Order[]>>('end')
      const f = start()
        .through(aggregate('g', { silence: '1m', late: { remember: '1h', verb: 'refuse' } }))
        .to(end)
        .otherwise(deadLetter())
      await using t = make(f)
      await t.give({ n: 1 })
      await t.run(50)
      await t.stop()
      await t.clock.advanceBy(300_000)
      await t.run(50)
      await t.give({ n: 2 })
      const { dead } = await t.run(50)
      expect(inputs(end).map((j) => [j.value.map((o) => o.n), j.by])).toEqual([[[1], 'silence']])
      expect(dead.map((d) => d.error._tag)).toEqual(['GroupClosed'])
    },
  },
  {
    name: 'aggregate: a signal and a stop complete groups that a crash had left open',
    async run(make) {
      const end = fine<Joined<readonly Order[]>>('end')
      const f = start()
        .through(
          aggregate('g', {
            key,
            signal: (o) => (o.n === 9 ? { completes: 'all' } : undefined),
            atStop: 'complete',
          }),
        )
        .to(end)
        .otherwise(deadLetter())
      await using t = make(f)
      for (const n of upTo(4)) await t.give({ n, key: `k${n % 2}` })
      await t.run(50)
      await t.restart()
      await t.give({ n: 9 })
      await t.run(50)
      expect(inputs(end).map((j) => [j.key, j.count, j.by])).toEqual([
        ['k0', 2, 'signal'],
        ['k1', 2, 'signal'],
      ])
      await t.give({ n: 5, key: 'k1' })
      await t.run(50)
      await t.restart()
      await t.run(50)
      await t.stop()
      expect(inputs(end).at(-1)).toMatchObject({ key: 'k1', count: 1, by: 'stop' })
    },
  },
  {
    name: 'batch: 500 messages, crashes in between: each is in exactly one batch',
    async run(make) {
      const end = fine<readonly Order[]>('end')
      const f = start()
        .through(batch('b', { size: 50, within: '1m' }))
        .to(end)
        .otherwise(deadLetter())
      await using t = make(f)
      for (const part of upTo(5)) {
        await Promise.all(upTo(100).map((n) => t.give({ n: part * 100 + n })))
        await t.restart()
      }
      const { pending } = await t.settle()
      expect(pending).toBe(0)
      const batches = new Map(end.calls.map((c) => [c.key, c.input]))
      expect([...batches.values()].map((b) => b.length)).toEqual(upTo(10).map(() => 50))
      expect([...batches.values()].flatMap((b) => b.map((o) => o.n)).toSorted((a, b) => a - b)).toEqual(
        upTo(500),
      )
    },
  },
  {
    name: 'settleWindow: edits before and after a crash are one message, the newest',
    async run(make) {
      const end = fine<Joined<Order>>('end')
      const f = start()
        .through(settleWindow('s', { key, quiet: '30s', most: '10m', version: (o) => o.n }))
        .to(end)
        .otherwise(deadLetter())
      await using t = make(f)
      await t.give({ n: 3, key: 'a' })
      await t.run(1000)
      await t.restart()
      await t.give({ n: 2, key: 'a' })
      await t.settle()
      expect(inputs(end).map((j) => [j.value.n, j.count])).toEqual([[3, 2]])
    },
  },
  {
    name: 'eventWindows: duplicates and late facts after a crash change the result once, or not at all',
    async run(make) {
      const end = fine<Windowed<readonly Order[]>>('end')
      let from = 0
      const f = start()
        .through(
          eventWindows('w', { time: (o) => from + o.n, id: (o) => String(o.n), size: '1s', retain: '1m' }),
        )
        .to(end)
        .otherwise(deadLetter())
      await using t = make(f)
      from = t.clock.now()
      for (const n of [2, 1]) await t.give({ n })
      await t.run(50)
      await t.restart()
      await t.give({ n: 1 })
      await t.run(2000)
      await t.restart()
      for (const n of [0, 2]) await t.give({ n })
      const { pending } = await t.settle()
      expect(pending).toBe(0)
      expect(inputs(end).map((w) => [w.value.map((o) => o.n), w.revision])).toEqual([
        [[1, 2], 0],
        [[0, 1, 2], 1],
      ])
    },
  },
]
