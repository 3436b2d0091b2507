import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareRevisions } from '../src/index.js'

test('whole numbers are compared as numbers, of any length', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 30n }), fc.bigInt({ min: 0n, max: 10n ** 30n }), (a, b) => {
      expect(Math.sign(compareRevisions(String(a), String(b)))).toBe(a === b ? 0 : a > b ? 1 : -1)
    }),
  )
  expect(compareRevisions('007', '7')).toBe(0)
})

test('of anything else none is newer', () => {
  for (const [a, b] of [
    ['b', 'a'],
    ['2', 'a'],
    ['1.5', '1'],
    ['-1', '1'],
    ['', '1'],
  ] as const)
    expect([compareRevisions(a, b), compareRevisions(b, a)]).toEqual([0, 0])
})
