import { expect, expectTypeOf, test } from 'vitest'
import { byKind, flow, type OutcomeUnknown } from '@xconnector/core'
import { testFlow } from '@xconnector/core/testing'
import type { BadResponse, ExchangeFailure, RateLimited, Unavailable } from '../../src/index.js'
import { ingress, problemOf, unsigned } from '../../src/index.js'
import { failureOf } from '../../src/testing/index.js'
import { manualClock } from '../support/manual-clock.js'
import { Page, siteAt } from './site.js'

const { post } = siteAt('https://site.test')

test('its type is that of what went wrong', () => {
  expectTypeOf(failureOf(429)).toEqualTypeOf<RateLimited>()
  expectTypeOf(failureOf(503)).toEqualTypeOf<Unavailable>()
  expectTypeOf(failureOf('too-large')).toEqualTypeOf<BadResponse>()
  expectTypeOf(failureOf(599)).toEqualTypeOf<ExchangeFailure>()
  expectTypeOf(failureOf(503, { effect: 'unsafe' })).toEqualTypeOf<Unavailable | OutcomeUnknown>()
  // @ts-expect-error there is no such fault
  expect(() => failureOf('lightning').flaw).not.toThrow()
})

test('it carries the names of the call, the time to come again, and the answer', () => {
  const clock = manualClock(1_000_000)
  const failure = failureOf(429, { of: post, retryAfter: 2, body: { title: 'slow down' }, clock })
  expect(failure).toMatchObject({
    destination: 'site',
    target: 'post',
    method: 'POST',
    path: '/pages',
    status: 429,
    retryAt: 1_002_000,
    answer: '{"title":"slow down"}',
  })
  expect(failureOf('refused', { code: 'CERT_HAS_EXPIRED' })).toMatchObject({ kind: 'permanent' })
  expect(failureOf('too-deep')).toMatchObject({ _tag: 'BadResponse', flaw: 'too-deep' })
  const refused = failureOf(422, {
    headers: { 'content-type': 'application/problem+json' },
    body: { title: 'no', code: 7 },
  })
  expect(problemOf(refused)).toMatchObject({ title: 'no', extensions: { code: 7 } })
})

test('what is no failure is refused', () => {
  expect(() => failureOf(200)).toThrow(/status of failure/)
  expect(() => failureOf(204)).toThrow(TypeError)
  expect(() => failureOf(429, { retryAfter: 1 })).toThrow(/retryAfter: expected a clock/)
  expect(() => failureOf(undefined as never)).toThrow(/name of a fault/)
})

test('a stand-in of a target is one line', async () => {
  let asked = 0
  const publish = flow('publish')
    .from(ingress().webhook({ path: '/in', body: Page, verify: unsigned({ because: 'a test' }) }))
    .to(post)
    .otherwise(byKind())
  await using t = testFlow(publish, {
    replace: {
      post: (_, { clock }) => (asked++ < 2 ? failureOf(503, { retryAfter: 2, clock }) : { revision: 1 }),
    },
  })
  const { delivered, virtualMs } = await t.send({ uid: 'p1', title: 'Home' })
  expect(delivered).toMatchObject([{ target: 'post', attempts: 3 }])
  expect(virtualMs).toBeGreaterThanOrEqual(4_000)
})
