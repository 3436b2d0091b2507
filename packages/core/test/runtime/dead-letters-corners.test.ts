import { describe, expect, test } from 'vitest'
import {
  byKind,
  createRuntime,
  deadLetter,
  divert,
  flow,
  memoryJournal,
  silentLogger,
  type Deployable,
  type Failed,
  type Journal,
  type NewEntry,
  type Runtime,
  type Source,
} from '../../src/index.js'
import { testFlow, virtualClock } from '../../src/testing/index.js'
import { balanced } from '../semantics/counted.js'
import { Bad, failing, fine, inputs, type Order } from '../semantics/remote.js'
import { orders } from '../semantics/source.js'

const once = deadLetter()
const bad = (name: string, times = 9) => failing<Bad>(name, times, () => new Bad({}))

/** A runtime on a journal that holds entries already. */
const beside = async (
  flows: readonly Deployable[],
  entries: readonly NewEntry[],
): Promise<{ runtime: Runtime; journal: Journal; rest(): Promise<void> }> => {
  const clock = virtualClock()
  const journal = memoryJournal({ clock })
  const runtime = createRuntime({ flows, journal, clock, log: silentLogger })
  await runtime.start()
  await journal.accept(entries)
  const rest = async (): Promise<void> => {
    for (let i = 0; i < 5; i++) await clock.advanceBy(1000)
  }
  return { runtime, journal, rest }
}

describe('a whole message that is sent again', () => {
  test('of a flow that is fed by another: from the input that it was given', async () => {
    const to = bad('desk', 1)
    const desk = flow('desk')
      .input<Failed>()
      .to(to as never)
      .otherwise(once)
    const f = flow('f')
      .input<Order>()
      .to(bad('site'))
      .otherwise(byKind({ permanent: divert(desk) }))
    await using t = testFlow(f, { flows: [desk] })
    const { dead } = await t.send({ n: 1 })
    expect(dead).toMatchObject([{ flow: 'desk' }])
    await t.replay(dead[0]!.id, 'message')
    expect([inputs(to as never).length, inputs(to as never)[0]]).toEqual([2, inputs(to as never)[1]])
  })

  test('keeps the key and the version that it had, where no source tells them', async () => {
    const to = fine('to')
    const f = flow('f').input<Order>().to(to).otherwise(once)
    const dead = { _tag: 'Bad', kind: 'permanent', message: 'bad' }
    const { runtime, journal, rest } = await beside(
      [f],
      [{ id: 'm1', flow: 'f', hop: 'to', body: '{"n":1}', key: 'k', latest: { key: 'v', version: 3 }, dead }],
    )
    const [again] = await runtime.deadLetters.replay(['m1'], { what: 'message' })
    expect(again).toMatchObject({ id: 'm1', as: 'replayed' })
    const found = await journal.admin.find({ limit: 9 })
    expect(found).toMatchObject([{ key: 'k', latest: { key: 'v', version: 3 }, body: '{"n":1}' }])
    await rest()
    expect(inputs(to)).toEqual([{ n: 1 }])
    await runtime.stop({ grace: '0s' })
  })

  test('whose root is not there any more is absent, and stays as it is', async () => {
    const f = flow('f').input<Order>().to(fine('to')).otherwise(once)
    const dead = { _tag: 'Bad', kind: 'permanent', message: 'bad' }
    const { runtime } = await beside([f], [{ id: 'm1/to', flow: 'f', hop: 'to', body: '{"n":1}', dead }])
    expect(await runtime.deadLetters.replay(['m1/to'], { what: 'message' })).toEqual([
      { id: 'm1/to', as: 'absent' },
    ])
    expect(await runtime.deadLetters.list()).toHaveLength(1)
    await runtime.stop({ grace: '0s' })
  })

  test('is poison again where it still does not decode, and its alert tells of it again', async () => {
    const pager = fine<{ readonly tag: string }>('pager')
    const f = flow('f')
      .from(orders())
      .to(fine('to'))
      .otherwise(byKind({ poison: deadLetter().alert(pager) }))
    await using t = testFlow(f, { runtime: { alertWindow: '1s' } as never })
    const { dead } = await t.send({ no: 'number' })
    await t.run(60_000)
    const r = await t.replay(dead[0]!.id, 'message')
    expect(r.dead).toMatchObject([{ body: { no: 'number' }, error: { _tag: 'DecodeFailed' } }])
    expect(balanced(await t.runtime.counts())).toBe(true)
  })
})

describe('an entry that is not JSON in the journal', () => {
  test('is a dead letter, told of like any other, and costs no attempt', async () => {
    const to = fine('to')
    const told: unknown[] = []
    const f = flow('f').input<Order>().to(to).otherwise(once)
    const clock = virtualClock()
    const journal = memoryJournal({ clock })
    const runtime = createRuntime({ flows: [f], journal, clock, log: silentLogger })
    runtime.events.on('dead', (e) => told.push([e.id, e.attempt, e.error._tag]))
    await runtime.start()
    await journal.accept([{ id: 'm1', flow: 'f', hop: 'to', body: '{"n":' }])
    await clock.advanceBy(2000)
    expect([told, to.calls.length]).toEqual([[['m1', 0, 'DecodeFailed']], 0])
    await runtime.stop({ grace: '0s' })
  })
})

describe('a source', () => {
  test('that gives nothing is answered with nothing, and nothing is written', async () => {
    let intake: Parameters<Source<Order>['start']>[0] | undefined
    const source: Source<Order> = { ...orders(), start: (i) => ((intake = i), { stop() {} }) }
    const { runtime, journal } = await beside([flow('f').from(source).to(fine('to')).otherwise(once)], [])
    expect(await intake!.accept([])).toEqual([])
    expect(await journal.admin.find({ limit: 9 })).toEqual([])
    await runtime.stop({ grace: '0s' })
  })
})

describe('a deadline that is recovered further on', () => {
  const late = { n: -1 }
  test('leads ahead to where it is recovered, and never back', async () => {
    const end = fine('end')
    const f = flow('f')
      .from(orders(), { deadline: '1h' })
      .to(fine('first'))
      .delay('long', '2h')
      .to(fine('second'))
      .to(fine('third'))
      .recover('DeadlineExceeded', () => late)
      .to(end)
      .otherwise(once)
    await using t = testFlow(f)
    const r = await t.send({ n: 1 })
    expect([inputs(end), r.dead]).toEqual([[late], []])
    const back = flow('f')
      .from(orders(), { deadline: '1h' })
      .to(fine('first'))
      .recover('DeadlineExceeded', () => late)
      .delay('long', '2h')
      .to(end)
      .otherwise(once)
    await using b = testFlow(back)
    expect((await b.send({ n: 1 })).dead).toMatchObject([{ error: { _tag: 'DeadlineExceeded' } }])
  })
})
