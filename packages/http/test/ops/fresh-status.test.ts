import { expect, test } from 'vitest'
import type { Status } from '@xconnector/core/operate'
import { FreshStatus } from '../../src/ops/fresh-status.js'
import { manualClock } from '../support/manual-clock.js'

/** A journal that answers when it is told to. */
const reading = () => {
  const clock = manualClock()
  const asked: ((status: Status | Error) => void)[] = []
  const status = (): Promise<Status> =>
    new Promise((resolve, reject) => {
      asked.push((s) => (s instanceof Error ? reject(s) : resolve(s)))
    })
  const of = (at: number): Status => ({ at, flows: [], destinations: [], paused: [], acts: [], orphans: [] })
  return { clock, asked, fresh: new FreshStatus({ status }, clock), of }
}

test('one read answers all who ask meanwhile, and those within a second of its beginning', async () => {
  const { clock, asked, fresh, of } = reading()
  const both = [fresh.get(), fresh.get()]
  clock.advance(400)
  asked[0]!(of(1))
  expect((await Promise.all(both)).map((s) => s.at)).toEqual([1, 1])
  clock.advance(599)
  expect((await fresh.get()).at).toBe(1)
  clock.advance(1)
  const next = fresh.get()
  expect(asked.length).toBe(2)
  asked[1]!(of(2))
  expect((await next).at).toBe(2)
})

test('what was read before an act is not told after it', async () => {
  const { asked, fresh, of } = reading()
  const before = fresh.get()
  fresh.forget()
  const after = fresh.get()
  expect(asked.length).toBe(2)
  asked[1]!(of(2))
  asked[0]!(of(1))
  expect([(await before).at, (await after).at]).toEqual([1, 2])
  expect((await fresh.get()).at).toBe(2)
})

test('a read that fails is told to those who waited, and the next one begins anew', async () => {
  const { asked, fresh, of } = reading()
  const failed = fresh.get()
  asked[0]!(new Error('away'))
  await expect(failed).rejects.toThrow('away')
  const next = fresh.get()
  asked[1]!(of(2))
  expect((await next).at).toBe(2)
})

test('a clock that is set back does not keep a status for ever', async () => {
  let now = 10_000
  const { clock, asked, of } = reading()
  const fresh = new FreshStatus(
    { status: () => new Promise((resolve) => asked.push((s) => resolve(s as Status))) },
    { ...clock, now: () => now },
  )
  const first = fresh.get()
  asked[0]!(of(1))
  await first
  now = 5000
  void fresh.get()
  expect(asked.length).toBe(2)
})

test('who cannot wait is answered without, and leaves no timer', async () => {
  const { clock, asked, fresh, of } = reading()
  const impatient = fresh.within(2000)
  clock.advance(2000)
  expect(await impatient).toBeUndefined()
  const patient = fresh.within(2000)
  asked[0]!(of(1))
  expect((await patient)?.at).toBe(1)
  expect(clock.pending).toBe(0)
})
