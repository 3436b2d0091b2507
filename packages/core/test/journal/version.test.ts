import { describe, expect, it } from 'vitest'
import { compareVersions } from '../../src/journal/version.js'

describe('versions', () => {
  it('are ordered: numbers by value, then strings by code point', () => {
    const rising = [
      -1,
      0,
      2,
      10,
      10.5,
      '',
      '10',
      '2',
      'a',
      'ab',
      '\ufb01',
      '\u{10000}',
      '\u{1f600}',
      '\u{1f600}a',
    ]
    for (const [i, a] of rising.entries()) {
      for (const [j, b] of rising.entries()) expect(Math.sign(compareVersions(a, b))).toBe(Math.sign(i - j))
    }
  })
})
