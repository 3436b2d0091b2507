import { describe, expect, test } from 'vitest'
import { Webhook } from 'standardwebhooks'
import { Webhook as Svix } from 'svix'
import { Secret, systemClock } from '@xconnector/core'
import {
  boxLike,
  github,
  newWebhookKeyPair,
  newWebhookSecret,
  signStandardWebhook,
  standardWebhooks,
  stripeLike,
  type Verified,
  type Verifier,
} from '../../src/index.js'
import { requestOf } from '../support/senders.js'
import { NOW, SECRET } from '../support/signed.js'

const verified = (
  verifier: Verifier,
  body: string,
  headers: Readonly<Record<string, string>>,
  now = NOW,
): Verified => verifier.verify(requestOf(body, headers, now)) as Verified

describe('standardWebhooks v1a', () => {
  // The key pair and the signature that the reference implementation of Standard Webhooks tests with.
  const secret =
    'whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg=='
  const publicKey = 'whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4='
  const id = 'msg_p5jXN8AQM9LWM0D4loKWxJek'
  const body = '{"test": 2432232314}'
  const at = 1614265330
  const signature =
    'v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg=='

  test('signs and verifies the published vector', () => {
    const headers = signStandardWebhook({ secret, id, timestamp: at, body })
    expect(headers['webhook-signature']).toBe(signature)
    expect(verified(standardWebhooks({ secret: publicKey }), body, headers, at * 1000)).toEqual({
      ok: true,
      id,
      time: at * 1000,
    })
  })

  test('a key of 32 bytes is the seed alone', () => {
    const seed = `whsk_${Buffer.from(secret.slice(5), 'base64').subarray(0, 32).toString('base64')}`
    expect(signStandardWebhook({ secret: seed, id, timestamp: at, body })['webhook-signature']).toBe(
      signature,
    )
  })

  test('v1 and v1a stand beside each other, either way round', () => {
    const both = signStandardWebhook({ secret: [SECRET, new Secret(secret)], id, timestamp: at, body })
    expect(both['webhook-signature']).toMatch(/^v1,\S+ v1a,\S+$/)
    for (const of of [SECRET, publicKey])
      expect(verified(standardWebhooks({ secret: of }), body, both, at * 1000).ok).toBe(true)
    const verifier = standardWebhooks({ secrets: [newWebhookSecret(), publicKey] })
    expect(verified(verifier, body, both, at * 1000).ok).toBe(true)
    expect(verified(verifier, `${body} `, both, at * 1000)).toEqual({ ok: false, reason: 'mismatch' })
  })

  test('a signature of one scheme never counts for the other', () => {
    const swapped = {
      'webhook-id': id,
      'webhook-timestamp': String(at),
      'webhook-signature': signature.replace('v1a', 'v1'),
    }
    expect(verified(standardWebhooks({ secrets: [SECRET, publicKey] }), body, swapped, at * 1000)).toEqual({
      ok: false,
      reason: 'mismatch',
    })
  })

  test('new keys fit their counterparts', () => {
    const pair = newWebhookKeyPair()
    const headers = signStandardWebhook({ secret: pair.secret, id: 'm', timestamp: NOW / 1000, body })
    expect(verified(standardWebhooks({ secret: pair.publicKey }), body, headers).ok).toBe(true)
    expect(verified(standardWebhooks({ secret: publicKey }), body, headers).ok).toBe(false)
    expect(newWebhookSecret()).not.toBe(newWebhookSecret())
  })

  test.each([
    ['the private key where the public one belongs', () => standardWebhooks({ secret }), /whpk_.*private/],
    [
      'a public key of 31 bytes',
      () => standardWebhooks({ secret: `whpk_${Buffer.alloc(31).toString('base64')}` }),
      /32 bytes, got 31/,
    ],
    ['a public key that is no base64', () => standardWebhooks({ secret: 'whpk_?' }), /not base64/],
    [
      'signing with a public key',
      () => signStandardWebhook({ secret: publicKey, id, timestamp: at, body }),
      /signs/,
    ],
    [
      'a pair of two keys',
      () =>
        signStandardWebhook({
          secret: `whsk_${Buffer.concat([Buffer.from(secret.slice(5), 'base64').subarray(0, 32), Buffer.alloc(32, 1)]).toString('base64')}`,
          id,
          timestamp: at,
          body,
        }),
      /its own public key/,
    ],
  ])('%s is a TypeError without the key', (_, made, message) => {
    expect(made).toThrow(TypeError)
    expect(made).toThrow(message)
    expect(made).toThrow(expect.not.stringContaining(secret.slice(5, 20)) as never)
  })
})

describe('independent parties', () => {
  // They look at the platform's own clock.
  const at = Math.floor(systemClock.now() / 1000)
  const body = JSON.stringify({ text: 'Grüße, 世界' })

  test.each([
    ['standardwebhooks', new Webhook(SECRET)],
    ['svix', new Svix(SECRET)],
  ])('%s signs what we verify, and verifies what we sign', (_, party) => {
    const theirs = {
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(at),
      'webhook-signature': party.sign('msg_1', new Date(at * 1000), body),
    }
    expect(verified(standardWebhooks({ secret: SECRET }), body, theirs, at * 1000)).toMatchObject({
      ok: true,
    })
    const ours = {
      ...signStandardWebhook({ secret: [newWebhookSecret(), SECRET], id: 'msg_2', timestamp: at, body }),
    }
    expect(() => party.verify(body, ours)).not.toThrow()
    expect(() => party.verify(`${body} `, ours)).toThrow(/signature/i)
  })
})

describe('github', () => {
  // The vector of GitHub's documentation.
  const secret = "It's a Secret to Everybody"
  const headers = {
    'x-hub-signature-256': 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
    'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958',
  }

  test('verifies the published vector, and gives the delivery as id', () => {
    expect(verified(github({ secret }), 'Hello, World!', headers)).toEqual({
      ok: true,
      id: '72d3162e-cc78-11e3-81ab-4c9367dc0958',
    })
    expect(verified(github({ secrets: ['a new one', secret] }), 'Hello, World!', headers).ok).toBe(true)
  })

  test('the SHA-1 header alone is not looked at', () => {
    const old = {
      'x-hub-signature': 'sha1=d03207e4b030cf234e3447bac4d93add4c6643d8',
      'x-github-delivery': 'd',
    }
    expect(verified(github({ secret }), 'Hello, World!', old)).toEqual({ ok: false, reason: 'missing' })
  })

  test('by its body, a captured request with another delivery id is the same one', () => {
    const verifier = github({ secret, id: 'body' })
    const first = verified(verifier, 'Hello, World!', headers)
    const again = verified(verifier, 'Hello, World!', { ...headers, 'x-github-delivery': 'another' })
    expect(first).toMatchObject({ ok: true, id: expect.stringMatching(/^sha256:/) as never })
    expect(again).toEqual(first)
  })
})

describe('stripeLike', () => {
  const secret = 'whsec_test_secret'
  const good = '248a374f50f943a28b0f6ab50faf9a7e7e29b710fa26df9fb1618b9bf8ea9c9a'
  const of = (value: string): Verified =>
    verified(stripeLike({ secret }), '{"id":"evt_1"}', { 'stripe-signature': value })

  test('any of several signatures may be the good one, and other schemes are passed over', () => {
    expect(of(`t=1700000000,v1=${good}`)).toEqual({ ok: true, time: NOW, idField: 'id' })
    expect(of(`t=1700000000,v1=${'0'.repeat(64)},v1=${good},v0=whatever`).ok).toBe(true)
    expect(of(`v1=${good.toUpperCase()},t=1700000000`).ok).toBe(true)
  })

  test.each([
    ['two times', `t=1700000000,t=1700000000,v1=${good}`],
    ['a signed time', `t=+1700000000,v1=${good}`],
    ['a time with zeros in front', `t=01700000000,v1=${good}`],
    ['a time past all bounds', `t=${'9'.repeat(40)},v1=${good}`],
    ['no signature', 't=1700000000'],
    ['only one of another scheme', `t=1700000000,v0=${good}`],
    ['hex in two cases', `t=1700000000,v1=${good.slice(0, 32)}${good.slice(32).toUpperCase()}`],
    ['a space', `t=1700000000, v1=${good}`],
    ['eighteen signatures', `t=1700000000${`,v1=${good}`.repeat(18)}`],
  ])('%s is malformed', (_, value) => {
    expect(of(value)).toEqual({ ok: false, reason: 'malformed' })
  })

  test('header, scheme and id may be another sender’s', () => {
    const verifier = stripeLike({ secret, header: 'X-Pay', scheme: 's', id: { header: 'X-Id' } })
    const headers = { 'x-pay': `t=1700000000,s=${good}`, 'x-id': 'e1' }
    expect(verified(verifier, '{"id":"evt_1"}', headers)).toEqual({ ok: true, id: 'e1', time: NOW })
    expect(verified(verifier, '{"id":"evt_1"}', { 'x-pay': headers['x-pay'] })).toMatchObject({
      reason: 'missing',
    })
  })
})

describe('boxLike', () => {
  const headers = {
    'box-delivery-id': 'd1',
    'box-delivery-timestamp': '2023-11-14T15:13:20-07:00',
    'box-signature-primary': 'PtTe6WdQ8eV0GL4yoyV6V/iHT7bFQINq/Y6JTRDZhf4=',
    'box-signature-secondary': 'KK+NJ25An50e0ya+ByRCn70Vj+TxERCJpzeNfL69Yb0=',
  }
  const keys = { primary: 'SamplePrimaryKey', secondary: 'SampleSecondaryKey' }

  test('one good signature of the two is enough', () => {
    const good = { ok: true, id: 'd1', time: NOW }
    expect(verified(boxLike(keys), '{"id":"1"}', headers)).toEqual(good)
    expect(verified(boxLike({ secondary: keys.secondary }), '{"id":"1"}', headers)).toEqual(good)
    expect(verified(boxLike({ ...keys, primary: 'a new key' }), '{"id":"1"}', headers)).toEqual(good)
    expect(verified(boxLike({ primary: 'x', secondary: 'y' }), '{"id":"1"}', headers)).toMatchObject({
      ok: false,
    })
  })

  test.each([
    ['a version that is not known', { 'box-signature-version': '2' }],
    ['an algorithm that is not known', { 'box-signature-algorithm': 'none' }],
    ['a day that is none', { 'box-delivery-timestamp': '2023-02-30T15:13:20-07:00' }],
    ['a time without an offset', { 'box-delivery-timestamp': '2023-11-14T15:13:20' }],
    ['a second signature that is no base64', { 'box-signature-secondary': '?' }],
  ])('%s is malformed', (_, wrong) => {
    expect(verified(boxLike(keys), '{"id":"1"}', { ...headers, ...wrong })).toEqual({
      ok: false,
      reason: 'malformed',
    })
  })

  test('the headers may begin with another name', () => {
    const other = Object.fromEntries(Object.entries(headers).map(([n, v]) => [n.replace('box', 'crate'), v]))
    expect(verified(boxLike({ ...keys, prefix: 'Crate' }), '{"id":"1"}', other).ok).toBe(true)
  })
})
