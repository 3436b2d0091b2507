import { describe, expect, test } from 'vitest'
import {
  byKind,
  createRuntime,
  DecodeFailed,
  deadLetter,
  flow,
  left,
  memoryJournal,
  retry,
  right,
  type Clock,
  type Intake,
  type Source,
} from '../../src/index.js'
import { FlowBuilder } from '../../src/flow/builder.js'
import { silentLogger } from '../../src/ports/logger.js'
import type { RunReport } from '../../src/flow/run-report.js'
import { testFlow, virtualClock } from '../../src/testing/index.js'
import { balanced, counted } from '../semantics/counted.js'
import { Bad, Down, fine, inputs, remote, type Order } from '../semantics/remote.js'
import { numbers, seenJournal } from './split-journal.js'

const hour = byKind({ transient: retry({ initial: '1h', jitter: 'none' }) })

/** Every third is new, every third changed; the second is bad. */
const put = (name = 'put') =>
  remote<Bad>(name, (b) => (b.n === 1 ? new Bad({}) : { was: ['created', 'unchanged', 'updated'][b.n % 3] }))

type Put = { readonly was: 'created' | 'updated' | 'unchanged' }

const importing = (to: ReturnType<typeof put>, report = fine<RunReport>('report'), chunk = 5) => ({
  report,
  flow: flow('import')
    .input<Order>()
    .split('rows', (b) => numbers(b.n), to, {
      chunk,
      run: { report, outcome: (r) => (r as Put).was },
    })
    .otherwise(hour),
})

describe('a batch run', () => {
  test('reports once, when every item has come to an end: to its target, and to listeners', async () => {
    const j = seenJournal()
    const { flow: f, report } = importing(put())
    const heard: RunReport[] = []
    await using t = testFlow(f, { journal: j.journal })
    t.runtime.events.on('run', (r) => heard.push(r))
    const sent = await t.send({ n: 12 })
    const run = (sent.accepted[0] as { id: string }).id
    const expected = {
      run,
      flow: 'import',
      split: 'rows',
      total: 12,
      created: 4,
      updated: 4,
      unchanged: 3,
      dead: 1,
      skipped: 0,
      held: 0,
    }
    expect(inputs(report)).toMatchObject([expected])
    expect(heard).toMatchObject([expected])
    const { started, ended, took } = heard[0]!
    expect([ended - started, took >= 1000, took < 5000]).toEqual([took, true, true])
    expect([j.state(), sent.pending, balanced(await t.runtime.counts())]).toEqual([['run:import'], 0, true])
  })

  test('waits for items that are tried again, and reports when they have ended', async () => {
    const to = remote<Down>('put', (b, _ctx, nth) =>
      b.n === 2 && nth === 3 ? new Down({}) : { was: 'created' },
    )
    const { flow: f, report } = importing(to as never)
    await using t = testFlow(f)
    await t.give({ n: 3 })
    await t.run(3_000_000)
    expect([inputs(report), (await t.runtime.progress(f))?.waiting]).toEqual([[], 1])
    await t.settle()
    const [r] = inputs(report)
    expect([r!.created, r!.took > 3_600_000, r!.took < 3_631_000]).toEqual([3, true, true])
  })

  test('a replay after its report does not open it again, and leaves nothing behind', async () => {
    const j = seenJournal()
    let bad = true
    const to = remote<Bad>('put', (b) => (b.n === 1 && bad ? new Bad({}) : { was: 'created' }))
    const { flow: f, report } = importing(to)
    await using t = testFlow(f, { journal: j.journal })
    const { dead } = await t.send({ n: 3 })
    bad = false
    await t.replay(dead[0]!.id)
    await t.restart()
    await t.replay('none')
    expect([inputs(report).length, to.calls.length, j.state()]).toEqual([1, 4, ['run:import']])
  })

  test('without outcome and target it tells listeners all the same, with all counted as unchanged', async () => {
    const heard: RunReport[] = []
    const f = flow('import')
      .input<Order>()
      .split(
        'rows',
        (b) => numbers(b.n),
        (s) => s.filter('some', (i) => i.n > 0).to(fine('to')),
        { run: {} },
      )
      .otherwise(hour)
    await using t = testFlow(f)
    t.runtime.events.on('run', (r) => heard.push(r))
    await t.send({ n: 3 })
    await t.send({ n: 0 })
    expect(heard).toMatchObject([
      { total: 3, unchanged: 3 },
      { total: 0, unchanged: 0, took: 0 },
    ])
  })

  test('an outcome that throws, or says nothing known, counts as unchanged', async () => {
    const report = fine<RunReport>('report')
    const f = flow('import')
      .input<Order>()
      .split('rows', () => numbers(3), fine('to'), {
        run: {
          report,
          outcome: (_r, ctx) => {
            if (ctx.item?.index === 0) throw new Error('what?')
            return ctx.item?.index === 1 ? ('lost' as 'created') : 'created'
          },
        },
      })
      .otherwise(hour)
    await using t = testFlow(f)
    const r = await t.send({ n: 1 })
    expect([inputs(report)[0], r.dead]).toMatchObject([{ created: 1, unchanged: 2 }, []])
  })

  test('goes on over a crash, and counts what was counted before it', async () => {
    const j = seenJournal()
    const to = remote('put', (b, ctx) => ctx.clock.sleep(b.n * 100).then(() => ({ was: 'created' })))
    const { flow: f, report } = importing(to, undefined, 4)
    await using t = testFlow(f, { journal: j.journal })
    await t.give({ n: 20 })
    await t.run(950)
    await t.restart()
    await t.run(500)
    await t.restart()
    await t.settle()
    expect(inputs(report)).toMatchObject([{ total: 20, created: 20, unchanged: 0, dead: 0 }])
    expect(j.state()).toEqual(['run:import'])
  })

  test('a failing report is retried by the route of the flow, as the target that it is', async () => {
    const report = remote<Down, RunReport>('report', (_r, _ctx, nth) => (nth === 1 ? new Down({}) : {}))
    const f = flow('import')
      .input<Order>()
      .split('rows', () => numbers(1), fine('to'), { run: { report } })
      .otherwise(hour)
    await using t = testFlow(f)
    const r = await t.send({ n: 1 })
    expect([report.calls.length, r.dead]).toEqual([2, []])
  })

  test('with a dead item that holds the others it is over, and says how many wait', async () => {
    const report = fine<RunReport>('report')
    const to = remote<Bad>('to', (b) => (b.n === 2 ? new Bad({}) : {}))
    const f = flow('import')
      .input<Order>()
      .split('rows', () => numbers(6), to, { onFailure: 'stop', run: { report } })
      .otherwise(hour)
    await using t = testFlow(f)
    await t.send({ n: 1 })
    expect(inputs(report)).toMatchObject([{ total: 6, unchanged: 2, dead: 1, held: 3 }])
    expect(await t.runtime.progress(f)).toMatchObject({ read: 6, done: 2, dead: 1, waiting: 3 })
  })

  test('tells of rows that are left out, apart from those that changed nothing', async () => {
    const report = fine<RunReport>('report')
    const decode = (row: unknown) =>
      typeof (row as Order).n === 'number' ? right(row as Order) : left(new DecodeFailed([]))
    const f = flow('import')
      .input<Order>()
      .split('rows', () => [{ n: 0 }, { n: 'x' }, { n: 2 }], fine('to'), {
        decode,
        onBad: 'skip',
        run: { report },
      })
      .otherwise(hour)
    await using t = testFlow(f)
    await t.send({ n: 1 })
    expect(inputs(report)).toMatchObject([{ total: 3, unchanged: 2, skipped: 1, dead: 0 }])
  })

  test('a clock that jumps an hour back or forth changes neither its counts nor its order, and its time is never negative', async () => {
    for (const jump of [-3_600_000, 3_600_000]) {
      const virtual = virtualClock()
      let by = 0
      const clock: Clock = {
        now: () => virtual.now() + by,
        sleep: (ms, signal) => virtual.sleep(ms, signal),
        after: (ms, g, options) => virtual.after(ms, g, options),
        soon: (g) => virtual.soon(g),
      }
      const to = remote('put', (b) => {
        if (b.n === 7) by = jump
        return { was: 'created' }
      })
      const { flow: f, report } = importing(to, undefined, 5)
      let intake: Intake | undefined
      const given: Source<Order> = {
        name: 'given',
        single: false,
        decode: (raw) => right(raw as never),
        start: (i) => ((intake = i), { stop() {} }),
      }
      const d = { ...(f as unknown as { definition: object }).definition, source: given }
      const runtime = createRuntime({
        flows: [new FlowBuilder(d as never) as never],
        journal: memoryJournal({ clock }),
        clock,
        log: silentLogger,
      })
      await runtime.start()
      await intake!.accept([{ raw: { n: 20 }, type: 'run', undecodable: 'dead-letter' }])
      for (let i = 0; i < 800 && report.calls.length === 0; i++) await virtual.advanceBy(10_000)
      expect(inputs(report)).toMatchObject([{ total: 20, created: 20, dead: 0 }])
      expect(inputs(report)[0]!.took).toBeGreaterThanOrEqual(0)
      const stopped = runtime.stop()
      await virtual.advanceBy(20_000)
      await stopped
    }
  })

  test('is refused inside of the items of another split, and twice in a flow', () => {
    const to = fine('to')
    const nested = flow('f')
      .input<Order>()
      .split(
        'outer',
        () => numbers(1),
        (s) => s.split('inner', () => numbers(1), to, { run: {} }),
      )
      .otherwise(hour)
    expect(() => testFlow(nested).runtime).toThrow('inside of the items of "outer"')
    const two = flow('f')
      .input<Order>()
      .fanOut({
        a: (s) => s.split('one', () => numbers(1), to, { run: {} }),
        b: (s) => s.split('two', () => numbers(1), to, { run: {} }),
      })
      .otherwise(hour)
    expect(() => testFlow(two).runtime).toThrow('"a/one" is a batch run already')
  })
})

describe('a run that is to start while an earlier one is not over', () => {
  const slow = (overlap?: 'allow' | 'queue' | 'skip') => {
    const report = fine<RunReport>('report')
    const to = remote('to', (_b, ctx) => ctx.clock.sleep(10_000).then(() => ({})))
    const f = flow('import')
      .input<Order>()
      .split('rows', (b) => numbers(b.n), to, { chunk: 2, run: { report, ...(overlap && { overlap }) } })
      .otherwise(hour)
    return { f, to, report }
  }

  test('queues by default', async () => {
    const { f, report } = slow()
    await using t = testFlow(f)
    await t.give({ n: 5 })
    await t.run(100)
    const r = await t.send({ n: 3 })
    const [first, second] = inputs(report)
    expect([first!.total, second!.total, second!.started >= first!.ended, r.pending]).toEqual([5, 3, true, 0])
  })

  test('runs beside it where that is allowed; progress is told of the later one', async () => {
    const { f, report } = slow('allow')
    await using t = testFlow(f)
    await t.give({ n: 60 })
    await t.run(100)
    const second = await t.give({ n: 3 })
    await t.run(100)
    const { id: run } = second as { id: string }
    expect(await t.runtime.progress('import')).toMatchObject({ run, read: 3 })
    await t.settle()
    expect(inputs(report).map((r) => r.total)).toEqual([3, 60])
    expect(await t.runtime.progress('import')).toMatchObject({ run, read: 3, report: { run, total: 3 } })
  })

  test('is skipped where that is asked for: discarded, and counted so', async () => {
    const { f, report } = slow('skip')
    await using t = testFlow(f)
    await t.give({ n: 5 })
    await t.run(100)
    const r = await t.send({ n: 3 })
    expect([inputs(report).length, counted(await t.runtime.counts(), 'discarded'), r.pending]).toEqual([
      1, 1, 0,
    ])
    await t.send({ n: 3 })
    expect(inputs(report)).toHaveLength(2)
  })

  test('a run whose message is a dead letter is over once nothing of it is under way', async () => {
    let broken = true
    const report = fine<RunReport>('report')
    const f = flow('import')
      .input<Order>()
      .split(
        'rows',
        function* (b) {
          for (const r of numbers(b.n)) {
            if (broken && r.n === 3) throw new Error('broken')
            yield r
          }
        },
        fine('to'),
        { chunk: 2, run: { report, overlap: 'skip' } },
      )
      .otherwise(deadLetter())
    await using t = testFlow(f)
    const { dead } = await t.send({ n: 5 })
    broken = false
    await t.send({ n: 4 })
    await t.replay(dead[0]!.id)
    expect(inputs(report).map((r) => [r.total, r.unchanged])).toEqual([
      [4, 4],
      [5, 5],
    ])
  })
})

describe('progress', () => {
  test('is that of the current run, then of the last one, over restarts; before the first there is none', async () => {
    const to = remote<Bad>('to', (b, ctx) =>
      b.n === 0 ? new Bad({}) : ctx.clock.sleep(b.n * 1000).then(() => ({})),
    )
    const f = flow('import')
      .input<Order>()
      .split(
        'rows',
        async function* (b) {
          yield* numbers(b.n)
        },
        to,
        { chunk: 4, run: { total: (b) => b.n } },
      )
      .otherwise(hour)
    await using t = testFlow(f)
    expect(await t.runtime.progress(f)).toBe(undefined)
    await t.give({ n: 10 })
    await t.run(4500)
    const now = await t.runtime.progress(f)
    expect(now).toMatchObject({ read: 10, total: 10, dead: 1, done: 4, waiting: 5 })
    expect(now!.rate).toBeCloseTo(1.1)
    await t.restart()
    expect(await t.runtime.progress('import')).toMatchObject({ read: 10, dead: 1 })
    await t.settle()
    expect(await t.runtime.progress(f)).toMatchObject({
      read: 10,
      done: 9,
      dead: 1,
      waiting: 0,
      report: { total: 10 },
    })
  })

  test('of a flow without a batch run is undefined', async () => {
    const f = flow('f')
      .input<Order>()
      .split('rows', () => numbers(3), fine('to'))
      .otherwise(hour)
    await using t = testFlow(f)
    await t.send({ n: 1 })
    expect(await t.runtime.progress(f)).toBe(undefined)
  })
})
