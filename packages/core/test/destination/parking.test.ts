import { describe, expect, it } from 'vitest'
import { CircuitOpen } from '../../src/failure/circuit-open.js'
import type { Seen } from '../../src/destination/destination.js'
import { createDestination } from '../../src/destination/create-destination.js'
import { seededRandom } from '../../src/ports/random.js'
import { virtualClock } from '../../src/testing/virtual-clock.js'
import { always, atOnce, calls, failed, following, lateTimers, ok, opened, turn } from './gates.js'

const DAY = 864e5
const refused = (retryAt: number): Seen => ({ as: 'refused', retryAt })

describe('a parking that was asked for', () => {
  it.each<[string, Seen, number]>([
    ['refused with a time', { as: 'refused', retryAt: 5000 }, 5000],
    ['failed with a time', { as: 'failed', retryAt: 5000 }, 5000],
    ['ambiguous with a time', { as: 'ambiguous', retryAt: 5000 }, 5000],
    ['ok with nothing left in the window', { as: 'ok', remaining: 0, retryAt: 5000 }, 5000],
    ['refused with a time 35 days away', { as: 'refused', retryAt: 35 * DAY }, 35 * DAY],
    ['ok with calls left in the window', { as: 'ok', remaining: 30, retryAt: 5000 }, 0],
    ['ok with a time and no count', { as: 'ok', retryAt: 5000 }, 0],
    ['ok with nothing left and no time', { as: 'ok', remaining: 0 }, 0],
    ['refused with a time in the past', { as: 'refused', retryAt: -5 }, 0],
    ['refused with this very moment', { as: 'refused', retryAt: 0 }, 0],
    ['refused without a time', { as: 'refused' }, 0],
    ['refused with no number', { as: 'refused', retryAt: Number.NaN }, 0],
    ['refused for ever', { as: 'refused', retryAt: Infinity }, 0],
  ])('%s', (_, seen, until) => {
    const { gate } = opened()
    calls(gate, 1, seen)
    expect(gate.parkedUntil()).toBe(until)
    expect(gate.free()).toBe(until === 0 ? 16 : 0)
  })

  it('is spread by up to a tenth of the wait, one minute at most, and never ends early', () => {
    const untils = Array.from({ length: 500 }, (_, seed) => {
      const { gate } = opened({ random: seededRandom(seed) })
      calls(gate, 1, refused(10_000))
      return gate.parkedUntil()
    })
    expect(Math.min(...untils)).toBeGreaterThanOrEqual(10_000)
    expect(Math.min(...untils)).toBeLessThan(10_050)
    expect(Math.max(...untils)).toBeLessThanOrEqual(11_000)
    expect(Math.max(...untils)).toBeGreaterThan(10_950)
    const { gate } = opened({ random: always(0.5) })
    calls(gate, 1, refused(35 * DAY))
    expect(gate.parkedUntil()).toBe(35 * DAY + 30_000)
  })

  it('is made longer by a later hint of a call that was in flight, but never shorter', () => {
    const { gate } = opened()
    const [a, b, c] = [atOnce(gate), atOnce(gate), atOnce(gate)]
    a(refused(5000))
    b(refused(3000))
    expect(gate.parkedUntil()).toBe(5000)
    c(refused(8000))
    expect(gate.parkedUntil()).toBe(8000)
  })

  it('holds without a circuit too', () => {
    const { gate } = opened({ circuit: false })
    calls(gate, 1, refused(5000))
    expect(gate.parkedUntil()).toBe(5000)
  })
})

describe('a call of a parked destination', () => {
  it('is told so at once when it does not wait', () => {
    const { gate } = opened()
    calls(gate, 1, refused(5000))
    expect(gate.enter(undefined, 'now')).toBe('parked')
  })

  it('waits until it opens when it may wait', async () => {
    const { clock, gate } = opened()
    calls(gate, 1, refused(35 * DAY))
    const entered = following(gate.enter(undefined, 'wait'))
    await clock.advanceBy(35 * DAY - 1)
    expect(entered.now).toBeUndefined()
    await clock.advanceBy(1)
    expect(entered.now).toBeTypeOf('function')
  })

  it('may be given up while it waits', async () => {
    const { clock, gate } = opened()
    calls(gate, 1, refused(5000))
    const stop = new AbortController()
    const entered = gate.enter(stop.signal, 'wait')
    expect(clock.pending()).toBe(1)
    stop.abort(new Error('enough'))
    await expect(entered).rejects.toThrow('enough')
    expect(clock.pending()).toBe(0)
  })

  it('fails with CircuitOpen when the destination is to fail: by name, with the time', () => {
    const { gate } = opened({ whenParked: 'fail' })
    calls(gate, 1, refused(5000))
    const pass = gate.enter(undefined, 'wait')
    expect(pass).toBeInstanceOf(CircuitOpen)
    expect(pass).toMatchObject({
      _tag: 'CircuitOpen',
      kind: 'transient',
      retryAt: 5000,
      scope: 'destination',
      message: `destination "site" is parked for another 5000 ms; call it then, or give it whenParked: 'wait'`,
    })
    expect(gate.enter(undefined, 'now')).toBe('parked')
  })

  it.each(['wait', 'fail'] as const)(
    'who queued before it was parked is turned away (%s)',
    async (whenParked) => {
      const { gate } = opened({ concurrency: 1, whenParked })
      const leave = atOnce(gate)
      const flow = following(gate.enter(undefined, 'now'))
      const call = following(gate.enter(undefined, 'wait'))
      leave(refused(5000))
      await turn()
      expect(flow.now).toBe('parked')
      if (whenParked === 'wait') expect(call.now).toBeUndefined()
      else expect(call.now).toMatchObject({ _tag: 'CircuitOpen', retryAt: 5000 })
    },
  )
})

describe('the time parked', () => {
  it('adds up over all parkings, and not while calls are let in again', async () => {
    const { clock, gate } = opened({ concurrency: 2 })
    await clock.advanceBy(100)
    calls(gate, 1, refused(400))
    await clock.advanceBy(100)
    expect(gate.parkedMs()).toBe(100)
    await clock.advanceBy(700)
    expect(gate.parkedMs()).toBe(300)
    calls(gate, 1, refused(1000))
    await clock.advanceBy(50)
    expect(gate.parkedMs()).toBe(350)
    await clock.advanceBy(500)
    calls(gate, 2, ok)
    expect(gate.parkedMs()).toBe(400)
  })

  it('counts a parking that was made longer once', async () => {
    const { clock, gate } = opened()
    const [a, b] = [atOnce(gate), atOnce(gate)]
    a(refused(500))
    await clock.advanceBy(200)
    b(refused(900))
    await clock.advanceBy(1000)
    expect(gate.parkedMs()).toBe(900)
  })
})

describe('a gate that nobody uses', () => {
  it('keeps no timer, however long it is parked', () => {
    const { clock, gate } = opened()
    calls(gate, 1, refused(5000))
    expect(clock.pending()).toBe(0)
    const unwatch = gate.watch(() => {})
    expect(clock.pending()).toBe(1)
    unwatch()
    expect(clock.pending()).toBe(0)
  })

  it('tells its watchers that it was parked, and that it opened', async () => {
    const { clock, gate } = opened()
    const told: string[] = []
    gate.watch(() => told.push(`${clock.now()}: ${gate.parkedUntil()}`))
    const leave = atOnce(gate)
    leave(refused(5000))
    await clock.settle(() => true)
    expect(told).toEqual(['0: 5000', '5000: 0'])
  })

  it('tells them also when a waiting call took the first slot', async () => {
    const { clock, gate } = opened()
    calls(gate, 1, refused(5000))
    let told = 0
    gate.watch(() => told++)
    const entered = following(gate.enter(undefined, 'wait'))
    await clock.settle(() => true)
    expect(entered.now).toBeTypeOf('function')
    expect(told).toBe(1)
  })
})

it('a watcher that comes just before a late timer does not keep the others from being told', async () => {
  const clock = virtualClock({ start: 0 })
  const gate = createDestination({ name: 'site', random: always(0) }).gate(lateTimers(clock))
  calls(gate, 1, refused(1000))
  const told: number[] = []
  gate.watch(() => told.push(clock.now()))
  clock.after(1002, () => gate.watch(() => {}))
  await clock.settle(() => true)
  expect(told).toEqual([1005])
})

describe('what other processes know', () => {
  const pair = (): ReturnType<typeof opened>[] => {
    const clock = virtualClock({ start: 0 })
    return [0, 1].map((n) => ({
      clock,
      gate: createDestination({ name: `site-${n}`, random: always(0) }).gate(clock),
    }))
  }

  it('is JSON, and the same as long as nothing happens', async () => {
    const { clock, gate } = opened()
    expect(gate.snapshot()).toEqual({ total: 0, level: 0 })
    calls(gate, 5, failed)
    const snapshot = gate.snapshot()
    expect(snapshot).toEqual({ total: 0, since: 0, until: 1000, level: 1, why: 'failing' })
    expect(JSON.parse(JSON.stringify(snapshot))).toEqual(snapshot)
    await clock.advanceBy(5000)
    expect(gate.snapshot()).toEqual(snapshot)
  })

  it('parks the other too, with the time it was parked, and its waiting calls', async () => {
    const [a, b] = pair()
    await a!.clock.advanceBy(100)
    calls(a!.gate, 1, refused(5000))
    await a!.clock.advanceBy(100)
    for (let n = 0; n < 16; n++) atOnce(b!.gate)
    const queueing = following(b!.gate.enter(undefined, 'now'))
    let told = 0
    b!.gate.watch(() => told++)
    b!.gate.restore(a!.gate.snapshot())
    await turn()
    expect(b!.gate.parkedUntil()).toBe(5000)
    expect(b!.gate.parkedMs()).toBe(100)
    expect(queueing.now).toBe('parked')
    expect(told).toBe(0)
    expect(b!.gate.snapshot()).toEqual(a!.gate.snapshot())
  })

  it('changes nothing when it is older or known', async () => {
    const { clock, gate } = opened()
    calls(gate, 1, refused(1000))
    const old = gate.snapshot()
    await clock.advanceBy(2000)
    calls(gate, 1, refused(5000))
    const before = gate.snapshot()
    gate.restore(old)
    gate.restore(before)
    expect(gate.snapshot()).toEqual(before)
    await clock.advanceBy(5000)
    for (let n = 0; n < 4; n++) calls(gate, 1, ok)
    const closed = gate.snapshot()
    gate.restore(before)
    expect(gate.snapshot()).toEqual(closed)
    expect(gate.free()).toBe(16)
  })

  it('survives a restart: time parked, the doubling, and the release that was not complete', async () => {
    const { clock, gate } = opened()
    calls(gate, 5, failed)
    await clock.advanceBy(1000)
    calls(gate, 1, failed)
    await clock.advanceBy(10_000)
    const again = createDestination({ name: 'site', random: always(0) }).gate(clock)
    again.restore(JSON.parse(JSON.stringify(gate.snapshot())))
    expect(again.parkedMs()).toBe(3000)
    expect(again.free()).toBe(1)
    calls(again, 1, failed)
    expect(again.parkedUntil()).toBe(clock.now() + 4000)
  })

  it('knows since when it was parked by whoever knew first', async () => {
    const { clock, gate } = opened()
    calls(gate, 1, refused(1000))
    await clock.advanceBy(500)
    gate.restore({ total: 0, since: 400, until: 3000, level: 0 })
    expect(gate.snapshot()).toEqual({ total: 0, since: 0, until: 3000, level: 0 })
    expect(gate.parkedMs()).toBe(500)
  })

  it('takes the longer time parked, whoever was parked', async () => {
    const { clock, gate } = opened()
    await clock.advanceBy(1000)
    gate.restore({ total: 700, level: 0 })
    expect(gate.parkedMs()).toBe(700)
    gate.restore({ total: 100, since: 0, until: 400, level: 0 })
    expect(gate.parkedMs()).toBe(700)
    gate.restore({ total: 100, since: 0, until: 900, level: 0 })
    expect(gate.parkedMs()).toBe(1000)
  })

  it('is bounded by a clock that is behind the other', () => {
    const { gate } = opened()
    gate.restore({ total: 0, since: 500, until: 900, level: 0 })
    expect(gate.parkedMs()).toBe(0)
    expect(gate.parkedUntil()).toBe(900)
  })

  it.each([
    [null],
    ['text'],
    [[1]],
    [{}],
    [{ total: 'many', level: 0 }],
    [{ total: -1, level: 0 }],
    [{ total: 1 }],
  ])('is ignored when it is no snapshot: %j', (json) => {
    const { gate } = opened()
    gate.restore(json)
    expect(gate.snapshot()).toEqual({ total: 0, level: 0 })
  })
})
