import { expect, test } from 'vitest'
import {
  byKind,
  config,
  createRuntime,
  flow,
  memoryJournal,
  memoryStore,
  silentLogger,
  text,
  type Intake,
  type Source,
} from '../../src/index.js'
import { poll } from '../../src/source/poll.js'
import { virtualClock } from '../../src/testing/index.js'
import { orders } from '../semantics/source.js'
import { fine, hanging, type Order } from '../semantics/remote.js'
import { Item } from './remote-items.js'

const kept = () => {
  const intakes: Intake[] = []
  const source: Source<Order> = { ...orders(), start: (i) => (intakes.push(i), { stop() {} }) }
  return { source, intakes }
}
const message = (n: number) => ({ raw: { n }, type: 't', undecodable: 'refuse' as const })

test('an intake counts what waits in the flows that its source feeds, and in no others', async () => {
  const clock = virtualClock()
  const [a, b] = [kept(), kept()]
  const runtime = createRuntime({
    flows: [
      flow('one').from(a.source).to(hanging('slow')).otherwise(byKind()),
      flow('two').from(a.source).to(fine('fast')).otherwise(byKind()),
      flow('other')
        .from({ ...b.source, name: 'other' })
        .to(hanging('slow too'))
        .otherwise(byKind()),
    ],
    journal: memoryJournal({ clock }),
    clock,
    log: silentLogger,
  })
  await runtime.start()
  await a.intakes[0]!.accept([message(1), message(2)])
  await b.intakes[0]!.accept([message(3)])
  await clock.advanceBy(100)
  expect([await a.intakes[0]!.waiting(), await b.intakes[0]!.waiting()]).toEqual([2, 1])
  const stopped = runtime.stop()
  await clock.advanceBy(60_000)
  await stopped
})

test('state of the source moves with its batch, comes back, goes, and is fenced as the cursor is', async () => {
  const clock = virtualClock()
  const store = memoryStore()
  const { source, intakes } = kept()
  const runtime = createRuntime({
    flows: [flow('f').from(source).to(fine('to')).otherwise(byKind())],
    journal: memoryJournal({ clock, store, processes: 'many' }),
    clock,
    log: silentLogger,
  })
  await runtime.start()
  const intake = intakes[0]!
  expect(await intake.state(['a', 'b'])).toEqual({})
  await intake.accept([message(1)], { page: 1 }, { a: [1], b: [2] })
  await intake.accept([], undefined, { a: [3] })
  expect([await intake.state(['a', 'b', 'c']), await intake.cursor()]).toEqual([
    { a: [3], b: [2] },
    { page: 1 },
  ])
  await intake.accept([], undefined, { b: undefined })
  await intake.accept([], undefined, { b: ['again'] })
  expect(await intake.state(['a', 'b'])).toEqual({ a: [3], b: ['again'] })
  const other = memoryJournal({ clock, store, processes: 'many' })
  await other.open([])
  const name = 'source:orders:a'
  const { version } = (await other.read([name]))[name]!
  await other.accept([], { state: [{ name, expect: version, value: 'theirs' }] })
  await expect(intake.accept([message(2)], { page: 2 }, { a: ['ours'] })).rejects.toMatchObject({
    _tag: 'JournalUnavailable',
  })
  expect([await intake.state(['a']), await intake.cursor()]).toEqual([{ a: 'theirs' }, { page: 1 }])
  await intake.accept([message(2)], { page: 2 }, { a: ['ours'] })
  const stopped = runtime.stop()
  await clock.advanceBy(60_000)
  await stopped
})

test('what a poll reads from the configuration is checked at start', async () => {
  const env = config({ SITE: text }, {})
  const source = poll({
    name: 'p',
    every: '1m',
    decode: Item,
    id: (i) => i.id,
    settings: [env.SITE],
    fetch: () => ({ items: [] }),
  })
  const clock = virtualClock()
  const runtime = createRuntime({
    flows: [flow('f').from(source).to(fine('to')).otherwise(byKind())],
    journal: memoryJournal({ clock }),
    clock,
    log: silentLogger,
  })
  await expect(runtime.start()).rejects.toMatchObject({ _tag: 'ConfigInvalid' })
})
