import * as t from 'io-ts'
import { describe, expect, test } from 'vitest'
import {
  byKind,
  createRuntime,
  flow,
  memoryJournal,
  memoryStore,
  silentLogger,
  type Intake,
  type Source,
} from '../../src/index.js'
import { poll } from '../../src/source/poll.js'
import { schedule } from '../../src/source/schedule.js'
import { virtualClock, type VirtualClock } from '../../src/testing/index.js'
import { fine, type Order } from '../semantics/remote.js'
import { orders } from '../semantics/source.js'

const MINUTE = 60_000
const START = Date.UTC(2026, 0, 1, 0, 0, 30)

const begin = async <A>(source: Source<A>, more: { flows?: number } = {}) => {
  const clock = virtualClock({ start: START })
  const tos = Array.from({ length: more.flows ?? 1 }, (_, i) => fine<A>(`to${i}`))
  const flows = tos.map((to, i) => flow(`f${i}`).from(source).to(to).otherwise(byKind()))
  const journal = memoryJournal({ clock, store: memoryStore() })
  const runtime = createRuntime({ flows, journal, clock, log: silentLogger, grace: '0s' })
  await runtime.start()
  return { clock, runtime, to: tos[0]!, tos, stop: () => ended(clock, runtime.stop()) }
}

const ended = async (clock: VirtualClock, stopped: Promise<void>): Promise<void> => {
  await clock.advanceBy(10_000)
  await stopped
  expect(clock.pending()).toBe(0)
}

describe('a paused intake', () => {
  test('tells its source to wait, and why; what waits in the flow goes on', async () => {
    let intake: Intake | undefined
    const source: Source<Order> = { ...orders(), start: (i) => ((intake = i), { stop() {} }) }
    const s = await begin(source)
    await intake!.accept([{ raw: { n: 1 }, type: 't', undecodable: 'refuse' }])
    await s.runtime.pause({ intake: 'f0' })
    expect(intake!.load()).toEqual({ retryAfter: 5, paused: true })
    await s.clock.advanceBy(10)
    expect([s.to.calls.length, s.runtime.health().status]).toEqual([1, 'ready'])
    await s.runtime.resume({ intake: 'f0' })
    expect(intake!.load()).toBeUndefined()
    await s.stop()
  })

  test('of one flow stops a source that feeds others too: a message goes to all of them, or to none', async () => {
    let intake: Intake | undefined
    const source: Source<Order> = { ...orders(), start: (i) => ((intake = i), { stop() {} }) }
    const s = await begin(source, { flows: 2 })
    await s.runtime.pause({ intake: 'f1' })
    expect(intake!.load()).toMatchObject({ paused: true })
    await s.stop()
  })

  test('polls nothing; when it is resumed, one poll finds what came meanwhile', async () => {
    const asked: number[] = []
    const source = poll({
      name: 'p',
      every: '1m',
      decode: t.type({ n: t.number }),
      id: (item) => String(item.n),
      fetch: async (_cursor, ctx) => {
        asked.push((ctx.clock.now() - START) / MINUTE)
        return { items: [{ n: asked.length }] }
      },
    })
    const s = await begin(source)
    await s.clock.advanceBy(2.5 * MINUTE)
    const before = asked.length
    await s.runtime.pause({ intake: 'f0' })
    await s.clock.advanceBy(60 * MINUTE)
    expect(asked).toHaveLength(before)
    await s.runtime.resume({ intake: 'f0' })
    await s.clock.advanceBy(6000)
    expect(asked).toHaveLength(before + 1)
    await s.stop()
  })

  test.each([
    ['once', [0, 1, 11, 12]],
    ['skip', [0, 1, 12]],
    ['all', [0, 1, 7, 8, 9, 10, 11, 12]],
  ] as const)(
    'runs no schedule; its policy for missed runs (%s) decides when it is resumed',
    async (missed, runs) => {
      const source = schedule({
        name: 's',
        cron: '* * * * *',
        missed,
        limit: 5,
        tolerance: '5s',
        overlap: 'allow',
      })
      const s = await begin(source)
      const minutes = (): number[] => s.to.calls.map((c) => (c.input.at - START - 30_000) / MINUTE)
      await s.clock.advanceBy(1.5 * MINUTE)
      await s.clock.advanceBy(1000)
      await s.runtime.pause({ intake: 'f0' })
      await s.clock.advanceBy(10.2 * MINUTE)
      expect(minutes()).toEqual([0, 1])
      await s.runtime.resume({ intake: 'f0' })
      await s.clock.advanceBy(MINUTE)
      expect(minutes()).toEqual(runs)
      await s.stop()
    },
  )

  test('that is resumed a moment before a planned run misses nothing', async () => {
    const source = schedule({ name: 's', cron: '* * * * *', missed: 'skip', tolerance: '0s' })
    const s = await begin(source)
    await s.runtime.pause({ intake: 'f0' })
    await s.clock.advanceBy(29_000)
    await s.runtime.resume({ intake: 'f0' })
    await s.clock.advanceBy(1000)
    expect(s.to.calls.map((c) => c.at)).toEqual([START + 30_000])
    await s.stop()
  })

  test('cannot be that of a flow without a source', async () => {
    const clock = virtualClock()
    const called = flow('called').input<Order>().to(fine('to')).otherwise(byKind())
    const runtime = createRuntime({
      flows: [called],
      journal: memoryJournal({ clock }),
      clock,
      log: silentLogger,
    })
    await runtime.start()
    await expect(runtime.pause({ intake: 'called' })).rejects.toThrow(
      new TypeError('runtime.pause: intake: got "called"; there is none'),
    )
    await ended(clock, runtime.stop())
  })
})
