import { describe, expect, it } from 'vitest'
import { Circuit } from '../../src/destination/circuit.js'
import type { Seen } from '../../src/destination/destination.js'
import { settingsOf } from '../../src/destination/settings.js'
import { atOnce, calls, failed, following, ok, opened, turn } from './gates.js'

describe('a circuit', () => {
  it.each<[string, Seen]>([
    ['failed', { as: 'failed' }],
    ['refused', { as: 'refused' }],
    ['ambiguous', { as: 'ambiguous' }],
  ])('parks after five reports of %s in a row', (_, seen) => {
    const { gate } = opened()
    calls(gate, 4, seen)
    expect(gate.parkedUntil()).toBe(0)
    calls(gate, 1, seen)
    expect(gate.parkedUntil()).toBe(1000)
  })

  it('starts to count again after a call that went well', () => {
    const { gate } = opened()
    for (let n = 0; n < 10; n++) {
      calls(gate, 4, failed)
      calls(gate, 1, ok)
    }
    expect(gate.parkedUntil()).toBe(0)
    calls(gate, 5, failed)
    expect(gate.parkedUntil()).toBe(1000)
  })

  it('counts and opens as it is told to', () => {
    const { gate } = opened({ circuit: { failures: 2, open: '3s' } })
    calls(gate, 2, failed)
    expect(gate.parkedUntil()).toBe(3000)
  })

  it('never parks for failing when there is none', async () => {
    const { clock, gate } = opened({ circuit: false })
    calls(gate, 500, failed)
    expect(gate.parkedUntil()).toBe(0)
    calls(gate, 1, { as: 'refused', retryAt: 1000 })
    await clock.advanceBy(1000)
    calls(gate, 4, failed)
    expect(gate.free()).toBe(16)
  })

  it('doubles while the calls let in afterwards fail, up to the longest, and starts anew once released', async () => {
    const { clock, gate } = opened({ concurrency: 2, circuit: { maxOpen: '10s' } })
    calls(gate, 5, failed)
    const opens: number[] = []
    for (let n = 0; n < 7; n++) {
      opens.push(gate.parkedUntil() - clock.now())
      await clock.advanceBy(gate.parkedUntil() - clock.now())
      calls(gate, 1, failed)
    }
    expect(opens).toEqual([1000, 2000, 4000, 8000, 10_000, 10_000, 10_000])
    await clock.advanceBy(10_000)
    calls(gate, 2, ok)
    calls(gate, 4, failed)
    expect(gate.parkedUntil()).toBe(0)
    calls(gate, 1, failed)
    expect(gate.parkedUntil()).toBe(clock.now() + 1000)
  })

  it('counts 64 calls in flight that fail together once', async () => {
    const { clock, gate } = opened({ concurrency: 64 })
    const flying = Array.from({ length: 64 }, () => atOnce(gate))
    for (const leave of flying.slice(0, 40)) leave(failed)
    expect(gate.parkedUntil()).toBe(1000)
    await clock.advanceBy(1000)
    // The rest time out while the gate is being released: they entered before, and say nothing about it now.
    for (const leave of flying.slice(40, 63)) leave({ as: 'ambiguous' })
    expect(gate.parkedUntil()).toBe(0)
    expect(gate.free()).toBe(1)
    calls(gate, 1, failed)
    expect(gate.parkedUntil()).toBe(3000)
    flying[63]!(ok)
    expect(gate.parkedUntil()).toBe(3000)
  })

  it('takes the time that the remote names over its own', async () => {
    const { clock, gate } = opened()
    calls(gate, 4, failed)
    calls(gate, 1, { as: 'refused', retryAt: 400 })
    expect(gate.parkedUntil()).toBe(400)
    await clock.advanceBy(400)
    calls(gate, 1, { as: 'refused', retryAt: 500 })
    expect(gate.parkedUntil()).toBe(500)
  })
})

describe('the release after a parking', () => {
  it('lets 1 call in, then 2, 4, 8, and then all', async () => {
    const { clock, gate } = opened()
    calls(gate, 5, failed)
    await clock.advanceBy(1000)
    const rounds: number[] = []
    for (let n = 0; n < 5; n++) {
      rounds.push(gate.free())
      const round = Array.from({ length: gate.free() }, () => atOnce(gate))
      expect(gate.free()).toBe(0)
      for (const leave of round) leave(ok)
    }
    expect(rounds).toEqual([1, 2, 4, 8, 16])
  })

  it('doubles once a round, not once for each call of the round', async () => {
    const { clock, gate } = opened()
    calls(gate, 5, failed)
    await clock.advanceBy(1000)
    calls(gate, 1, ok)
    const [a, b] = [atOnce(gate), atOnce(gate)]
    a(ok)
    b(ok)
    expect(gate.free()).toBe(4)
  })

  it('lets those who queue in as the allowance grows', async () => {
    const { clock, gate } = opened()
    calls(gate, 5, failed)
    const waiting = Array.from({ length: 5 }, () => following(gate.enter(undefined, 'wait')))
    const inside = (): number => waiting.filter((w) => w.now !== undefined).length
    await clock.advanceBy(1000)
    expect(inside()).toBe(1)
    ;(waiting[0]!.now as (seen: Seen) => void)(ok)
    await turn()
    expect(inside()).toBe(3)
  })

  it('does not wait for calls that have been inside since before the parking', async () => {
    const { clock, gate } = opened({ concurrency: 8 })
    const hanging = Array.from({ length: 3 }, () => atOnce(gate))
    calls(gate, 5, failed)
    await clock.advanceBy(1000)
    expect(gate.free()).toBe(1)
    calls(gate, 1, ok)
    calls(gate, 1, ok)
    expect(gate.free()).toBe(4)
    calls(gate, 1, ok)
    expect(gate.free()).toBe(5)
    for (const leave of hanging) leave(failed)
    expect(gate.free()).toBe(8)
    expect(gate.parkedUntil()).toBe(0)
  })

  it('lets a flow queue behind the first call, and turns it away when that call fails', async () => {
    const { clock, gate } = opened()
    calls(gate, 5, failed)
    await clock.advanceBy(1000)
    const first = atOnce(gate)
    const behind = following(gate.enter(undefined, 'now'))
    await turn()
    expect(behind.now).toBeUndefined()
    first(failed)
    await turn()
    expect(behind.now).toBe('parked')
    expect(gate.parkedUntil()).toBe(3000)
  })
})

describe('a circuit whose clock is put back by an hour', () => {
  const circuit = (): Circuit => new Circuit(settingsOf({ name: 'site' }), () => 10)
  const now = 1_800_000_000_000

  it('does not stay parked until the clock is there again', () => {
    const parked = circuit()
    parked.report({ as: 'failed', retryAt: now + 30_000 }, { generation: 0, allowance: Infinity }, now)
    expect(parked.parkedUntil(now - 1000)).toBeGreaterThan(now)
    expect(parked.parkedUntil(now - 3_600_000)).toBe(0)
  })
})
