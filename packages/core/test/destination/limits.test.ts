import { describe, expect, it } from 'vitest'
import { Bucket } from '../../src/destination/bucket.js'
import { createDestination } from '../../src/destination/create-destination.js'
import { Fifo } from '../../src/destination/fifo.js'
import { virtualClock } from '../../src/testing/virtual-clock.js'
import { atOnce, calls, following, lateTimers, ok, opened, turn } from './gates.js'

describe('the concurrency limit', () => {
  it('lets calls in at once while there is room, and counts what is free', () => {
    const { gate } = opened({ concurrency: 3 })
    expect(gate.free()).toBe(3)
    const leave = atOnce(gate)
    atOnce(gate, 'wait')
    expect(gate.free()).toBe(1)
    leave(ok)
    expect(gate.free()).toBe(2)
  })

  it('counts a call that reports twice once', () => {
    const { gate } = opened({ concurrency: 2 })
    const leave = atOnce(gate)
    atOnce(gate)
    leave(ok)
    leave(ok)
    leave(ok)
    expect(gate.free()).toBe(1)
  })

  it('lets those who queue in, first come, first served, whichever way they wait', async () => {
    const { gate } = opened({ concurrency: 1 })
    const first = atOnce(gate)
    const order: number[] = []
    const waiting = [1, 2, 3].map(async (n) => {
      const leave = await gate.enter(undefined, n === 2 ? 'wait' : 'now')
      order.push(n)
      if (typeof leave === 'function') leave(ok)
    })
    await turn()
    expect(order).toEqual([])
    first(ok)
    await Promise.all(waiting)
    expect(order).toEqual([1, 2, 3])
    expect(gate.free()).toBe(1)
  })

  it('lets nobody overtake the queue', async () => {
    const { gate } = opened({ concurrency: 1 })
    const leave = atOnce(gate)
    const second = following(gate.enter(undefined, 'now'))
    leave(ok)
    const third = following(gate.enter(undefined, 'now'))
    await turn()
    expect(second.now).toBeTypeOf('function')
    expect(third.now).toBeUndefined()
  })

  it('gives the place of an aborted call to the next, and rejects with the reason of the signal', async () => {
    const { gate } = opened({ concurrency: 1 })
    const leave = atOnce(gate)
    const stop = new AbortController()
    const aborted = following(gate.enter(stop.signal, 'now'))
    const next = following(gate.enter(undefined, 'now'))
    const reason = new Error('enough')
    stop.abort(reason)
    leave(ok)
    await turn()
    expect(aborted.error).toBe(reason)
    expect(next.now).toBeTypeOf('function')
  })

  it('lets no call in whose signal is aborted already', async () => {
    const { gate } = opened()
    await expect(gate.enter(AbortSignal.abort(new Error('enough')), 'now')).rejects.toThrow('enough')
    expect(gate.free()).toBe(16)
  })

  it('is not moved by an abort after the call was let in', async () => {
    const { gate } = opened({ concurrency: 1 })
    const leave = atOnce(gate)
    const stop = new AbortController()
    const second = gate.enter(stop.signal, 'now')
    leave(ok)
    const pass = await second
    stop.abort(new Error('too late'))
    expect(gate.free()).toBe(0)
    if (typeof pass === 'function') pass(ok)
    expect(gate.free()).toBe(1)
  })

  it('counts those who queue as taken, so that nobody asks for more', () => {
    const { gate } = opened({ concurrency: 2 })
    const leave = atOnce(gate)
    atOnce(gate)
    void gate.enter(undefined, 'now')
    leave(ok)
    expect(gate.free()).toBe(0)
  })

  it('tells watchers that slots grew, unless somebody in the queue took them', async () => {
    const { gate } = opened({ concurrency: 1 })
    let told = 0
    const unwatch = gate.watch(() => told++)
    const leave = atOnce(gate)
    const next = gate.enter(undefined, 'now')
    leave(ok)
    expect(told).toBe(0)
    const pass = await next
    if (typeof pass === 'function') pass(ok)
    expect(told).toBe(1)
    unwatch()
    calls(gate, 1, ok)
    expect(told).toBe(1)
  })

  it('is not disturbed by a watcher that throws', () => {
    const { gate } = opened()
    let told = 0
    gate.watch(() => {
      throw new Error('bug')
    })
    gate.watch(() => told++)
    calls(gate, 1, ok)
    expect(told).toBe(1)
  })

  it('sets no timer of its own', () => {
    const { clock, gate } = opened({ concurrency: 1 })
    gate.watch(() => {})
    atOnce(gate)
    void gate.enter(undefined, 'wait')
    expect(clock.pending()).toBe(0)
  })
})

describe('the rate limit', () => {
  it('lets a burst in, then one call after the other', async () => {
    const { clock, gate } = opened({ rate: { limit: 5, per: '500ms' } })
    const at: number[] = []
    const call = async (): Promise<void> => {
      const pass = await gate.enter(undefined, 'now')
      at.push(clock.now())
      if (typeof pass === 'function') pass(ok)
    }
    const all = Promise.all(Array.from({ length: 9 }, call))
    await clock.settle(() => at.length === 9)
    await all
    expect(at).toEqual([0, 0, 0, 0, 0, 100, 200, 300, 400])
  })

  it('lets the queue move when a newcomer arrives before a timer that is late', async () => {
    const clock = virtualClock({ start: 0 })
    const gate = createDestination({ name: 'site', rate: { limit: 1, per: '1s' } }).gate(lateTimers(clock))
    const log: string[] = []
    const call = async (comes: number): Promise<void> => {
      await clock.sleep(comes)
      const pass = await gate.enter(undefined, 'now')
      log.push(`came at ${comes}, let in at ${clock.now()}`)
      if (typeof pass === 'function') pass(ok)
    }
    const all = Promise.all([call(0), call(1), call(1002)])
    await clock.settle(() => log.length === 3, { patience: 500 })
    await all
    expect(log).toEqual([
      'came at 0, let in at 0',
      'came at 1, let in at 1002',
      'came at 1002, let in at 2007',
    ])
  })

  it('saves up no more than one burst', async () => {
    const { clock, gate } = opened({ rate: { limit: 2, per: '1s' } })
    await clock.advanceBy(60_000)
    expect(gate.free()).toBe(2)
    calls(gate, 2, ok)
    expect(gate.free()).toBe(0)
  })

  it('is bounded by the signal while a call waits for its turn', async () => {
    const { clock, gate } = opened({ rate: { limit: 1, per: '1h' } })
    calls(gate, 1, ok)
    const stop = new AbortController()
    const waiting = gate.enter(stop.signal, 'now')
    expect(clock.pending()).toBe(1)
    stop.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
    expect(clock.pending()).toBe(0)
  })

  it('tells watchers when the next call may come, once they could not', async () => {
    const { clock, gate } = opened({ rate: { limit: 1, per: '1s' } })
    const told: number[] = []
    gate.watch(() => told.push(clock.now()))
    calls(gate, 1, ok)
    expect(clock.advance()).toBe(true)
    expect(told).toEqual([1000])
    expect(gate.free()).toBe(1)
    expect(clock.pending()).toBe(0)
  })

  it('holds on top of the concurrency limit', () => {
    const { gate } = opened({ concurrency: 2, rate: { limit: 5, per: '1s' } })
    expect(gate.free()).toBe(2)
    calls(gate, 4, ok)
    expect(gate.free()).toBe(1)
  })

  it.each([
    [1, 1000],
    [3, 1000],
    [7, 333],
    [10, 60_000],
    [97, 1000],
  ])('%i per %i ms: a caller who always comes when told gets exactly the rate', (limit, per) => {
    const start = Date.UTC(2026, 0)
    const bucket = new Bucket(limit, per, start)
    let now = start
    for (let n = 0; n < 20 * limit; n++) {
      now += bucket.wait(now)
      expect(bucket.take(now)).toBe(true)
      expect(bucket.left(now)).toBeLessThanOrEqual(limit)
    }
    const ideal = ((20 * limit - limit) * per) / limit
    expect(now - start).toBeGreaterThanOrEqual(Math.floor(ideal))
    expect(now - start).toBeLessThanOrEqual(Math.ceil(ideal) + 1)
  })

  it('neither fills nor empties when the clock is set back', () => {
    const bucket = new Bucket(2, 1000, 10_000)
    bucket.take(10_000)
    expect(bucket.left(5000)).toBe(1)
    expect(bucket.left(5499)).toBe(1)
    expect(bucket.left(5500)).toBe(2)
  })
})

describe('the queue', () => {
  it('gives up any place, and keeps the order of the rest', () => {
    const queue = new Fifo<number>()
    const places = [0, 1, 2, 3, 4, 5].map((n) => queue.push(n))
    for (const n of [0, 3, 5]) queue.remove(places[n]!)
    expect(queue.takeOut((n) => n === 2)).toEqual([2])
    queue.push(6)
    expect([queue.size, queue.shift(), queue.shift(), queue.shift(), queue.shift(), queue.size]).toEqual([
      3,
      1,
      4,
      6,
      undefined,
      0,
    ])
  })
})

describe('in virtual time', () => {
  it('time is not held still for a hop that queues behind another', async () => {
    const { clock, gate } = opened({ concurrency: 1 })
    const log: string[] = []
    const hop = async (label: string): Promise<void> => {
      const scope = clock.scope(label)
      const pass = await gate.enter(undefined, 'now')
      await clock.sleep(100)
      log.push(`${label} at ${clock.now()}`)
      if (typeof pass === 'function') pass(ok)
      scope.close()
    }
    const all = Promise.all([hop('first'), hop('second'), hop('third')])
    await clock.settle(() => log.length === 3, { patience: 500 })
    await all
    expect(log).toEqual(['first at 100', 'second at 200', 'third at 300'])
  })
})
