import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Field } from '../../src/drift/field.js'
import { mergeFields } from '../../src/drift/merge-fields.js'
import { readField, storedField } from '../../src/drift/stored-field.js'
import { seededRandom } from '../../src/ports/random.js'
import { observed } from './observing.js'

const key = fc.oneof(fc.constantFrom('a', 'b', 'c', 'state'), fc.string({ maxLength: 12 }), fc.uuid())
const body = fc.letrec((tie) => ({
  json: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom('draft', 'live', null, true, 1, 2.5, '', 'x y'),
    fc.array(tie('json'), { maxLength: 6 }),
    fc.dictionary(key, tie('json'), { maxKeys: 6 }),
  ),
})).json
const bodies = fc.array(body, { minLength: 1, maxLength: 30 })

const of = (messages: readonly unknown[], learn = 20): Field => {
  const p = observed(undefined, { learn, vanished: 10 })
  for (const m of messages) p.see(m)
  return p.field
}
const text = (f: Field): string => JSON.stringify(sorted(storedField(f)))
const together = (...stored: readonly Field[]): Field => {
  const into = new Field()
  for (const f of stored) mergeFields(into, readField(storedField(f)), { left: 1e6 })
  return into
}
const merged = (...stored: readonly Field[]): string => text(together(...stored))

/** The same JSON with its keys, and the pairs of hashes and counts, in one order. */
const sorted = (v: unknown): unknown => {
  if (Array.isArray(v)) return v.map(sorted)
  if (typeof v !== 'object' || v === null) return v
  const fields = Object.entries(v).map(([k, inner]): [string, unknown] =>
    k === 'v' && Array.isArray(inner)
      ? [k, [...inner.slice(0, 2), ...pairs(inner.slice(2))]]
      : [k, sorted(inner)],
  )
  return Object.fromEntries(fields.toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
const pairs = (flat: readonly number[]): readonly string[] =>
  flat.flatMap((h, i) => (i % 2 === 0 ? [`${h}:${flat[i + 1]}`] : [])).toSorted()

describe('a profile', () => {
  test('takes any JSON, and what cannot be JSON, and stays within its room', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(body, fc.anything()), { maxLength: 30 }), (messages) => {
        const room = { left: 30 }
        const p = observed(undefined, { learn: 20, vanished: 10 }, new Field(), room)
        for (const m of messages) p.see(m)
        expect(p.field.count()).toBeLessThanOrEqual(31)
        expect(p.field.count()).toBe(31 - room.left)
      }),
      { numRuns: 100 },
    )
  })
  test('is the same when it was stored and read', () => {
    fc.assert(fc.property(bodies, (m) => text(readField(storedField(of(m)))) === text(of(m))))
  })
  test('goes on as if it had never been stored, but for what was missing meanwhile', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('draft', 'live'), { minLength: 30, maxLength: 40 }), (states) => {
        const p = observed(
          undefined,
          { learn: 20 },
          readField(storedField(of(states.map((state) => ({ state }))))),
        )
        expect(p.see({ state: states[0] })).toEqual([])
        expect(p.see({ state: states[0], more: 1 }).map((f) => f.path)).toEqual(['more'])
      }),
    )
  })
  test('that cannot be read is as if nothing was known', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (odd) => {
        expect(observed(undefined, {}, readField(odd as never)).see({ a: 1 })).toEqual([])
      }),
    )
  })
})

describe('two profiles', () => {
  test('become one, in whatever order they meet, and however often', () => {
    fc.assert(
      fc.property(bodies, bodies, (x, y) => {
        const [a, b] = [of(x), of(y)]
        expect(merged(a, b)).toBe(merged(b, a))
        expect(merged(a, b, a, b, b)).toBe(merged(a, b))
        expect(merged(a)).toBe(text(a))
      }),
    )
  })
  test('and a third make no difference by who meets first', () => {
    fc.assert(
      fc.property(bodies, bodies, bodies, (x, y, z) => {
        const [a, b, c] = [of(x), of(y), of(z)]
        expect(merged(together(a, b), c)).toBe(merged(a, together(b, c)))
      }),
    )
  })
})

describe('a year of messages', () => {
  test('leaves a profile that is no larger than after a month, and alarms for what changed alone', () => {
    const random = seededRandom(7)
    const p = observed()
    const states = ['draft', 'review', 'live']
    const entry = (day: number): object => {
      const n = Math.floor(random.next() * 1e9)
      return {
        uid: `blt${n.toString(16)}`,
        title: `Title ${n}`,
        state: states[n % 3],
        locale: ['en-us', 'de-de', 'fr'][n % 3],
        publish_details: { [`blt${(n * 3).toString(16).padStart(14, '0')}`]: { at: n } },
        views: { [`2026-${String((day % 12) + 1).padStart(2, '0')}-01`]: n },
        blocks: Array.from({ length: n % 4 }, (_, i) =>
          i % 2 === 0 ? { text: { html: 'x' } } : { image: { uid: 'y' } },
        ),
        ...(n % 3 === 0 && { note: 'x' }),
        ...(day >= 200 && { sustainability: { score: n % 10 } }),
      }
    }
    const first: string[] = []
    let month = 0
    for (let day = 0; day < 365; day++) {
      for (let i = 0; i < 40; i++)
        for (const f of p.see(entry(day))) if (f.first) first.push(`day ${day}: ${f.what} ${f.path}`)
      if (day === 30) month = p.field.count()
    }
    expect(first).toEqual(['day 200: unknown sustainability'])
    expect(p.field.count()).toBeLessThanOrEqual(month + 2)
    expect(JSON.stringify(storedField(p.field)).length).toBeLessThan(4096)
  })
})
