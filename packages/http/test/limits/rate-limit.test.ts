import { describe, expect, test } from 'vitest'
import { classify, rateLimit, type Called } from '../../src/index.js'

const NOW = 1_700_000_000_000

describe('what an answer tells of limits', () => {
  test.each([
    [
      'the draft: a list of items with a policy',
      {
        ratelimit: '"burst";r=5;t=1, "daily";r=700;t=3600',
        'ratelimit-policy': '"burst";q=10;w=1, "daily";q=1000;w=86400',
      },
      {
        remaining: 5,
        resetAt: NOW + 1000,
        limits: [
          { limit: 10, per: 1000 },
          { limit: 1000, per: 86_400_000 },
        ],
      },
    ],
    [
      'a policy without a state',
      { 'ratelimit-policy': '"p";q=10;w=1' },
      { limits: [{ limit: 10, per: 1000 }] },
    ],
    [
      'a partition key, and parameters nobody knows',
      {
        ratelimit: '"p";r=3;t=2;pk=:cHNzdA==:;x=?1',
        'ratelimit-policy': '"p";q=9;w=3;pk=:cHNzdA==:;comment="a;b,c"',
      },
      { remaining: 3, resetAt: NOW + 2000, limits: [{ limit: 9, per: 3000 }] },
    ],
    [
      'a quota of bytes is none of calls',
      {
        ratelimit: '"bytes";r=1;t=9, "calls";r=40;t=1',
        'ratelimit-policy': '"bytes";q=1000;w=9;qu="content-bytes", "calls";q=50;w=1',
      },
      { remaining: 40, resetAt: NOW + 1000, limits: [{ limit: 50, per: 1000 }] },
    ],
    [
      'of two that are used up, the longer',
      { ratelimit: '"a";r=0;t=1, "b";r=0;t=60' },
      { remaining: 0, resetAt: NOW + 60_000 },
    ],
    [
      'the dictionary of an older draft',
      { ratelimit: 'limit=100, remaining=50, reset=30', 'ratelimit-policy': '100;w=60' },
      { remaining: 50, resetAt: NOW + 30_000, limits: [{ limit: 100, per: 60_000 }] },
    ],
    [
      'three headers, the window beside the limit',
      { 'ratelimit-limit': '100, 100;w=60', 'ratelimit-remaining': '9', 'ratelimit-reset': '7' },
      { remaining: 9, resetAt: NOW + 7000, limits: [{ limit: 100, per: 60_000 }] },
    ],
    [
      'seconds since 1970',
      { 'x-ratelimit-limit': '5000', 'x-ratelimit-remaining': '4999', 'x-ratelimit-reset': '1700000060' },
      { remaining: 4999, resetAt: NOW + 60_000, limits: [{ limit: 5000 }] },
    ],
    [
      'a time of RFC 3339',
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '2023-11-14T22:13:25Z' },
      { remaining: 0, resetAt: NOW + 5000 },
    ],
    [
      'requests and a duration, among tokens',
      {
        'x-ratelimit-limit-requests': '60',
        'x-ratelimit-remaining-requests': '59',
        'x-ratelimit-reset-requests': '1m30s',
        'x-ratelimit-remaining-tokens': '0',
      },
      { remaining: 59, resetAt: NOW + 90_000, limits: [{ limit: 60 }] },
    ],
    [
      'windows by name: the tightest is left, all hold',
      {
        'x-ratelimit-limit-second': '5',
        'x-ratelimit-remaining-second': '4',
        'x-ratelimit-limit-hour': '100',
        'x-ratelimit-remaining-hour': '2',
      },
      {
        remaining: 2,
        limits: [
          { limit: 5, per: 1000 },
          { limit: 100, per: 3_600_000 },
        ],
      },
    ],
    [
      'a limit per second without a reset',
      { 'x-ratelimit-limit': '10', 'x-ratelimit-remaining': '9' },
      { remaining: 9, limits: [{ limit: 10 }] },
    ],
    [
      'another spelling',
      { 'x-rate-limit-limit': '15', 'x-rate-limit-remaining': '3', 'x-rate-limit-reset': '1700000001' },
      { remaining: 3, resetAt: NOW + 1000, limits: [{ limit: 15 }] },
    ],
  ])('%s', (_, headers, limit) => expect(rateLimit(headers, NOW)).toEqual(limit))

  test.each([
    { ratelimit: '"a";r=-1;t=5' },
    { ratelimit: '"a";r=1.5' },
    { ratelimit: '"a;r=1' },
    { ratelimit: ['"a";r=1', '"b";r=2'] },
    { 'ratelimit-policy': '"a";q=0;w=1' },
    { 'ratelimit-policy': ';;;' },
    { 'x-ratelimit-remaining': '1e3' },
    { 'x-ratelimit-remaining': '0x10', 'x-ratelimit-limit': '∞' },
    { 'x-ratelimit-remaining': '9'.repeat(400) },
  ])('%j tells nothing', (headers) => expect(rateLimit(headers, NOW)).toBeUndefined())

  test.each(['soon', '-1', '2023-99-99T99:99:99Z', '1'.repeat(40), ''])(
    'a reset of %j is as if it were not there',
    (reset) => {
      const headers = { 'x-ratelimit-remaining': '1', 'x-ratelimit-reset': reset }
      expect(rateLimit(headers, NOW)).toEqual({ remaining: 1 })
    },
  )

  test('a reset that lies behind is now, and one of years is 30 days', () => {
    const at = (reset: string): number | undefined =>
      rateLimit({ 'x-ratelimit-remaining': '1', 'x-ratelimit-reset': reset }, NOW)?.resetAt
    expect(at('1600000000')).toBe(NOW)
    expect(at('999999999')).toBe(NOW + 30 * 864e5)
  })
})

const called: Called = {
  destination: 'd',
  target: 't',
  method: 'GET',
  path: '/',
  effect: 'none',
  startedAt: NOW,
  now: NOW,
  secrets: () => [],
}
const body = Buffer.alloc(0)

describe('an answer that refuses', () => {
  test('403 with nothing left, or with a time to come again, is a rate limit', () => {
    for (const headers of [
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1700000060' },
      { 'retry-after': '60' },
    ]) {
      const c = classify(called, { as: 'answered', status: 403, headers, body })
      expect(c).toMatchObject({
        failure: { _tag: 'RateLimited', kind: 'transient', status: 403, retryAt: NOW + 60_000 },
        seen: { as: 'refused', retryAt: NOW + 60_000 },
      })
    }
  })

  test('403 with calls left is Forbidden, and tells what is left', () => {
    const headers = { 'x-ratelimit-remaining': '7', 'x-ratelimit-reset': '1700000060' }
    expect(classify(called, { as: 'answered', status: 403, headers, body })).toMatchObject({
      failure: { _tag: 'Forbidden' },
      seen: { as: 'ok', remaining: 7 },
    })
  })

  test('429 hands on the limits that it tells', () => {
    const headers = { 'ratelimit-policy': '"p";q=10;w=1', 'retry-after': '1' }
    expect(classify(called, { as: 'answered', status: 429, headers, body })?.seen).toEqual({
      as: 'refused',
      retryAt: NOW + 1000,
      limits: [{ limit: 10, per: 1000 }],
    })
  })

  test('422, as for a key that was used with another payload, is Rejected; 409 that says when to come again may pass', () => {
    const of = (status: number, headers: Record<string, string> = {}) =>
      classify({ ...called, effect: 'keyed' }, { as: 'answered', status, headers, body })?.failure
    expect(of(422)).toMatchObject({ _tag: 'Rejected', kind: 'permanent', status: 422 })
    expect(of(409)).toMatchObject({ _tag: 'Conflict', kind: 'permanent' })
    expect(of(409, { 'retry-after': '2' })).toMatchObject({
      _tag: 'Conflict',
      kind: 'transient',
      retryAt: NOW + 2000,
    })
  })
})
