import { describe, expect, test } from 'vitest'
import type { Effect, Seen } from '@xconnector/core'
import { classify, type Called, type Exchange } from '../../src/index.js'

const NOW = 1_700_000_000_000

const called = (effect: Effect): Called => ({
  destination: 'site',
  target: 'post',
  method: 'POST',
  path: '/things/:id',
  effect,
  startedAt: NOW - 25,
  now: NOW,
  secrets: () => [],
})

const status = (code: number, headers: Record<string, string> = {}): Exchange => ({
  as: 'answered',
  status: code,
  headers,
  body: Buffer.alloc(0),
})
const begun = { status: 200, headers: {} }

describe('what the destination was seen to do', () => {
  test.each<readonly [string, Exchange, Seen, string, string]>([
    [
      'never sent',
      { as: 'never-sent', code: 'ECONNREFUSED' },
      { as: 'failed' },
      'ConnectFailed',
      'transient',
    ],
    ['lost', { as: 'lost', code: 'ECONNRESET' }, { as: 'ambiguous' }, 'ConnectionLost', 'unknown'],
    ['cut', { as: 'cut', ...begun, code: 'X' }, { as: 'ambiguous' }, 'ConnectionLost', 'unknown'],
    ['a cut 404', { as: 'cut', ...begun, status: 404, code: 'X' }, { as: 'ok' }, 'NotFound', 'permanent'],
    ['time up, sent', { as: 'timed-out', sent: true }, { as: 'ambiguous' }, 'TimedOut', 'unknown'],
    ['time up, not sent', { as: 'timed-out', sent: false }, { as: 'failed' }, 'TimedOut', 'transient'],
    [
      'too large',
      { as: 'unreadable', ...begun, flaw: 'too-large' },
      { as: 'ok' },
      'BadResponse',
      'permanent',
    ],
    [
      'a 500 that is too large',
      { as: 'unreadable', ...begun, status: 500, flaw: 'too-large' },
      { as: 'ambiguous' },
      'Unavailable',
      'unknown',
    ],
    [
      'bad gzip',
      { as: 'unreadable', ...begun, flaw: 'encoding' },
      { as: 'failed' },
      'BadResponse',
      'permanent',
    ],
    ['a 302', status(302), { as: 'ok' }, 'BadResponse', 'permanent'],
    ['a 400', status(400), { as: 'ok' }, 'Rejected', 'permanent'],
    ['a 401', status(401), { as: 'ok' }, 'Unauthorized', 'permanent'],
    ['a 409 with a hint', status(409, { 'retry-after': '5' }), { as: 'ok' }, 'Conflict', 'transient'],
    ['a 429', status(429), { as: 'refused' }, 'RateLimited', 'transient'],
    [
      'a 429 with a hint',
      status(429, { 'retry-after': '5' }),
      { as: 'refused', retryAt: NOW + 5_000 },
      'RateLimited',
      'transient',
    ],
    [
      'a 429 of an empty window',
      status(429, { 'ratelimit-remaining': '0', 'ratelimit-reset': '7' }),
      { as: 'refused', retryAt: NOW + 7_000 },
      'RateLimited',
      'transient',
    ],
    [
      'a 503 with a hint',
      status(503, { 'retry-after': '5' }),
      { as: 'refused', retryAt: NOW + 5_000 },
      'Unavailable',
      'transient',
    ],
    ['a 425', status(425), { as: 'refused' }, 'Unavailable', 'transient'],
    ['a 500', status(500), { as: 'ambiguous' }, 'Unavailable', 'unknown'],
    [
      'a 504 with a hint',
      status(504, { 'retry-after': '5' }),
      { as: 'ambiguous', retryAt: NOW + 5_000 },
      'Unavailable',
      'unknown',
    ],
  ])('%s', (_, exchange, seen, _tag, kind) => {
    const found = classify(called('unsafe'), exchange)!
    expect(found.seen).toEqual(seen)
    expect(found.failure).toMatchObject({
      _tag,
      kind,
      ...(seen.retryAt !== undefined && { retryAt: seen.retryAt }),
    })
    expect(found.failure).toMatchObject({
      method: 'POST',
      path: '/things/:id',
      destination: 'site',
      target: 'post',
      durationMs: 25,
    })
    // For a read nothing is in doubt: it may simply be done again.
    expect(classify(called('none'), exchange)!.failure.kind).toBe(kind === 'unknown' ? 'transient' : kind)
  })

  test('a whole 2xx is no failure', () => {
    for (const code of [200, 201, 204]) expect(classify(called('unsafe'), status(code))).toBeUndefined()
  })

  test('what is said of all calls has the scope of the destination, what is said of one has none', () => {
    const scopes = [429, 503, 401, 403, 404, 500].map(
      (s) => classify(called('keyed'), status(s))!.failure.scope,
    )
    expect(scopes).toEqual(['destination', 'destination', 'destination', undefined, undefined, undefined])
  })
})

describe('what a failure shows of the answer', () => {
  const failed = (headers: Record<string, string>, body: string | Buffer) =>
    classify(called('keyed'), { as: 'answered', status: 400, headers, body: Buffer.from(body as string) })!
      .failure

  test('its first 4096 characters', () => {
    expect(failed({ 'content-type': 'text/plain' }, 'x'.repeat(10_000)).answer).toBe('x'.repeat(4_096))
  })

  test('of what is no text only how much it was', () => {
    expect(failed({ 'content-type': 'image/png' }, Buffer.alloc(99)).answer).toBe('(99 bytes of image/png)')
  })

  test('chosen headers, the location without its query', () => {
    const headers = {
      'x-request-id': 'r1',
      'set-cookie': 'a=b',
      server: 's',
      location: 'http://u:p@x.test/a?token=1#f',
      date: 'd',
    }
    expect(failed(headers, '').headers).toEqual({
      date: 'd',
      location: 'http://x.test/a',
      'x-request-id': 'r1',
    })
  })
})
