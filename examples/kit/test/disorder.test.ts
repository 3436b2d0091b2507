import { describe, expect, test } from 'vitest'
import { disordered, type Change } from '../src/disorder.ts'

const changes: readonly Change[] = Array.from({ length: 2000 }, (_, i) => ({
  id: `change-${i}`,
  thing: `thing-${i % 150}`,
  version: Math.floor(i / 150) + 1,
}))

describe('disorder', () => {
  const { stream, late, repeats, overtaken } = disordered(changes)

  test('loses nothing', () => {
    const told = new Set([...stream, ...late].map(({ id }) => id))
    expect(told).toEqual(new Set(changes.map(({ id }) => id)))
  })

  test('holds no newest version back', () => {
    const newest = new Map(changes.map(({ thing, version }) => [thing, version]))
    for (const { thing, version } of late) expect(version).toBeLessThan(newest.get(thing)!)
    expect(late.length).toBeGreaterThan(30)
  })

  test('counts what it tells twice', () => {
    expect(stream.length - new Set(stream.map(({ id }) => id)).size).toBe(repeats)
    expect(repeats).toBeGreaterThan(30)
  })

  test('counts what it tells after a newer version', () => {
    const seen = new Map<string, number>()
    const ids = new Set<string>()
    let after = 0
    for (const { id, thing, version } of stream) {
      const before = seen.get(thing) ?? 0
      if (!ids.has(id) && version < before) after++
      ids.add(id)
      seen.set(thing, Math.max(before, version))
    }
    expect(overtaken).toBeGreaterThan(0)
    expect(after).toBe(overtaken)
  })

  test('changes nothing when nothing is to go wrong', () => {
    const calm = disordered(changes, { late: () => 0, overtaken: 0, repeated: 0 })
    expect(calm).toEqual({ stream: changes, late: [], repeats: 0, overtaken: 0 })
  })
})
