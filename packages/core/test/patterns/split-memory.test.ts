import * as t from 'io-ts'
import { describe, expect, test } from 'vitest'
import { decodeWith, flow, right } from '../../src/index.js'
import { silentLogger } from '../../src/ports/logger.js'
import { virtualClock } from '../../src/testing/index.js'
import { liveGrowth } from '../live-bytes.js'
import { fine, type Order } from '../semantics/remote.js'

const MILLION = 1_000_000

describe('a split in memory', () => {
  test('a million items pass through flat memory, fast', async () => {
    let done = 0
    const memory = liveGrowth(MILLION / 2)
    function* rows() {
      for (let n = 0; n < MILLION; n++) yield { n }
    }
    const f = flow('f')
      .input<Order>()
      .split('rows', rows, (s) =>
        s
          .map('next', (i) => ({ n: i.n + 1 }))
          .filter('some', (i) => i.n % 2 === 0)
          .tap('count', () => {
            memory.at(done++)
          }),
      )
    expect(await f.call({ n: 1 })).toEqual(right({ sent: true }))
    expect(done).toBe(MILLION / 2)
    expect(memory.bytes).toBeLessThan(16e6)
  })

  test('no more items than asked for run at a time, and none is taken before there is room', async () => {
    const clock = virtualClock()
    let [running, most, taken] = [0, 0, 0]
    async function* rows() {
      for (let n = 0; n < 50; n++) yield (taken++, { n })
    }
    const f = flow('f', { clock })
      .input<Order>()
      .split(
        'rows',
        rows,
        (s) =>
          s.map('work', async (i, ctx) => {
            most = Math.max(most, ++running)
            expect(taken).toBeLessThanOrEqual(i.n + 2)
            await ctx.clock.sleep(10)
            running--
            return i
          }),
        { concurrency: 3 },
      )
    let over = false
    const r = f.call({ n: 1 }).finally(() => (over = true))
    await clock.settle(() => over)
    expect([await r, most, clock.now() % 1000]).toEqual([right({ sent: true }), 3, 170])
  })

  test('a function that throws in the middle ends it as StepFailed, once what is under way has ended', async () => {
    let ended = 0
    async function* rows() {
      yield { n: 0 }
      yield { n: 1 }
      throw new Error('the file ends here')
    }
    const f = flow('f')
      .input<Order>()
      .split('rows', rows, (s) => s.delay('a while', '5ms').tap('ended', () => void ended++))
    expect(await f.call({ n: 1 })).toMatchObject({ left: { _tag: 'StepFailed', step: 'rows' } })
    expect(ended).toBe(2)
  })

  test('an iteration that is left early is closed', async () => {
    const closed: string[] = []
    async function* rows() {
      try {
        for (let n = 0; ; n++) yield { n }
      } finally {
        closed.push('async')
      }
    }
    const f = flow('f')
      .input<Order>()
      .gatherEach('rows', rows, fine('to'), { settle: { quorum: 2 }, concurrency: 1 })
    expect(await f.call({ n: 1 })).toMatchObject({ _tag: 'Right' })
    expect(closed).toEqual(['async'])
  })

  test('replies are joined in the order of the items, not in that of their coming', async () => {
    const clock = virtualClock()
    const came: number[] = []
    const f = flow('f', { clock })
      .input<Order>()
      .gatherEach(
        'rows',
        () => [{ n: 3 }, { n: 1 }, { n: 2 }],
        (s) =>
          s.map('m', async (i, ctx) => {
            await ctx.clock.sleep(i.n * 10)
            came.push(i.n)
            return i.n
          }),
        { settle: 'all', concurrency: 3 },
      )
    let over = false
    const called = f.call({ n: 1 }).finally(() => (over = true))
    await clock.settle(() => over)
    expect([await called, came]).toEqual([right([3, 1, 2]), [1, 2, 3]])
  })

  test('inside a fan-out inside an item, the item is still known, and keys are unlike', async () => {
    const keys: [string, number | undefined][] = []
    const a = fine('a')
    const f = flow('f')
      .input<Order>()
      .split(
        'rows',
        () => [{ n: 1 }, { n: 2 }],
        (s) => s.fanOut({ a, b: (x) => x.tap('k', (_b, ctx) => void keys.push([ctx.key, ctx.item?.index])) }),
      )
    await f.run({ n: 1 }, { key: 'root' })
    expect(keys).toEqual([
      ['root/rows/0/b', 0],
      ['root/rows/1/b', 1],
    ])
    expect(a.calls.map((c) => c.key)).toEqual(['root/rows/0/a/a', 'root/rows/1/a/a'])
  })

  test('rows are decoded as durably: a bad one fails its item, is left out, or ends the split', async () => {
    const Row = t.type({ n: t.number })
    const run = async (
      onBad: 'dead-letter' | 'skip' | 'stop',
      decode: typeof Row | ReturnType<typeof byHand>,
    ) => {
      const seen: number[] = []
      const f = flow('f', { log: silentLogger })
        .input<Order>()
        .split(
          'rows',
          () => [{ n: 1 }, { n: 'x' }, { n: 3 }],
          (s) => s.tap('seen', (r) => void seen.push(r.n)),
          {
            decode,
            onBad,
            concurrency: 1,
          },
        )
      return [seen, await f.call({ n: 1 })]
    }
    const byHand = () => decodeWith(Row)
    for (const decode of [Row, byHand()]) {
      expect(await run('dead-letter', decode)).toMatchObject([
        [1, 3],
        { left: { _tag: 'PartialFailure', failed: [{ branch: '1', error: { _tag: 'DecodeFailed' } }] } },
      ])
      expect(await run('skip', decode)).toEqual([[1, 3], right({ sent: true })])
      expect(await run('stop', decode)).toMatchObject([[1], { left: { _tag: 'DecodeFailed' } }])
    }
  })
})
