import { describe, expect, test } from 'vitest'
import { millis } from '../../src/index.js'

describe('millis', () => {
  test('reads every unit', () => {
    const all = ['250ms', '1.5s', '5m', '24h', '7d', '0s'] as const
    expect(all.map((d) => millis(d, 'x'))).toEqual([250, 1500, 300_000, 864e5, 6048e5, 0])
  })

  test('refuses everything else, naming the option', () => {
    for (const bad of ['', '5', '-1s', 's', '1 s', '1e3s', '1w', 'NaNms'])
      expect(() => millis(bad as '1s', 'retry: max')).toThrow(
        `retry: max: expected a duration like '30s' or '24h', got "${bad}"`,
      )
  })
})
