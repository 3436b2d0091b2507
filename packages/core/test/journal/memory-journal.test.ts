import { describe, expect, it } from 'vitest'
import { isFailure } from '../../src/failure/failure.js'
import { memoryJournal } from '../../src/journal/memory.js'
import { memoryStore } from '../../src/journal/memory-store.js'
import type { Journal } from '../../src/ports/journal.js'
import { contractHops, entry, Hand, trouble } from '../../src/testing/journal-contract/hand.js'
import { manualClock } from '../../src/testing/journal-contract/manual-clock.js'

const open = async (journal: Journal): Promise<Hand> => {
  await journal.open(contractHops)
  return new Hand(journal, manualClock())
}

describe('the memory journal', () => {
  it('needs no options and is then one process on the machine’s clock', async () => {
    const before = Date.now()
    const hand = await open(memoryJournal())
    await hand.put(entry('m1'))
    const { at } = await hand.one()
    expect(at).toBeGreaterThanOrEqual(before)
    expect(at).toBeLessThanOrEqual(Date.now())
    expect(hand.journal.can.processes).toBe('one')
  })

  it('refuses a transaction of the caller’s, since it cannot join one', async () => {
    const hand = await open(memoryJournal())
    expect(hand.journal.can.tx).toBe(false)
    expect(await trouble(hand.journal.accept([entry('m1')], { tx: {} }))).toBe('failed')
    expect(await hand.find()).toEqual([])
  })

  it('refuses an unknown number of processes by name', () => {
    expect(() => memoryJournal({ processes: 'several' as 'many' })).toThrow(
      /processes: expected 'one' or 'many', got "several"/,
    )
  })

  it('is opened once', async () => {
    const { journal } = await open(memoryJournal())
    expect(await trouble(journal.open([]))).toBe('in-use')
  })

  it('serves nobody any more once another was opened on its store, and its close does not make the stop clean', async () => {
    const store = memoryStore()
    const first = await open(memoryJournal({ store }))
    const second = memoryJournal({ store })
    await second.open(contractHops)
    expect(await trouble(first.journal.accept([entry('m1')]))).toBe('in-use')
    await first.journal.close()
    const third = memoryJournal({ store })
    expect((await third.open(contractHops)).unclean).toBe(true)
  })

  it('writes nothing of a call that holds a value which is no JSON', async () => {
    const hand = await open(memoryJournal())
    await hand.put(entry('m1'), entry('m2'))
    const [m1, m2] = await hand.claim()
    const ring: Record<string, unknown> = {}
    ring['self'] = ring
    const error = ring as never
    const batch = [
      { lease: m1!.lease, as: 'done', why: 'delivered' },
      { lease: m2!.lease, as: 'dead', error },
    ] as const
    expect(await trouble(hand.journal.commit(batch))).toBe('failed')
    expect(await trouble(hand.journal.accept([entry('m3'), entry('m4', { dead: error })]))).toBe('failed')
    expect(await trouble(hand.journal.mark(m1!.lease, 'once:x', error))).toBe('failed')
    expect(await hand.count('in', 'in')).toBe(2)
    expect(await hand.journal.extend([m1!.lease, m2!.lease], 1000)).toEqual([true, true])
  })

  it('gives out nothing by which a caller could change what it keeps', async () => {
    const hand = await open(memoryJournal())
    const join = { expect: ['x'], settle: { quorum: 1 } }
    const given = entry('m1', { key: 'k', latest: { key: 'l', version: 1 }, join })
    await hand.put(given)
    join.expect.push('y')
    const [found] = await hand.find()
    expect(() => (found!.join!.expect as string[]).push('z')).toThrow(TypeError)
    expect(() => Object.assign(found!.latest!, { version: 9 })).toThrow(TypeError)
    expect((await hand.found('m1'))?.join?.expect).toEqual(['x'])
  })

  it('with several processes runs one suspect at a time, for a lease that ran out tells of a crash', async () => {
    const store = memoryStore()
    const clock = manualClock()
    const [a, b] = [0, 1].map(() => new Hand(memoryJournal({ store, clock, processes: 'many' }), clock))
    await a!.journal.open(contractHops)
    await b!.journal.open(contractHops)
    await a!.put(entry('m1'), entry('m2'), entry('m3'))
    await a!.claimIds(['m1', 'm2'], { max: 2, leaseMs: 1000 })
    clock.advance(1000)
    const claimed = await b!.claimIds(['m1', 'm3'])
    expect(await a!.claim()).toEqual([])
    await b!.done(claimed.find(({ id }) => id === 'm1')!)
    await a!.claimIds(['m2'])
  })

  it('with several processes tells when another’s lease will run out', async () => {
    const store = memoryStore()
    const clock = manualClock()
    const [a, b] = [0, 1].map(() => new Hand(memoryJournal({ store, clock, processes: 'many' }), clock))
    await a!.journal.open(contractHops)
    await b!.journal.open(contractHops)
    await a!.put(entry('m1'))
    await a!.one({ leaseMs: 1000 })
    expect((await a!.claims()).next).toBeUndefined()
    expect((await b!.claims()).next).toBe(clock.now() + 1000)
  })

  it('with several processes gives back what it holds when it closes, and nobody’s claim is counted', async () => {
    const store = memoryStore()
    const clock = manualClock()
    const [a, b] = [0, 1].map(() => new Hand(memoryJournal({ store, clock, processes: 'many' }), clock))
    await a!.journal.open(contractHops)
    await b!.journal.open(contractHops)
    await a!.put(entry('m1'))
    await a!.one()
    await a!.journal.close()
    expect((await b!.one()).claims).toBe(1)
  })

  it('wakes its own watcher when people repair through it, and not for its own work', async () => {
    const hand = await open(memoryJournal())
    let wakes = 0
    hand.journal.watch(() => void wakes++)
    await hand.put(entry('m1', { key: 'k' }))
    await hand.dead(await hand.one())
    await Promise.resolve()
    expect(wakes).toBe(0)
    await hand.journal.admin.replay(['m1'])
    await hand.journal.admin.discard(['m1'], 'test')
    await hand.journal.admin.erase('k')
    await Promise.resolve()
    expect(wakes).toBe(3)
  })

  it('rejects with failures that say what to do', async () => {
    const journal = memoryJournal()
    const outcome: unknown = await journal.read([]).catch((error: unknown) => error)
    expect(isFailure(outcome) && outcome.message).toMatch(/call open\(\) first/)
  })
})
