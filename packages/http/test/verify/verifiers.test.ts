import { describe, expect, test } from 'vitest'
import { Secret } from '@xconnector/core'
import {
  RepeatedHeader,
  sharedToken,
  signStandardWebhook,
  standardWebhooks,
  unsigned,
  type SignedRequest,
  type Verified,
  type Verifier,
} from '../../src/index.js'
import { NOW, SECRET, signed } from '../support/signed.js'

const OTHER = `whsec_${Buffer.alloc(24, 9).toString('base64')}`

const requestOf = (body: string, headers: Readonly<Record<string, string>>, now = NOW): SignedRequest => ({
  method: 'POST',
  path: '/o',
  query: '',
  header: (name) => headers[name],
  headers: (name) => (headers[name] === undefined ? [] : [headers[name]]),
  raw: Buffer.from(body),
  now,
})

const verified = (verifier: Verifier, body: string, headers: Record<string, string>, now = NOW): Verified =>
  verifier.verify(requestOf(body, headers, now)) as Verified

describe('standardWebhooks', () => {
  test('agrees with the vector that the standard publishes', () => {
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
    const body = '{"test": 2432232314}'
    const headers = signStandardWebhook({
      secret,
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      timestamp: 1614265330,
      body,
    })
    expect(headers['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=')
    expect(verified(standardWebhooks({ secret }), body, headers, 1614265330_000)).toEqual({
      ok: true,
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      time: 1614265330_000,
    })
  })

  test('takes any of several signatures, under any of several secrets', () => {
    const rotating = signStandardWebhook({
      secret: [OTHER, SECRET],
      id: 'm',
      timestamp: NOW / 1000,
      body: 'x',
    })
    expect(verified(standardWebhooks({ secret: SECRET }), 'x', rotating)).toMatchObject({ ok: true })
    expect(verified(standardWebhooks({ secrets: [OTHER, SECRET] }), 'x', signed('x'))).toMatchObject({
      ok: true,
    })
    const noisy = { ...signed('x') }
    noisy['webhook-signature'] = `v1a,abc= v2,zzz ${noisy['webhook-signature']!}`
    expect(verified(standardWebhooks({ secret: SECRET }), 'x', noisy)).toMatchObject({ ok: true })
  })

  test('covers the bytes as they are, not as text', () => {
    const bytes = Buffer.from([0xff, 0xfe, 0x00])
    const request = { ...requestOf('', signed(bytes)), raw: bytes }
    const verifier = standardWebhooks({ secret: SECRET })
    expect(verifier.verify(request)).toMatchObject({ ok: true })
    expect(verifier.verify({ ...request, raw: Buffer.from(bytes.toString('utf8')) })).toMatchObject({
      ok: false,
    })
  })

  test('the tolerance holds both ways, to the second', () => {
    const verifier = standardWebhooks({ secret: SECRET, tolerance: '10s' })
    const at = (now: number): boolean => verified(verifier, 'x', signed('x'), now).ok
    expect([NOW - 10_001, NOW - 10_000, NOW + 10_000, NOW + 10_001].map(at)).toEqual([
      false,
      true,
      true,
      false,
    ])
  })

  test.each([
    ['an id with a dot', { 'webhook-id': 'msg.1' }],
    ['an id with a comma, as joined by a fetch server', { 'webhook-id': 'msg_1, msg_1' }],
    ['joined timestamps', { 'webhook-timestamp': '1700000000, 1700000000' }],
    ['a timestamp in hex', { 'webhook-timestamp': '0x655' }],
    ['a negative timestamp', { 'webhook-timestamp': '-1' }],
    ['seventeen signatures', { 'webhook-signature': 'v1,AAAA '.repeat(17).trim() }],
  ])('%s is malformed', (_, wrong) => {
    expect(verified(standardWebhooks({ secret: SECRET }), 'x', { ...signed('x'), ...wrong })).toEqual({
      ok: false,
      reason: 'malformed',
    })
  })

  test('signatures that a fetch server joined are malformed', () => {
    const good = signed('x')
    const joined = {
      ...good,
      'webhook-signature': `${good['webhook-signature']}, ${good['webhook-signature']}`,
    }
    expect(verified(standardWebhooks({ secret: SECRET }), 'x', joined)).toEqual({
      ok: false,
      reason: 'malformed',
    })
  })

  test('a signature that is cut short, or one of no bytes, is none', () => {
    const good = signed('x')
    for (const signature of [good['webhook-signature']!.slice(0, -8), 'v1,='])
      expect(
        verified(standardWebhooks({ secret: SECRET }), 'x', { ...good, 'webhook-signature': signature }),
      ).toEqual({
        ok: false,
        reason: 'mismatch',
      })
  })

  test.each([
    [{}, /expected `secret`/],
    [{ secrets: [] }, /expected `secret`/],
    [{ secret: '' }, /empty/],
    [{ secret: new Secret(' ') }, /empty/],
    [{ secret: 'whsec_' }, /24 to 64 bytes/],
    [{ secret: 'whsec_YQ==' }, /24 to 64 bytes/],
    [{ secret: 'whsec_not base64!' }, /base64/],
    [{ secret: SECRET, tolerance: 'long' as never }, /tolerance/],
  ])('%j is no way to switch it off', (options, message) => {
    expect(() => standardWebhooks(options)).toThrow(message)
  })

  test('a secret never stands in the error about it', () => {
    expect(() => standardWebhooks({ secret: 'whsec_c2VjcmV0' })).toThrow(
      expect.not.stringContaining('c2VjcmV0') as never,
    )
  })
})

describe('sharedToken', () => {
  const verifier = sharedToken({ header: 'X-Token', tokens: ['the old token', new Secret('the new token')] })

  test('takes any of its tokens, whole', () => {
    const is = (value: string): boolean => verified(verifier, '', { 'x-token': value }).ok
    expect(['the old token', 'the new token', 'the new toke', 'the new token ', ''].map(is)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ])
  })

  test('knows a prefix', () => {
    const auth = sharedToken({ header: 'authorization', token: 'abc', prefix: 'Bearer ' })
    expect(verified(auth, '', { authorization: 'Bearer abc' }).ok).toBe(true)
    expect(verified(auth, '', { authorization: 'abc' }).ok).toBe(false)
  })

  test.each([
    [{ header: 'x', token: '' }],
    [{ header: 'x' }],
    [{ header: 'x', tokens: [] }],
    [{ header: 'a b', token: 'x' }],
  ])('%j is refused', (options) => expect(() => sharedToken(options)).toThrow(TypeError))
})

describe('unsigned', () => {
  test('needs a reason', () => {
    expect(() => unsigned({ because: ' ' })).toThrow(/because/)
    expect(() => unsigned(undefined as never)).toThrow(/because/)
    expect(unsigned({ because: 'inside the cluster' }).verify(requestOf('', {}))).toEqual({ ok: true })
  })
})

test('a repeated header is an error that names it', () => {
  expect(new RepeatedHeader('webhook-id').message).toContain('webhook-id')
})
