import * as t from 'io-ts'
import { describe, expect, test } from 'vitest'
import {
  createRuntime,
  deadLetter,
  decodeWith,
  flow,
  memoryJournal,
  memoryStore,
  type AnyDecoder,
  type DriftAlarm,
  type DriftOptions,
  type Intake,
  type Json,
  type Source,
} from '../../src/index.js'
import { virtualClock } from '../../src/testing/index.js'
import { remote } from '../semantics/remote.js'
import { faultyJournal, type Write } from '../runtime/faulty-journal.js'
import { keptLog } from '../runtime/kept-log.js'

const DAY = 864e5
const Entry = t.intersection([t.type({ uid: t.string, state: t.string }), t.partial({ teaser: t.string })])
const entry = (i: number): Record<string, Json> => ({
  uid: `e${i}`,
  state: ['draft', 'live'][i % 2]!,
  title: 'x',
})

/** A service with one source, on a store that outlives its processes. */
const service = (drift?: false | DriftOptions, decoder: AnyDecoder = Entry) => {
  const clock = virtualClock()
  const store = memoryStore()
  const processes = 'many' as const
  const started = async (name = 'hook') => {
    const failing = new Set<Write>()
    const journal = faultyJournal(memoryJournal({ clock, store, processes }), (c) => failing.has(c))
    let intake: Intake | undefined
    const source: Source<unknown> = {
      name,
      single: false,
      decode: decodeWith(decoder),
      shape: { decoder },
      start: (i) => ((intake = i), { stop() {} }),
    }
    const log = keptLog()
    const put = remote<never, unknown>('put', () => undefined, { effect: 'idempotent' })
    const runtime = createRuntime({
      flows: [flow('f').from(source).to(put).otherwise(deadLetter())],
      journal,
      clock,
      log,
      grace: '0s',
      ...(drift !== undefined && { drift }),
    })
    const told: DriftAlarm[] = []
    runtime.events.on('drift', (e) => told.push(e))
    await runtime.start()
    const accept = async (raws: readonly Json[], type = 'entry', dedupe?: string) => {
      const given = raws.map((raw) => ({
        raw,
        type,
        undecodable: 'dead-letter' as const,
        ...(dedupe && { dedupe }),
      }))
      const taken = await intake!.accept(given)
      await clock.advanceBy(0)
      return taken
    }
    const many = (n: number, of: (i: number) => Json = entry, type?: string) =>
      accept(
        Array.from({ length: n }, (_, i) => of(i)),
        type,
      )
    const stop = async (): Promise<void> => {
      const stopped = runtime.stop()
      await clock.advanceBy(3000)
      await stopped
    }
    return { runtime, journal, failing, log, told, accept, many, stop, put }
  }
  return { clock, started }
}

test('a new field is told as an event, in the log and in the list, with the message that has it', async () => {
  const { clock, started } = service()
  const s = await started()
  await s.many(201)
  const [taken] = await s.accept([{ ...entry(1), seo: { title: 'x' } }])
  const alarm = {
    source: 'hook',
    type: 'entry',
    path: 'seo',
    what: 'unknown',
    count: 1,
    since: clock.now(),
    at: clock.now(),
    sample: 'object',
    example: taken!.as === 'refused' ? '' : taken!.id,
  }
  expect(s.told).toEqual([alarm])
  expect(s.runtime.drift()).toEqual([alarm])
  expect(s.log.at('warn').map((l) => l.message)).toEqual([
    'messages of source "hook" do not look as they did: seo is new, and the decoder does not know it',
  ])
  await s.stop()
})

test('what goes on is counted, and told again once a day, until it is how it is', async () => {
  const { clock, started } = service({ forget: '2d' })
  const s = await started()
  await s.many(201)
  for (let day = 0; day < 4; day++) {
    await s.many(20, (i) => ({ ...entry(i), more: i }))
    await clock.advanceBy(DAY)
  }
  expect(s.told.map((a) => a.count)).toEqual([1, 21, 41])
  expect(s.log.at('warn')).toHaveLength(3)
  expect(s.runtime.drift()).toEqual([])
  await s.stop()
})

test('fields that the codec knows, poison and repeats are no drift', async () => {
  const s = await service().started()
  await s.many(201)
  await s.accept([{ ...entry(1), teaser: 'x' }])
  await s.accept([{ uid: 7, poison: true }])
  await s.accept([entry(1)], 'entry', 'one key')
  await s.accept([{ ...entry(1), repeated: true }], 'entry', 'one key')
  expect(s.runtime.drift()).toEqual([])
  await s.stop()
})

test('messages of another type are learned apart', async () => {
  const s = await service().started()
  await s.many(201)
  await s.many(60, (i) => ({ uid: `a${i}`, state: 'live', size: i }), 'asset')
  expect(s.runtime.drift()).toEqual([])
  await s.stop()
})

test('a restart forgets neither what is known nor what was told', async () => {
  const { clock, started } = service()
  const one = await started()
  await one.many(201)
  await one.accept([{ ...entry(1), more: 1 }])
  await one.stop()
  await clock.advanceBy(1000)
  const two = await started()
  expect(two.runtime.drift().map((a) => a.path)).toEqual(['more'])
  await two.accept([{ ...entry(1), more: 1 }])
  await two.accept([{ ...entry(1), other: 1 }])
  expect(two.told.map((a) => a.path)).toEqual(['other'])
  await two.many(58, (i) => ({ uid: `e${i}`, state: 'live' }))
  expect(two.told.map((a) => `${a.what} ${a.path}`)).toEqual(['unknown other', 'vanished title'])
  await two.stop()
})

test('two processes learn together: each knows after a minute what the other saw', async () => {
  const { clock, started } = service()
  const one = await started()
  const two = await started()
  await one.many(150)
  await two.many(150, (i) => ({ ...entry(i), extra: 1 }))
  await clock.advanceBy(130_000)
  await one.many(60)
  await two.many(60, (i) => ({ ...entry(i), extra: 1 }))
  await clock.advanceBy(130_000)
  expect((await one.accept([{ ...entry(1), extra: 1 }]))[0]!.as).toBe('accepted')
  expect([one.told, two.told]).toEqual([[], []])
  await one.stop()
  await two.stop()
})

test('it is stored at most once a minute, and not at all while nothing is known', async () => {
  const { clock, started } = service()
  const s = await started()
  const version = async (): Promise<number> =>
    (await s.journal.read(['drift:hook']))['drift:hook']?.version ?? 0
  await s.many(10)
  await clock.advanceBy(60_000)
  expect(await version()).toBe(0)
  for (let i = 0; i < 60; i++) {
    await s.many(1)
    await clock.advanceBy(5000)
  }
  expect(await version()).toBe(5)
  await s.stop()
})

test('a journal that fails fails nothing but the memory of it', async () => {
  const { clock, started } = service()
  const s = await started()
  await s.many(201)
  s.failing.add('read')
  await clock.advanceBy(120_000)
  s.failing.clear()
  await s.accept([{ ...entry(1), more: 1 }])
  expect(s.told).toHaveLength(1)
  s.failing.add('read').add('accept')
  await s.stop()
  expect(s.put.calls).toHaveLength(202)
})

test('beyond its budget messages are looked at in part, and every one is accepted', async () => {
  const { clock, started } = service({ budget: 100 })
  const s = await started()
  await s.many(201)
  await s.many(500, (i) => ({ ...entry(i), more: 1 }))
  expect(s.runtime.drift()[0]!.count).toBeLessThan(30)
  await clock.advanceBy(1000)
  await s.many(500, (i) => ({ ...entry(i), more: 1 }))
  expect(s.runtime.drift()[0]!.count).toBeLessThan(60)
  expect(s.put.calls).toHaveLength(1201)
  await s.stop()
})

test('what is ignored is not told; switched off, nothing is', async () => {
  const ignoring = await service({ ignore: ['seo'] }).started()
  await ignoring.many(201)
  await ignoring.accept([{ ...entry(1), seo: { a: 1 }, seoul: 1 }])
  expect(ignoring.told.map((a) => a.path)).toEqual(['seoul'])
  await ignoring.stop()
  const off = await service(false).started()
  await off.many(201)
  await off.accept([{ ...entry(1), more: 1 }])
  expect([off.told, off.runtime.drift()]).toEqual([[], []])
  expect(await off.journal.read(['drift:hook'])).toEqual({})
  await off.stop()
})

describe('options that make no sense', () => {
  test.each<[unknown, string]>([
    [true, 'createRuntime: drift: expected false or options, got boolean'],
    [{ learn: 5 }, 'createRuntime: drift.learn: expected a whole number from 20 to 4000, got 5'],
    [{ vanished: 0 }, 'createRuntime: drift.vanished: expected a whole number from 10 to 1000000, got 0'],
    [
      { budget: 'x' },
      'createRuntime: drift.budget: expected a whole number from 1 to 1000000000, got string',
    ],
    [{ values: 1 }, 'createRuntime: drift.values: expected true or false, got 1'],
    [
      { ignore: 'a' },
      'createRuntime: drift.ignore: expected a list of places, such as "data.at", got string',
    ],
  ])('%j', async (drift, message) => {
    await expect(service(drift as DriftOptions).started()).rejects.toThrow(new TypeError(message))
  })
})
