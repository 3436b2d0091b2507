import fc from 'fast-check'
import { expect, test } from 'vitest'
import { config, secret, Secret } from '@xconnector/core'
import { hmac } from '../../src/index.js'
import { fakeStack } from '../../src/testing/index.js'
import { fixedClock, NOW } from '../support/fixed-clock.js'
import { signedRequest } from '../support/signed-request.js'

const stack = fakeStack({ contentTypes: ['article'], clock: fixedClock(), webhookSecret: 'the-secret' })
const event = stack.entries.save('article', { title: 'A' })
const request = stack.request(event, { url: 'https://me.example/', signing: 'hmac' })
const HEADER = 'x-contentstack-hmac-signature'
const given = request.headers.get(HEADER)!

test('a genuine request is believed, with the sha256 of its body as the id and t as the time', async () => {
  const verified = await hmac('the-secret').verify(await signedRequest(request, NOW))
  expect(verified).toEqual({ ok: true, time: NOW, id: expect.stringMatching(/^[0-9a-f]{64}$/) })
})

test('a body or a time that was changed is not believed', async () => {
  const verifier = hmac('the-secret')
  const genuine = await signedRequest(request, NOW)
  fc.assert(
    fc.property(fc.nat(genuine.raw.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const raw = Uint8Array.from(genuine.raw)
      raw[at]! ^= flip
      expect(verifier.verify({ ...genuine, raw })).toEqual({ ok: false, reason: 'mismatch' })
    }),
  )
  const later = given.replace(/^t=\d+/, `t=${NOW / 1000 + 1}`)
  expect(await verifier.verify(await signedRequest(request, NOW, { headers: { [HEADER]: later } }))).toEqual({
    ok: false,
    reason: 'mismatch',
  })
})

test('either side may rotate: several secrets, and several signatures', async () => {
  const genuine = await signedRequest(request, NOW)
  expect((await hmac(['another', 'the-secret']).verify(genuine)).ok).toBe(true)
  expect(await hmac(['another']).verify(genuine)).toEqual({ ok: false, reason: 'mismatch' })
  const twice = given.replace(',v1=', `,v1=${'0'.repeat(64)},v1=`)
  expect(
    (await hmac('the-secret').verify(await signedRequest(request, NOW, { headers: { [HEADER]: twice } }))).ok,
  ).toBe(true)
})

test('it is stale after fifteen minutes, or what the tolerance says', async () => {
  const genuine = await signedRequest(request, NOW)
  const verifier = hmac('the-secret', { tolerance: '1m' })
  expect((await hmac('the-secret').verify({ ...genuine, now: NOW + 899_000 })).ok).toBe(true)
  expect(await hmac('the-secret').verify({ ...genuine, now: NOW + 901_000 })).toEqual({
    ok: false,
    reason: 'stale',
  })
  expect(await verifier.verify({ ...genuine, now: NOW - 61_000 })).toEqual({ ok: false, reason: 'stale' })
})

test.each([
  ['nothing', undefined, 'missing'],
  ['no time', given.replace(/^t=\d+,/, ''), 'malformed'],
  ['two times', `t=1,${given}`, 'malformed'],
  ['a time that is no number', given.replace(/^t=\d+/, 't=abc'), 'malformed'],
  ['a signature that is no hex', `t=${NOW / 1000},v1=xyz`, 'malformed'],
  ['no signature', `t=${NOW / 1000}`, 'mismatch'],
])('a header with %s is refused', async (_, header, reason) => {
  const genuine = await signedRequest(request, NOW)
  const verified = await hmac('the-secret').verify({ ...genuine, header: () => header })
  expect(verified).toEqual({ ok: false, reason })
})

test('an empty secret is refused when it is declared, or when the runtime starts', () => {
  expect(() => hmac('')).toThrow(/hmac secret: expected a secret, got an empty text/)
  expect(() => hmac([])).toThrow(/expected one at least/)
  const env = config({ CS_HOOK: secret }, {})
  const verifier = hmac(env.CS_HOOK)
  expect(verifier.settings).toEqual([env.CS_HOOK])
  expect(() => verifier.start!({ CS_HOOK: ' ' })).toThrow(
    /hmac secret: expected a secret, got an empty text from the variable CS_HOOK/,
  )
  expect(() => verifier.start!({ CS_HOOK: 'a secret\n' })).toThrow(
    /hmac secret: .* control character from the variable CS_HOOK/,
  )
})

test('a secret comes from configuration, or masked', async () => {
  const genuine = await signedRequest(request, NOW)
  const env = config({ CS_HOOK: secret }, { CS_HOOK: 'the-secret' })
  expect((await hmac(env.CS_HOOK).start!({}).verify(genuine)).ok).toBe(true)
  expect((await hmac(new Secret('the-secret')).verify(genuine)).ok).toBe(true)
})
