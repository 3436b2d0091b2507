import { expect, test } from 'vitest'
import {
  byKind,
  createRuntime,
  flow,
  memoryJournal,
  memoryStore,
  silentLogger,
  type Journal,
} from '../../src/index.js'
import { virtualClock } from '../../src/testing/index.js'
import { remote } from '../semantics/remote.js'
import { orders } from '../semantics/source.js'

const LEASE = 30_000

/** Two processes on one store; the first never renews a lease, as one that stands still. */
const cluster = (once: (process: number) => Promise<number>, catches: boolean) => {
  const clock = virtualClock()
  const store = memoryStore()
  const seen: unknown[] = []
  const started = async (
    process: number,
  ): Promise<{ stop(): Promise<unknown>; give(): Promise<unknown> }> => {
    const real = memoryJournal({ clock, store, processes: 'many' })
    const frozen: Partial<Journal> = process === 1 ? { extend: () => new Promise(() => {}) } : {}
    const journal = new Proxy(real, {
      get: (of, name) => {
        const f: unknown = Reflect.get(frozen, name) ?? Reflect.get(of, name)
        return typeof f === 'function' ? (f as () => unknown).bind(of) : f
      },
    })
    let give = (): Promise<unknown> => Promise.resolve()
    const source = orders()
    const f = flow('f')
      .from({
        ...source,
        start: (intake) => {
          give = () => intake.accept([{ raw: { n: 1 }, type: 'order', undecodable: 'refuse' }])
          return source.start(intake)
        },
      })
      .map('token', async (o, ctx) => {
        const token = ctx.once('token', () => once(process))
        return { n: catches ? await token.catch(() => -1) : await token, was: o.n }
      })
      .to(
        remote<never, { n: number; was: number }>('to', (o) => void seen.push([process, o.n]), {
          effect: 'idempotent',
        }),
      )
      .otherwise(byKind())
    const runtime = createRuntime({
      flows: [f],
      journal,
      clock,
      log: silentLogger,
      lease: `${LEASE}ms`,
      grace: '1s',
    })
    await runtime.start()
    return { stop: () => runtime.stop(), give: () => give() }
  }
  return { clock, started, seen }
}

test.each([false, true])(
  'an attempt whose lease was lost while once ran goes no further: what another remembers is what holds; catches: %s',
  async (catches) => {
    let done: (value: number) => void = () => {}
    const ran: number[] = []
    const { clock, started, seen } = cluster((process) => {
      ran.push(process)
      return process === 1 ? new Promise((resolve) => (done = resolve)) : Promise.resolve(2)
    }, catches)
    const first = await started(1)
    await first.give()
    await clock.advanceBy(1000)
    expect(ran).toEqual([1])
    const second = await started(2)
    await clock.advanceBy(LEASE + 5000)
    expect([ran, seen]).toEqual([[1, 2], [[2, 2]]])
    done(1)
    await clock.advanceBy(5000)
    expect([ran, seen]).toEqual([[1, 2], [[2, 2]]])
    await Promise.all([first.stop(), second.stop(), clock.advanceBy(5000)])
  },
)
