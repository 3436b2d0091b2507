import type { Leave } from '../../src/index.js'
import { describe, expect, test } from 'vitest'
import { atOnce, calls, failed, following, ok, opened, turn } from './gates.js'

const ann = {}
const bob = {}

const leave = ({ now }: { now?: unknown }): void => (now as Leave)(ok)

describe('a destination that is held', () => {
  test('takes no calls, and those inside end', async () => {
    const { gate, clock } = opened({ concurrency: 4 })
    const inside = atOnce(gate)
    gate.hold(ann, clock.now())
    expect([gate.held(), gate.free(), gate.enter(undefined, 'now')]).toEqual([true, 0, 'parked'])
    inside(ok)
    expect(gate.free()).toBe(0)
  })

  test('has no end: it is always said to be parked for another second, and no timer waits for it', async () => {
    const { gate, clock } = opened()
    gate.watch(() => {})
    gate.hold(ann, clock.now())
    const queued = following(gate.enter(undefined, 'wait'))
    expect([gate.parkedUntil(), clock.pending()]).toEqual([1000, 0])
    await clock.advanceBy(365 * 864e5)
    expect([gate.parkedUntil() - clock.now(), queued.now, clock.pending()]).toEqual([1000, undefined, 0])
  })

  test('lets in those who waited once it is released, one first, then more', async () => {
    const { gate, clock } = opened({ concurrency: 8 })
    gate.hold(ann, clock.now())
    const waiting = Array.from({ length: 8 }, () => following(gate.enter(undefined, 'wait')))
    const inside = () => waiting.filter((w) => w.now !== undefined).length
    await turn()
    expect(inside()).toBe(0)
    gate.release(ann)
    await turn()
    expect(inside()).toBe(1)
    leave(waiting[0]!)
    await turn()
    expect(inside()).toBe(3)
    leave(waiting[1]!)
    leave(waiting[2]!)
    await turn()
    expect(inside()).toBe(7)
  })

  test('turns away those who cannot wait, also those that queue already', async () => {
    const { gate, clock } = opened({ concurrency: 1 })
    const first = atOnce(gate)
    const queued = following(gate.enter(undefined, 'now'))
    gate.hold(ann, clock.now())
    await turn()
    expect(queued.now).toBe('parked')
    first(ok)
  })

  test('fails calls where it is to fail when parked, and says that it is paused', async () => {
    const { gate, clock } = opened({ concurrency: 1, whenParked: 'fail' })
    atOnce(gate)
    const queued = following(gate.enter(undefined, 'wait'))
    gate.hold(ann, clock.now())
    await turn()
    const late = gate.enter(undefined, 'wait')
    for (const turned of [queued.now, late]) {
      expect(turned).toMatchObject({ _tag: 'CircuitOpen', scope: 'destination' })
      expect((turned as unknown as Error).message).toMatch(/^destination "site" is paused; resume it/)
      expect(turned).not.toHaveProperty('retryAt')
    }
  })

  test('is open again only when all who hold it have released it; to release it twice is nothing', () => {
    const { gate, clock } = opened()
    gate.hold(ann, clock.now())
    gate.hold(bob, clock.now())
    gate.hold(bob, clock.now())
    gate.release(ann)
    gate.release(ann)
    expect(gate.held()).toBe(true)
    gate.release(bob)
    expect([gate.held(), gate.parkedUntil()]).toEqual([false, 0])
    gate.release(bob)
    atOnce(gate)(ok)
  })

  test('that was never held is not ramped up by a release', () => {
    const { gate } = opened({ concurrency: 3 })
    gate.release(ann)
    expect(gate.free()).toBe(3)
  })

  test('stays parked where a parking lasts longer, and tells its watchers when it is released', async () => {
    const { gate, clock } = opened({ circuit: false })
    const told: number[] = []
    atOnce(gate)({ as: 'refused', retryAt: 5000 })
    gate.watch(() => told.push(clock.now()))
    gate.hold(ann, clock.now())
    expect(gate.parkedUntil()).toBe(5000)
    await clock.advanceBy(2000)
    gate.release(ann)
    expect([told, gate.parkedUntil()]).toEqual([[2000], 5000])
    await clock.advanceBy(3000)
    expect([told, gate.parkedUntil()]).toEqual([[2000, 5000], 0])
  })

  test('whose parking ends meanwhile stays shut, and says nothing', async () => {
    const { gate, clock } = opened({ circuit: { failures: 1, open: '1s' } })
    let told = 0
    calls(gate, 1, failed)
    gate.watch(() => told++)
    gate.hold(ann, clock.now())
    await clock.advanceBy(10_000)
    expect([told, gate.free()]).toEqual([0, 0])
  })

  test('a call that waits goes away with its signal', async () => {
    const { gate, clock } = opened()
    gate.hold(ann, clock.now())
    const abort = new AbortController()
    const queued = following(gate.enter(abort.signal, 'wait'))
    abort.abort(new Error('gone'))
    await turn()
    expect((queued.error as Error).message).toBe('gone')
    gate.release(ann)
    expect(gate.free()).toBe(1)
  })
})

describe('the time of a hold', () => {
  test('counts as parked, once where it was parked too', async () => {
    const { gate, clock } = opened({ circuit: false })
    atOnce(gate)({ as: 'refused', retryAt: 3000 })
    await clock.advanceBy(1000)
    gate.hold(ann, clock.now())
    await clock.advanceBy(1000)
    expect(gate.parkedMs()).toBe(2000)
    await clock.advanceBy(8000)
    expect(gate.parkedMs()).toBe(10_000)
    gate.release(ann)
    await clock.advanceBy(500)
    expect(gate.parkedMs()).toBe(10_000)
  })

  test('begins when it was paused, not when this process heard of it', async () => {
    const { gate, clock } = opened()
    await clock.advanceBy(1000)
    gate.hold(ann, 400)
    await clock.advanceBy(1000)
    expect(gate.parkedMs()).toBe(1600)
    gate.release(ann)
    expect(gate.parkedMs()).toBe(1600)
  })

  test('is kept in the snapshot, and two processes that saw the same hold count it once', async () => {
    const [one, two] = [opened(), opened()]
    for (const { gate } of [one, two]) gate.hold(ann, 0)
    for (const { clock } of [one, two]) await clock.advanceBy(1000)
    one.gate.release(ann)
    // The other one hears of the time before it hears of the release.
    two.gate.restore(one.gate.snapshot())
    expect(two.gate.parkedMs()).toBe(1000)
    two.gate.release(ann)
    expect([one.gate.parkedMs(), two.gate.parkedMs()]).toEqual([1000, 1000])
    const next = opened()
    next.gate.restore(two.gate.snapshot())
    expect(next.gate.parkedMs()).toBe(1000)
  })
})
