import { describe, expect, test } from 'vitest'
import { byKind, createDestination, deadLetter, flow, retry, type SplitContext } from '../../src/index.js'
import type { OpenSplit } from '../../src/runtime/open-split.js'
import { OpenSplits } from '../../src/runtime/open-splits.js'
import { testFlow } from '../../src/testing/index.js'
import { numbers } from '../patterns/split-journal.js'
import { balanced } from '../semantics/counted.js'
import { fine, hanging, inputs, type Order } from '../semantics/remote.js'

const once = deadLetter()
const message = (r: { readonly dead: readonly { readonly error: unknown }[] }): unknown =>
  r.dead.map((d) => (d.error as { readonly message: string }).message)
const standard = (validate: (u: unknown) => Promise<unknown>): never =>
  ({ '~standard': { version: 1, vendor: 'test', validate } }) as never

describe('a split', () => {
  test('whose rows have become fewer since the last chunk is over: what was emitted stays', async () => {
    let runs = 0
    const to = fine('to')
    const f = flow('f')
      .input<Order>()
      .split(
        'rows',
        async function* (_b, ctx) {
          runs++
          for (const row of numbers(runs === 1 ? 30 : 5)) {
            if (row.n === 20) await ctx.clock.sleep(1000)
            yield row
          }
        },
        to,
        { chunk: 10 },
      )
      .otherwise(once)
    await using t = testFlow(f)
    await t.give({ n: 0 })
    await t.run(500)
    await t.restart()
    const r = await t.settle()
    expect([runs, to.calls.length, r.dead, r.pending]).toEqual([2, 10, [], 0])
  })

  test('that breaks before its first row fails, and is closed', async () => {
    let closed = 0
    const broken = {
      [Symbol.iterator]: () => ({
        next(): never {
          throw new Error('torn at once')
        },
        return: () => ({ done: true as const, value: ++closed }),
      }),
    }
    await using t = testFlow(
      flow('f')
        .input<Order>()
        .split('rows', () => broken as Iterable<Order>, fine('to'))
        .otherwise(once),
    )
    const r = await t.send({ n: 1 })
    expect([message(r), closed]).toEqual([[expect.stringContaining('torn at once')], 1])
  })

  test('far ahead of its items waits for them, also after a restart that closed it', async () => {
    const f = flow('f')
      .input<Order>()
      .split('rows', (b) => numbers(b.n), hanging('to'), { chunk: 1 })
      .otherwise(once)
    await using t = testFlow(f)
    await t.give({ n: 40 })
    await t.run(2000)
    const written = async (): Promise<number> =>
      (await t.runtime.counts()).find((c) => c.hop === 'rows/item' && c.what === 'in')?.n ?? 0
    const before = await written()
    await t.restart()
    await t.run(2000)
    expect([before, await written()]).toEqual([before, before])
    expect(before).toBeLessThan(40)
  })

  test('decodes rows by promises; those left out are not ahead of the others', async () => {
    const to = fine<unknown>('to')
    const decode = standard(async (u) =>
      typeof u === 'number' ? { value: { n: u } } : { issues: [{ message: 'no' }] },
    )
    const f = flow('f')
      .input<Order>()
      .split('rows', () => ['a', 'b', 1, 'c', 2] as never, to as never, { decode, onBad: 'skip' } as never)
      .otherwise(once)
    await using t = testFlow(f)
    const r = await t.send({ n: 0 })
    expect([to.calls.length, r.dead]).toEqual([2, []])
  })

  test('an item without a key is a dead letter that says what its key was', async () => {
    for (const [key, what] of [
      [null, 'null'],
      [7, 'number'],
    ] as const) {
      const to = fine('to')
      const f = flow('f')
        .input<Order>()
        .split('rows', () => [{ n: 1 }, { n: 2 }], to, { key: (o) => (o.n === 1 ? key : 'k') as never })
        .otherwise(once)
      await using t = testFlow(f)
      const r = await t.send({ n: 0 })
      expect([message(r), inputs(to)]).toEqual([[expect.stringContaining(`key gave ${what}`)], [{ n: 2 }]])
      expect(r.dead[0]!.error as { readonly item?: number; readonly _tag: string }).toMatchObject({
        _tag: 'StepFailed',
        item: 0,
      })
    }
  })

  test('whose replies are joined may have too many items, or one that cannot be stored: nothing is sent', async () => {
    const to = fine<unknown>('to')
    const many = flow('f')
      .input<Order>()
      .gatherEach('each', () => numbers(3), to, { settle: 'all', max: 2 })
      .otherwise(once)
    const odd = flow('f')
      .input<Order>()
      .gatherEach('each', () => [{ at: new Date(0) }], to, { settle: 'all' })
      .otherwise(once)
    const broken = flow('f')
      .input<Order>()
      .gatherEach(
        'each',
        (): Order[] => {
          throw new Error('a broken function')
        },
        to,
        { settle: 'all' },
      )
      .otherwise(once)
    for (const [f, says] of [
      [many, /2/],
      [broken, /a broken function/],
      [odd, /at: Date cannot be stored/],
    ] as const) {
      await using t = testFlow(f)
      const r = await t.send({ n: 0 })
      expect(message(r)).toEqual([expect.stringMatching(says)])
      expect([to.calls.length, balanced(await t.runtime.counts())]).toEqual([0, true])
    }
  })
})

describe('a splitting function', () => {
  test('knows what an attempt knows, in every chunk', async () => {
    const seen: unknown[] = []
    const d = createDestination({ name: 'catalogue', circuit: false })
    const f = flow('f')
      .input<Order>()
      .split(
        'rows',
        async function* (b, ctx: SplitContext) {
          for (const row of numbers(b.n)) {
            await ctx.clock.sleep(10, ctx.signal)
            await new Promise<void>((resolve) => ctx.clock.soon(resolve))
            await new Promise<void>((resolve) => ctx.clock.after(5, resolve))
            const pass = await ctx.enter(d)
            if (typeof pass === 'function') pass({ as: 'ok' })
            const mark = await ctx.once(`mark ${row.n}`, async () => row.n)
            ctx.log.info('a row')
            seen.push([ctx.message.body, ctx.key === ctx.message.id, ctx.attempt, ctx.deadline, ctx.item])
            seen.push([mark, ctx.signal.aborted, ctx.position, ctx.clock.now() > 0, ctx.config])
            yield row
          }
        },
        fine('to'),
        { chunk: 2 },
      )
      .otherwise(once)
    await using t = testFlow(f)
    const r = await t.send({ n: 5 })
    expect([r.pending, seen.length]).toEqual([0, 10])
    expect(seen.filter((_, i) => i % 2 === 0)).toEqual(
      Array.from({ length: 5 }, () => [{ n: 5 }, true, 1, undefined, undefined]),
    )
    expect(seen.filter((_, i) => i % 2 === 1)).toEqual(
      Array.from({ length: 5 }, (_, n) => [n, false, 0, true, {}]),
    )
  })

  test('hears when its iteration ends early, and when the runtime stops', async () => {
    const reasons: unknown[] = []
    const listens = (b: Order, ctx: SplitContext): AsyncIterable<Order> =>
      (async function* () {
        ctx.signal.addEventListener('abort', () => reasons.push((ctx.signal.reason as Error).message))
        for (const row of numbers(b.n)) {
          if (row.n === 2) throw new Error('torn')
          yield row
        }
      })()
    await using torn = testFlow(
      flow('f').input<Order>().split('rows', listens, fine('to'), { chunk: 1 }).otherwise(once),
    )
    await torn.send({ n: 5 })
    expect(reasons).toEqual(['the split has ended'])
  })

  test('asked for its signal only once it was aborted, finds it so', async () => {
    let aborted: boolean | undefined
    const f = flow('f')
      .input<Order>()
      .split(
        'rows',
        async function* (_b, ctx: SplitContext) {
          await ctx.clock.sleep(60_000)
          aborted = ctx.signal.aborted
          yield { n: 1 }
        },
        fine('to'),
      )
      .otherwise(byKind({ permanent: once, transient: retry({ attempts: 1 }) }))
    await using t = testFlow(f, { runtime: { attempt: '10s' } })
    await t.give({ n: 1 })
    await t.run(120_000)
    expect(aborted).toBe(true)
  })
})

describe('iterations that are open between two chunks', () => {
  const open = (position: number): OpenSplit & { closed: boolean } => {
    const made = { position, waited: 0, closed: false, close: () => void (made.closed = true) }
    return made as never
  }

  test('are handed out where the journal says that the message is, else closed', () => {
    const splits = new OpenSplits()
    const [a, b] = [open(10), open(20)]
    splits.put('a', a)
    splits.put('b', b)
    expect([splits.take('a', 10), splits.take('b', 10), splits.take('c', 0)]).toEqual([
      a,
      undefined,
      undefined,
    ])
    expect([a.closed, b.closed, splits.take('a', 10)]).toEqual([false, true, undefined])
  })

  test('are counted as often as they wait, and not where they are not open', () => {
    const splits = new OpenSplits()
    splits.put('a', open(1))
    expect([splits.waited('a'), splits.waited('a'), splits.waited('b')]).toEqual([1, 2, undefined])
  })

  test('are 64 at most: the one that was left alone the longest is closed', () => {
    const splits = new OpenSplits()
    const all = Array.from({ length: 65 }, () => open(0))
    all.forEach((o, i) => splits.put(String(i), o))
    expect(all.map((o) => o.closed)).toEqual(all.map((_, i) => i === 0))
  })

  test('are closed when another takes their place, when they are dropped, and when the runtime stops for good', () => {
    const splits = new OpenSplits()
    const all = [open(0), open(0), open(0), open(0)] as const
    splits.put('a', all[0])
    splits.put('a', all[1])
    splits.drop('a')
    splits.put('b', all[2])
    splits.close()
    splits.put('c', all[3])
    expect([all.map((o) => o.closed), splits.take('c', 0)]).toEqual([[true, true, true, true], undefined])
  })
})
