import { describe, expect, test } from 'vitest'
import { seededRandom, uuidv7 } from '../../src/index.js'

const SHAPE = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const timeOf = (id: string): number => parseInt(id.replace('-', '').slice(0, 12), 16)

describe('uuidv7', () => {
  test('has the version, the variant and the time of RFC 9562', () => {
    const ids = uuidv7({ now: () => 1_700_000_000_123 }, seededRandom(1))
    for (let i = 0; i < 1000; i++) {
      const id = ids.next()
      expect(id).toMatch(SHAPE)
      expect(timeOf(id)).toBe(1_700_000_000_123)
    }
  })

  test('goes up within a millisecond, over milliseconds, and when the clock is set back', () => {
    const random = seededRandom(2)
    let now = 1_700_000_000_000
    const ids = uuidv7({ now: () => now }, random)
    let before = ''
    for (let i = 0; i < 20_000; i++) {
      if (random.next() < 0.05) now += random.next() < 0.2 ? -3_600_000 : Math.ceil(random.next() * 5)
      const id = ids.next()
      expect(id > before).toBe(true)
      before = id
    }
  })

  test('borrows from the next millisecond when the counter of one is used up', () => {
    // The counter starts just below its half, and no more than that is drawn.
    const ids = uuidv7({ now: () => 5 }, { next: () => 0.999_999_999 })
    const first = ids.next()
    for (let i = 0; i < 1000; i++) expect(ids.next() > first).toBe(true)
    expect(first).toMatch(SHAPE)
  })
})
