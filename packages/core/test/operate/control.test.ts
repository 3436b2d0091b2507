import { describe, expect, test } from 'vitest'
import { memoryJournal } from '../../src/index.js'
import {
  changeControl,
  controlJson,
  controlledName,
  holds,
  pausedMs,
  pauseIn,
  readControl,
  withoutPause,
  withPause,
  type Control,
} from '../../src/operate/index.js'
import type { Journal } from '../../src/ports/journal.js'

const nothing = readControl(undefined)
const flow = { flow: 'f' }
const hop = { flow: 'f', hop: 'a' }

describe('what is paused', () => {
  test('is a value: each change makes another, and one that changes nothing gives the same', () => {
    const one = withPause(nothing, { what: flow, since: 5, why: 'maintenance', by: 'ann' })
    expect([nothing.paused, one.paused]).toEqual([
      [],
      [{ what: flow, since: 5, why: 'maintenance', by: 'ann' }],
    ])
    expect(withPause(one, { what: { ...flow }, since: 9 })).toBe(one)
    expect(withoutPause(one, hop, 9)).toBe(one)
    expect(withoutPause(one, flow, 9).paused).toEqual([])
  })

  test('is found by what exactly is paused: a hop is not its flow, nor an intake', () => {
    const c = withPause(withPause(nothing, { what: hop, since: 1 }), { what: { destination: 'f' }, since: 2 })
    expect(pauseIn(c, hop)?.since).toBe(1)
    expect([pauseIn(c, flow), pauseIn(c, { intake: 'f' })]).toEqual([undefined, undefined])
    expect(c.paused.map((p) => controlledName(p.what))).toEqual(['hop f/a', 'destination f'])
  })

  test('keeps the entries of a flow from being claimed, or those of one hop', () => {
    const other = { flow: 'f', hop: 'b' }
    expect([hop, other].map((ref) => holds({ what: flow, since: 0 }, ref))).toEqual([true, true])
    expect([hop, other].map((ref) => holds({ what: hop, since: 0 }, ref))).toEqual([true, false])
    expect(holds({ what: { intake: 'f' }, since: 0 }, hop)).toBe(false)
    expect(holds({ what: { destination: 'f' }, since: 0 }, hop)).toBe(false)
  })

  test('survives the journal as JSON', () => {
    const c = withoutPause(
      withPause(withPause(nothing, { what: hop, since: 1 }), { what: flow, since: 3 }),
      hop,
      7,
    )
    expect(readControl(JSON.parse(JSON.stringify(controlJson(c))))).toEqual(c)
  })

  test('as another version wrote it is read as far as it is understood, and the rest is kept', () => {
    const theirs = { what: { source: 's' }, since: 3, until: 9 }
    const stored = {
      v: 2,
      paused: [theirs, { what: flow, since: 4, by: 7 }, 'odd', { what: flow }],
      spent: { x: 'y' },
    }
    const c = readControl(stored)
    expect(c.paused).toEqual([{ what: flow, since: 4 }])
    expect(controlJson(withoutPause(c, flow, 5))).toMatchObject({ paused: [theirs, 'odd', { what: flow }] })
  })

  test.each([[null], ['odd'], [[1]], [{ paused: {} }], [{ paused: null, upTo: -1, spent: [1] }]])(
    'as %j is nothing',
    (odd) => expect(readControl(odd).paused).toEqual([]),
  )
})

describe('the time that something was paused', () => {
  const steps = (...changes: ((c: Control) => Control)[]): Control => changes.reduce((c, f) => f(c), nothing)
  const pause = (what: typeof flow | typeof hop, since: number) => (c: Control) =>
    withPause(c, { what, since })
  const resume = (what: typeof flow | typeof hop, now: number) => (c: Control) => withoutPause(c, what, now)

  test('runs while it is paused, and adds up over several pauses', () => {
    const once = steps(pause(flow, 10))
    expect([pausedMs(once, hop, 10), pausedMs(once, hop, 25)]).toEqual([0, 15])
    const twice = steps(pause(flow, 10), resume(flow, 25), pause(flow, 100), resume(flow, 101))
    expect(pausedMs(twice, hop, 5000)).toBe(16)
  })

  test('counts once where a hop is paused by its own name and by its flow’s', () => {
    const c = steps(pause(hop, 10), pause(flow, 20), resume(flow, 30), resume(hop, 40))
    expect(pausedMs(c, hop, 1000)).toBe(30)
    expect(pausedMs(c, { flow: 'f', hop: 'b' }, 1000)).toBe(10)
    const nested = steps(pause(flow, 10), pause(hop, 20), resume(hop, 30), resume(flow, 40))
    expect(pausedMs(nested, hop, 1000)).toBe(30)
    const crossed = steps(pause(hop, 10), pause(flow, 20), resume(hop, 30))
    expect(pausedMs(crossed, hop, 50)).toBe(40)
  })

  test('never goes back, whatever clocks say', () => {
    const c = steps(pause(flow, 100), resume(flow, 200), pause(flow, 150))
    expect([pausedMs(c, hop, 150), pausedMs(c, hop, 200), pausedMs(c, hop, 260)]).toEqual([100, 100, 160])
  })

  test('of an intake or a destination is not that of a hop', () => {
    const c = withPause(withPause(nothing, { what: { intake: 'f' }, since: 0 }), {
      what: { destination: 'f' },
      since: 0,
    })
    expect(pausedMs(c, hop, 100)).toBe(0)
  })
})

describe('a change on the journal', () => {
  test('is made again when another process was faster, and none is lost', async () => {
    const journal = memoryJournal()
    await journal.open([])
    let reads = 0
    const late: Pick<Journal, 'read' | 'accept'> = {
      accept: (entries, also) => journal.accept(entries, also),
      async read(names) {
        const read = await journal.read(names)
        // Between the read and the write of the first try.
        if (reads++ === 0) await changeControl(journal, (c) => withPause(c, { what: flow, since: 1 }))
        return read
      },
    }
    const c = await changeControl(late, (before) => withPause(before, { what: hop, since: 2 }))
    expect([reads, c.paused.map((p) => p.since)]).toEqual([2, [1, 2]])
    expect(readControl((await journal.read(['control']))['control']?.value)).toEqual(c)
  })

  test('that changes nothing writes nothing', async () => {
    const journal = memoryJournal()
    await journal.open([])
    const pause = (c: Control): Control => withPause(c, { what: flow, since: 1 })
    await changeControl(journal, pause)
    await changeControl(journal, pause)
    expect((await journal.read(['control']))['control']?.version).toBe(1)
  })
})
