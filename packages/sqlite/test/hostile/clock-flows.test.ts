import {
  createRuntime,
  deadLetter,
  flow,
  right,
  silentLogger,
  type Intake,
  type Source,
} from '@xconnector/core'
import { batch, schedule, type Scheduled } from '@xconnector/core/patterns'
import { virtualClock } from '@xconnector/core/testing'
import { describe, expect, it } from 'vitest'
import { fine, inputs, type Remote } from '../../../core/test/semantics/remote.js'
import { faced } from '../../../core/test/source/service.js'
import { journalOn, place } from '../support/journals.js'

const HOUR = 3_600_000
const MINUTE = 60_000
const START = Date.UTC(2026, 0)
interface Order {
  readonly n: number
}

/** A service on a file, and a machine whose clock can be set. */
const machine = async () => {
  const { file } = await place()
  const clock = virtualClock({ start: START })
  const face = faced(clock)
  const started = async (source: Source<never>, to: Remote<unknown, never>, batched: boolean) => {
    const orders = flow('f').from(source)
    const closed = batched
      ? orders
          .through(batch('b', { size: 100, within: '10m' }))
          .to(to)
          .otherwise(deadLetter())
      : orders.to(to).otherwise(deadLetter())
    const journal = journalOn(file, { clock: face })
    const runtime = createRuntime({ flows: [closed], journal, clock: face, log: silentLogger })
    await runtime.start()
    return runtime
  }
  return { clock, face, started }
}

const passive = () => {
  let intake: Intake | undefined
  const source: Source<Order> = {
    name: 'orders',
    single: false,
    decode: (raw) => right(raw as unknown as Order),
    start: (i) => ((intake = i), { stop() {} }),
  }
  const give = (n: number) => intake!.accept([{ raw: { n }, type: 'order', undecodable: 'refuse' }])
  return { source: source as Source<never>, give }
}

describe.each([
  ['back', -HOUR],
  ['forward', HOUR],
] as const)('a clock that is set %s by an hour', (way, by) => {
  it.each([false, true])(
    'a batch completes in twice its time at most, with all that came; restarted: %s',
    async (restarts) => {
      const { clock, face, started } = await machine()
      const { source, give } = passive()
      const to = fine<unknown>('to')
      let runtime = await started(source, to, true)
      const came = () => (inputs(to) as readonly (readonly Order[])[]).flat().map((o) => o.n)
      await give(1)
      await clock.advanceBy(MINUTE)
      if (restarts) await runtime.stop()
      face.set(by)
      if (restarts) runtime = await started(source, to, true)
      await clock.advanceBy(20 * MINUTE)
      expect(came()).toEqual([1])
      // One that is added after the jump tells when the group began.
      await give(2)
      face.set(by)
      await give(3)
      await clock.advanceBy(11 * MINUTE)
      expect(came().toSorted((a, b) => a - b)).toEqual([1, 2, 3])
      await runtime.stop()
    },
  )

  it('a cron schedule gives each planned time once, in order', async () => {
    const { clock, face, started } = await machine()
    const to = fine<unknown>('to')
    const runtime = await started(
      schedule({ name: 's', cron: '*/10 * * * *' }) as unknown as Source<never>,
      to,
      false,
    )
    await clock.advanceBy(12 * MINUTE)
    face.set(by)
    await clock.advanceBy(75 * MINUTE)
    const planned = (inputs(to) as readonly Scheduled[]).map((s) => (s.at - START) / MINUTE)
    expect(planned).toEqual([...new Set(planned)].toSorted((a, b) => a - b))
    expect([planned[0], planned.at(-1)]).toEqual([10, way === 'back' ? 20 : 140])
    await runtime.stop()
  })
})
