import { describe, expect, test } from 'vitest'
import { rateLimit, retryAfter } from '../../src/index.js'

const NOW = Date.parse('Sun, 06 Nov 1994 08:49:37 GMT')
const DAY = 86_400_000

describe('Retry-After', () => {
  test.each([
    ['0', 0],
    ['120', 120_000],
    ['1.5', 2_000],
    ['3024000', 30 * DAY],
    ['99999999999999999999999', 30 * DAY],
    ['Sun, 06 Nov 1994 08:49:39 GMT', 2_000],
    ['Sunday, 06-Nov-94 08:49:39 GMT', 2_000],
    ['Sun Nov  6 08:49:39 1994', 2_000],
    ['Sun, 06 Nov 1994 08:49:30 GMT', 0],
    ['Fri, 31 Dec 9999 23:59:59 GMT', 30 * DAY],
  ])('%j is %i ms from now', (hint, ms) => {
    expect(retryAfter({ 'retry-after': hint }, NOW)).toBe(NOW + ms)
  })

  test.each([
    '',
    '-5',
    'soon',
    '1e3',
    '0x10',
    'NaN',
    '5 seconds',
    '1994-11-06',
    'Sun, 99 Foo 1994 99:99:99 GMT',
  ])('%j is no hint', (hint) => {
    expect(retryAfter({ 'retry-after': hint }, NOW)).toBeUndefined()
  })

  test('a date counts from the date of the answer, however wrong either clock is', () => {
    const headers = { 'retry-after': 'Sun, 06 Nov 1994 08:50:00 GMT', date: 'Sun, 06 Nov 1994 08:49:55 GMT' }
    expect(retryAfter(headers, NOW + 3 * DAY)).toBe(NOW + 3 * DAY + 5_000)
  })

  test('a date without one in the answer is rounded up to whole seconds', () => {
    expect(retryAfter({ 'retry-after': 'Sun, 06 Nov 1994 08:49:39 GMT' }, NOW + 1)).toBe(NOW + 1 + 2_000)
  })
})

describe('rate limits', () => {
  test.each([
    [{ ratelimit: '"default";r=50;t=30' }, { remaining: 50, resetAt: NOW + 30_000 }],
    [{ ratelimit: '"burst";r=5, "daily";r=0;t=60' }, { remaining: 0, resetAt: NOW + 60_000 }],
    [
      { 'ratelimit-remaining': '3', 'ratelimit-reset': '10' },
      { remaining: 3, resetAt: NOW + 10_000 },
    ],
    [{ 'x-ratelimit-remaining': '7' }, { remaining: 7 }],
    [{ 'x-ratelimit-remaining': '-7' }, undefined],
    [{ ratelimit: 'nonsense' }, undefined],
    [{}, undefined],
  ])('%j', (headers, limit) => expect(rateLimit(headers, NOW)).toEqual(limit))

  test('a reset since 1970 is understood, in seconds and in milliseconds', () => {
    const now = 1_700_000_000_000
    for (const reset of ['1700000005', '1700000005000'])
      expect(rateLimit({ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset }, now)).toEqual({
        remaining: 0,
        resetAt: now + 5_000,
      })
  })
})
