import { describe, expect, test } from 'vitest'
import { deadLetter, flow } from '../../src/index.js'
import { eventWindows } from '../../src/patterns/event-windows.js'
import type { Windowed } from '../../src/patterns/window/windowed.js'
import { seededRandom } from '../../src/ports/random.js'
import { testFlow } from '../../src/testing/index.js'
import { balanced, counted } from '../semantics/counted.js'
import { fine, inputs } from '../semantics/remote.js'
import { watched } from './kept-state.js'

interface Fact {
  readonly id: string
  readonly at: number
  readonly v: string
  readonly k?: string
}

const T0 = Date.UTC(2026, 0)
const MINUTE = 60_000
const HOUR = 60 * MINUTE

const options = {
  key: (f: Fact) => f.k ?? 'one',
  time: (f: Fact) => f.at,
  id: (f: Fact) => f.id,
  size: '10m',
  grace: '1m',
  retain: '1h',
} as const
const join = { start: (f: Fact) => f.v, add: (sum: string, f: Fact) => `${sum}+${f.v}` }
const fact = (id: string, minutes: number, v = id): Fact => ({ id, at: T0 + minutes * MINUTE, v })
const windows = <T>(into: T) => ({ ...options, into })

const deployed = (tooLate: 'refuse' | 'discard' = 'discard') => {
  const end = fine<Windowed<string>>('end')
  const f = flow('f')
    .input<Fact>()
    .through(eventWindows('w', { ...windows(join), tooLate }))
    .to(end)
    .otherwise(deadLetter())
  return { end, ...watched(f) }
}
const told = (w: Windowed<string>) => [(w.from - T0) / MINUTE, w.value, w.count, w.revision]

describe('eventWindows', () => {
  test('facts go into the window of their own time, which goes on when it is over, and its grace', async () => {
    const { end, t, state } = deployed()
    await using _ = t
    for (const f of [fact('c', 12), fact('b', 9), fact('a', 0)]) await t.give(f)
    await t.run(11 * MINUTE - 1)
    expect(end.calls).toEqual([])
    await t.run(1)
    expect(inputs(end)).toEqual([
      { key: 'one', from: T0, to: T0 + 10 * MINUTE, value: 'a+b', count: 2, revision: 0 },
    ])
    await t.run(10 * MINUTE)
    expect(told(inputs(end)[1]!)).toEqual([10, 'c', 1, 0])
    const { pending } = await t.settle()
    expect([pending, state(), balanced(await t.runtime.counts())]).toEqual([0, [], true])
  })

  test('a fact that comes again changes nothing, before the result and after it', async () => {
    const { end, t } = deployed()
    await using _ = t
    for (const f of [fact('a', 1), fact('a', 1), fact('b', 2)]) await t.give(f)
    await t.run(15 * MINUTE)
    await t.give(fact('b', 2))
    await t.run(MINUTE)
    expect(inputs(end).map(told)).toEqual([[0, 'a+b', 2, 0]])
    expect(counted(await t.runtime.counts(), 'discarded', 'w')).toBe(2)
  })

  test('a late fact makes another result, of all facts, in the order of time', async () => {
    const { end, t } = deployed()
    await using _ = t
    for (const f of [fact('a', 1), fact('c', 5)]) await t.give(f)
    await t.run(20 * MINUTE)
    await t.give(fact('b', 3))
    await t.run(1000)
    expect(inputs(end).map(told)).toEqual([
      [0, 'a+c', 2, 0],
      [0, 'a+b+c', 3, 1],
    ])
  })

  test('late facts that come together make one result', async () => {
    const { end, t } = deployed()
    await using _ = t
    await t.give(fact('a', 1))
    await t.run(20 * MINUTE)
    await Promise.all(['b', 'c', 'd'].map((id, i) => t.give(fact(id, 2 + i))))
    await t.run(1000)
    const last = inputs(end).at(-1)!
    expect([last.value, last.count]).toEqual(['a+b+c+d', 4])
    expect(inputs(end).length).toBeLessThan(4)
  })

  test('a fact whose first of a window comes late makes its first result at once', async () => {
    const { end, t } = deployed()
    await using _ = t
    await t.run(30 * MINUTE)
    await t.give(fact('a', 1))
    await t.run(10)
    expect(inputs(end).map(told)).toEqual([[0, 'a', 1, 0]])
  })

  test('a fact after the retention is refused by name and time, or discarded, and nothing is kept', async () => {
    for (const tooLate of ['refuse', 'discard'] as const) {
      const { end, t, state } = deployed(tooLate)
      await using _ = t
      await t.send(fact('a', 1))
      await t.run(2 * HOUR)
      const r = await t.send(fact('b', 2))
      expect(r.dead.map((d) => [d.error._tag, d.error['time']])).toEqual(
        tooLate === 'refuse' ? [['TooLate', T0 + 2 * MINUTE]] : [],
      )
      expect([inputs(end).length, state()]).toEqual([1, []])
    }
  })

  test('windows of different keys are apart', async () => {
    const { end, t } = deployed()
    await using _ = t
    for (const k of ['x', 'y', 'x:y', '1:x']) await t.give({ ...fact(k, 1), k })
    await t.run(12 * MINUTE)
    expect(inputs(end).map((w) => [w.key, w.value])).toEqual([
      ['x', 'x'],
      ['y', 'y'],
      ['x:y', 'x:y'],
      ['1:x', '1:x'],
    ])
  })

  test('results have the key of their window', async () => {
    const keys: unknown[] = []
    const f = flow('f')
      .input<Fact>()
      .through(eventWindows('w', windows(join)))
      .tap('look', (w, ctx) => void keys.push([w.key, ctx.message.key]))
      .to(fine('end'))
      .otherwise(deadLetter())
    await using t = testFlow(f)
    await t.sendAll([fact('a', 1), { ...fact('b', 1), k: 'two' }])
    expect(keys).toEqual([
      ['one', 'one'],
      ['two', 'two'],
    ])
  })

  test('whatever order facts come in, however often and late, the last results are the same', async () => {
    const facts = Array.from({ length: 12 }, (_, i) => fact(String.fromCharCode(97 + i), (i * 7) % 31))
    const finals = new Set<string>()
    for (let seed = 1; seed <= 60; seed++) {
      const random = seededRandom(seed)
      const { end, t, state } = deployed('refuse')
      await using _ = t
      const shuffled = [...facts, ...facts.slice(0, 6)]
        .map((f) => [random.next(), f] as const)
        .toSorted((a, b) => a[0] - b[0])
      for (const [, f] of shuffled) {
        await t.give(f)
        if (random.next() < 0.4) await t.run(Math.floor(random.next() * 8 * MINUTE))
      }
      await t.settle()
      const last = new Map<number, Windowed<string>>()
      for (const w of inputs(end)) {
        expect(w.revision).toBe((last.get(w.from)?.revision ?? -1) + 1)
        last.set(w.from, w)
      }
      const final = [...last.values()].toSorted((a, b) => a.from - b.from)
      finals.add(JSON.stringify(final.map((w) => [w.from, w.value, w.count])))
      expect(state()).toEqual([])
    }
    const [one] = finals
    expect(finals.size).toBe(1)
    const parsed = JSON.parse(one!) as [number, string, number][]
    expect(parsed.reduce((n, [, , count]) => n + count, 0)).toBe(12)
    for (const [from, value] of parsed) {
      const byTime = facts
        .filter((f) => f.at >= from && f.at < from + 10 * MINUTE)
        .toSorted((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
      expect(value).toBe(byTime.map((f) => f.v).join('+'))
    }
  })

  for (const what of ['key', 'time', 'id'] as const)
    test(`${what} that throws, or gives none, fails its fact by its route, and the window is whole`, async () => {
      for (const bad of [
        () => {
          throw new Error('boom')
        },
        () => undefined as never,
      ]) {
        const end = fine<Windowed<string>>('end')
        const spoilt = { [what]: (f: Fact) => (f.v === 'bad' ? bad() : options[what](f)) }
        const f = flow('f')
          .input<Fact>()
          .through(eventWindows('w', { ...windows(join), ...spoilt }))
          .to(end)
          .otherwise(deadLetter())
        await using t = testFlow(f)
        const r = await t.sendAll([fact('a', 1), fact('b', 2, 'bad'), fact('c', 3)])
        expect(r.dead.map((d) => [d.hop, d.error._tag])).toEqual([['w', 'StepFailed']])
        expect(inputs(end).map((w) => w.value)).toEqual(['a+c'])
      }
    })

  test('a fold that throws puts the result aside; replayed, it is made of all facts', async () => {
    const end = fine<Windowed<string>>('end')
    let broken = true
    const add = (sum: string, f: Fact): string => {
      if (broken) throw new Error('boom')
      return join.add(sum, f)
    }
    const f = flow('f')
      .input<Fact>()
      .through(eventWindows('w', windows({ start: join.start, add })))
      .to(end)
      .otherwise(deadLetter())
    const { t, state } = watched(f)
    await using _ = t
    const r = await t.sendAll([fact('a', 1), fact('b', 2)])
    expect(r.dead.map((d) => d.hop)).toEqual(['w/window'])
    broken = false
    await t.send(fact('c', 3))
    await t.replay(r.dead[0]!.id)
    expect(inputs(end).map(told)).toEqual([[0, 'a+b+c', 3, 0]])
    expect(state()).toEqual([])
  })

  test('without a fold the value is the list of facts; a window of 5,000 facts is made and removed', async () => {
    const end = fine<Windowed<readonly Fact[]>>('end')
    const f = flow('f').input<Fact>().through(eventWindows('w', options)).to(end).otherwise(deadLetter())
    const { t, state } = watched(f)
    await using _ = t
    const facts = Array.from({ length: 5000 }, (_, i) => ({ ...fact(String(i), 0), at: T0 + 4999 - i }))
    await t.sendAll(facts)
    expect(inputs(end)[0]!.value.map((x) => x.id)).toEqual(facts.map((x) => x.id).toReversed())
    expect(state()).toEqual([])
  })

  test('results of a crash: facts that are in a window are not counted twice, nor lost', async () => {
    const { end, t } = deployed()
    await using _ = t
    for (const f of [fact('a', 1), fact('b', 2)]) await t.give(f)
    await t.run(10)
    await t.restart()
    await t.give(fact('c', 3))
    await t.restart()
    await t.settle()
    expect(inputs(end).map(told)).toEqual([[0, 'a+b+c', 3, 0]])
  })

  test('a call in memory is a window of one fact', async () => {
    const open = flow('f')
      .input<Fact>()
      .through(eventWindows('w', windows(join)))
    expect(await open.run(fact('a', 12))).toMatchObject({ from: T0 + 10 * MINUTE, value: 'a', revision: 0 })
  })

  test('options that make no sense are named', () => {
    const made = (o: object) => () => eventWindows('w', { ...options, ...o } as never)
    expect(made({ size: '0s' })).toThrow('eventWindows "w": size')
    expect(made({ size: '10 min' })).toThrow('eventWindows "w": size')
    expect(made({ time: 'at' })).toThrow('eventWindows "w": time')
    expect(made({ grace: 5 })).toThrow('eventWindows "w": grace')
  })
})
