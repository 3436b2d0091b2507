import { describe, expect, test } from 'vitest'
import { quickRetry, type Blip } from '../../src/client/blip.js'
import type { Exchange } from '../../src/index.js'

const NOW = 1_700_000_000_000
const answered = (status: number, hint?: string): Exchange => ({
  as: 'answered',
  status,
  headers: hint === undefined ? {} : { 'retry-after': hint },
  body: Buffer.alloc(0),
})
const LOST: Exchange = { as: 'lost', code: 'ECONNRESET' }
const NEVER_SENT: Exchange = { as: 'never-sent', code: 'ECONNREFUSED' }
const CUT: Exchange = { as: 'cut', status: 200, headers: {}, code: 'ERR_BAD_RESPONSE' }

const wait = (exchange: Exchange, more: Partial<Blip> = {}): number | undefined =>
  quickRetry({
    effect: 'keyed',
    exchange,
    now: NOW,
    deadline: NOW + 30_000,
    parkedUntil: 0,
    random: { next: () => 0.5 },
    ...more,
  })

describe('the quick retry', () => {
  test.each(['none', 'idempotent', 'keyed'] as const)(
    '%s is sent again after faults that pass by themselves',
    (effect) => {
      for (const exchange of [LOST, CUT, NEVER_SENT, answered(502), answered(503), answered(504)])
        expect(wait(exchange, { effect })).toBe(150)
    },
  )

  test('unsafe is sent again only when it was never sent', () => {
    expect(wait(NEVER_SENT, { effect: 'unsafe' })).toBe(150)
    for (const exchange of [LOST, CUT, answered(502), answered(503), answered(429, '1')])
      expect(wait(exchange, { effect: 'unsafe' })).toBeUndefined()
  })

  test.each([200, 301, 400, 401, 404, 408, 409, 422, 500, 501])('%i does not pass by itself', (status) => {
    expect(wait(answered(status))).toBeUndefined()
  })

  test('a call whose time is up is not made again', () => {
    expect(wait({ as: 'timed-out', sent: false })).toBeUndefined()
  })

  test('a hint is kept up to 2 s; what is longer is left to the flow, and so is a 429 without one', () => {
    expect([
      wait(answered(429, '1')),
      wait(answered(503, '2')),
      wait(answered(503, '3')),
      wait(answered(429)),
    ]).toEqual([1_000, 2_000, undefined, undefined])
  })

  test('a retry that would come after the deadline is not made', () => {
    expect([wait(LOST, { deadline: NOW + 150 }), wait(LOST, { deadline: NOW + 151 })]).toEqual([
      undefined,
      150,
    ])
  })

  test('nothing is sent to a parked destination', () => {
    expect([wait(LOST, { parkedUntil: NOW + 1 }), wait(LOST, { parkedUntil: NOW })]).toEqual([undefined, 150])
  })

  test('the jitter is full between 50 and 250 ms', () => {
    expect([
      wait(LOST, { random: { next: () => 0 } }),
      wait(LOST, { random: { next: () => 0.999999 } }),
    ]).toEqual([50, expect.closeTo(250, 1)])
  })
})
