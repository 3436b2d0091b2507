import { describe, expect, test } from 'vitest'
import { dueAt, take, timedOut } from '../../src/patterns/group/engine.js'
import type { Group } from '../../src/patterns/group/joined.js'
import { checkRules, type Completion } from '../../src/patterns/group/rules.js'
import { seededRandom } from '../../src/ports/random.js'

const into = { start: (n: number) => [n], add: (ns: number[], n: number) => [...ns, n] }
const rules = (o: Completion) =>
  checkRules<number, number[], undefined>('g', { into, ...o }, Number.POSITIVE_INFINITY)
const group = (o: Partial<Group<number[]>> = {}): Group<number[]> => ({
  key: 'k',
  count: 1,
  first: 1000,
  last: 1000,
  value: [1],
  ...o,
})

describe('the engine of groups', () => {
  test('the first message opens a group, the next ones are added to it', () => {
    const one = take(rules({}), undefined, 'k', 1, 1000, undefined)
    expect(one).toEqual({ ended: undefined, group: group(), fresh: true, full: undefined })
    const two = take(rules({}), one.group, 'k', 2, 1500, undefined)
    expect(two.group).toEqual(group({ count: 2, last: 1500, value: [1, 2] }))
    expect([two.fresh, two.full, one.group.value]).toEqual([false, undefined, [1]])
  })

  test('complete by size, or by what ends it', () => {
    expect(take(rules({ size: 1 }), undefined, 'k', 1, 0, undefined).full).toBe('size')
    expect(take(rules({ size: 2 }), group(), 'k', 2, 1000, undefined).full).toBe('size')
    const ends = (n: number, g: Group<number[]>): boolean => n === 2 && g.value.includes(2)
    expect(take(rules({ ends }), group(), 'k', 2, 1000, undefined).full).toBe('ends')
    expect(take(rules({ ends }), group(), 'k', 3, 1000, undefined).full).toBeUndefined()
  })

  test('what begins a group ends the one before, and may be complete itself', () => {
    const begins = (n: number): boolean => n > 1
    expect(take(rules({ begins, size: 1 }), group(), 'k', 2, 1000, undefined)).toMatchObject({
      ended: 'begins',
      fresh: true,
      full: 'size',
      group: { count: 1, value: [2] },
    })
  })

  test('a group whose time is over takes nothing more', () => {
    const r = rules({ within: '1s' })
    expect(take(r, group(), 'k', 2, 1999, undefined).fresh).toBe(false)
    expect(take(r, group(), 'k', 2, 2000, undefined)).toMatchObject({ ended: 'within', fresh: true })
  })

  test('when it is due: the earliest of silence, a whole multiple, and its age', () => {
    const g = { first: 1000, last: 1700 }
    expect(dueAt(rules({}), g)).toBe(Number.POSITIVE_INFINITY)
    expect(dueAt(rules({ silence: '500ms' }), g)).toBe(2200)
    expect(dueAt(rules({ every: '900ms' }), g)).toBe(1800)
    expect(dueAt(rules({ every: '1s' }), { first: 2000, last: 2000 })).toBe(3000)
    expect(dueAt(rules({ silence: '500ms', within: '1s' }), g)).toBe(2000)
  })

  test('what throws throws, and changes nothing', () => {
    const open = group()
    const before = structuredClone(open)
    const boom = (): never => {
      throw new Error('boom')
    }
    for (const o of [{ ends: boom }, { begins: boom }, { into: { start: boom, add: boom } }])
      expect(() => take(rules(o), open, 'k', 2, 1000, undefined)).toThrow('boom')
    expect(open).toEqual(before)
  })

  test('any run: every message in exactly one group, none beyond its size or its time', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const random = seededRandom(seed)
      const size = 1 + Math.floor(random.next() * 5)
      const r = rules({ size, silence: '300ms', within: '1s', begins: (n: number) => n % 7 === 0 })
      const done: Group<number[]>[] = []
      let open: Group<number[]> | undefined
      let now = 0
      for (let n = 1; n <= 60; n++) {
        // Mostly forward, now and then an hour back or forth.
        now += random.next() < 0.02 ? (random.next() - 0.5) * 7_200_000 : random.next() * 250
        if (open !== undefined && random.next() < 0.3 && timedOut(r, open, now) !== undefined) {
          done.push(open)
          open = undefined
        }
        const taken = take(r, open, 'k', n, now, undefined)
        if (taken.ended !== undefined) done.push(open!)
        open = taken.full === undefined ? taken.group : undefined
        if (taken.full !== undefined) done.push(taken.group)
      }
      if (open !== undefined) done.push(open)
      expect(done.flatMap((g) => g.value)).toEqual(Array.from({ length: 60 }, (_, i) => i + 1))
      expect(done.every((g) => g.count === g.value.length && g.count <= size)).toBe(true)
      expect(done.every((g) => g.value.slice(1).every((n) => n % 7 !== 0))).toBe(true)
      expect(done.every((g) => g.last - g.first < 1000)).toBe(true)
    }
  })

  test('options that make no sense are named', () => {
    for (const [o, says] of [
      [{ size: 0 }, 'g: size: expected a whole number'],
      [{ size: 1.5 }, 'g: size'],
      [{ silence: '0s' }, 'g: silence: expected more than nothing'],
      [{ every: 'hourly' as never }, 'g: every: expected a duration'],
      [{ ends: true }, 'g: ends: expected a function, got boolean'],
      [{ into: { start: into.start } }, 'g: into: expected { start, add }'],
    ] as const)
      expect(() => rules(o as Completion)).toThrow(says)
  })
})
