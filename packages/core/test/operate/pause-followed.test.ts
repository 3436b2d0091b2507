import { describe, expect, test } from 'vitest'
import {
  byKind,
  createRuntime,
  flow,
  memoryJournal,
  memoryStore,
  silentLogger,
  type Journal,
} from '../../src/index.js'
import { changeControl, withPause } from '../../src/operate/index.js'
import { virtualClock } from '../../src/testing/index.js'
import { faultyJournal, type Write } from '../runtime/faulty-journal.js'
import { fine } from '../semantics/remote.js'
import { orders } from '../semantics/source.js'

const pause = (journal: Journal): Promise<unknown> =>
  changeControl(journal, (c) => withPause(c, { what: { flow: 'f' }, since: 0 }))

/** A service on a journal that somebody else writes to, and whose reads can be made to fail. */
const begin = async () => {
  const [clock, store] = [virtualClock(), memoryStore()]
  const faults = { fails: (_call: Write, _args: readonly unknown[]): boolean => false, reads: 0 }
  const journal = faultyJournal(memoryJournal({ clock, store, processes: 'many' }), (call, args) => {
    if (call === 'read') faults.reads++
    return faults.fails(call, args)
  })
  const f = flow('f').from(orders()).to(fine('to')).otherwise(byKind())
  const runtime = createRuntime({ flows: [f], journal, clock, log: silentLogger })
  const person = memoryJournal({ clock, store, processes: 'many' })
  await person.open([])
  const end = async (): Promise<void> => {
    await person.close()
    const stopped = runtime.stop()
    await clock.advanceBy(20_000)
    await stopped
    expect(clock.pending()).toBe(0)
  }
  return { clock, faults, runtime, person, end }
}

describe('what a person writes to the journal', () => {
  test('is not missed at any moment of a look that is ending', async () => {
    for (let turns = 0; turns < 40; turns++) {
      const s = await begin()
      await s.runtime.start()
      await s.clock.advanceBy(10)
      await pause(s.person)
      for (let i = 0; i < turns; i++) await Promise.resolve()
      await changeControl(s.person, (c) => withPause(c, { what: { intake: 'f' }, since: 0 }))
      await s.clock.advanceBy(10)
      expect([turns, s.runtime.paused().length]).toEqual([turns, 2])
      await s.end()
    }
  })

  test('is looked at again after a second, when the journal could not be read', async () => {
    const s = await begin()
    await s.runtime.start()
    await s.clock.advanceBy(10)
    s.faults.fails = (call) => call === 'read'
    await pause(s.person)
    await s.clock.advanceBy(500)
    expect(s.runtime.paused()).toEqual([])
    s.faults.fails = () => false
    await s.clock.advanceBy(1000)
    expect(s.runtime.paused()).toHaveLength(1)
    await s.end()
  })

  test('is not missed between the first look of a start and the watch that follows', async () => {
    const s = await begin()
    let asked = false
    s.faults.fails = (call, [names]) => {
      // While the start reads what it knows of destinations, it has looked at pauses already.
      if (call !== 'read' || asked || !String(names).startsWith('destination:')) return false
      asked = true
      void pause(s.person)
      return false
    }
    await s.runtime.start()
    await s.clock.advanceBy(0)
    expect([asked, s.runtime.paused().length]).toEqual([true, 1])
    await s.end()
  })

  test('is known before anything is claimed, however slow a second look is', async () => {
    const [clock, store] = [virtualClock(), memoryStore()]
    const person = memoryJournal({ clock, store })
    await person.open([])
    await pause(person)
    await person.accept([{ id: 'm1', flow: 'f', hop: 'to', body: '{"n":1}' }])
    await person.close()
    const real = memoryJournal({ clock, store })
    const slow: Journal = {
      ...faultyJournal(real, () => false),
      async read(names) {
        if (names.length > 1) await clock.sleep(1000)
        return real.read(names)
      },
    }
    const to = fine('to')
    const f = flow('f').from(orders()).to(to).otherwise(byKind())
    const runtime = createRuntime({ flows: [f], journal: slow, clock, log: silentLogger })
    const started = runtime.start()
    await clock.advanceBy(10_000)
    await started
    expect([to.calls, runtime.health().paused.length]).toEqual([[], 1])
    const stopped = runtime.stop()
    await clock.advanceBy(20_000)
    await stopped
  })

  test('costs one look at a time, however much is written meanwhile', async () => {
    const s = await begin()
    await s.runtime.start()
    await s.clock.advanceBy(10)
    s.faults.reads = 0
    const rows = Array.from({ length: 200 }, (_, n) => ({ name: `n${n}`, expect: 0, value: n }))
    await Promise.all(rows.map((row) => s.person.accept([], { state: [row] })))
    await s.clock.advanceBy(10)
    expect(s.faults.reads).toBeLessThan(20)
    await s.end()
  })
})
