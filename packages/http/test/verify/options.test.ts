import { describe, expect, test } from 'vitest'
import { config, secret } from '@xconnector/core'
import { boxLike, github, hmacSignature, stripeLike, type Verified, type Verifier } from '../../src/index.js'
import { requestOf, SENDERS } from '../support/senders.js'
import { NOW } from '../support/signed.js'

describe('nonsense is told of at once, by the name of its option', () => {
  const shop = { secret: 'k', header: 'x-sig' }
  test.each<[string, () => Verifier, RegExp]>([
    ['no secret', () => github({}), /^github: expected `secret` or `secrets`/],
    ['no secrets', () => stripeLike({ secrets: [] }), /^stripeLike: expected `secret`/],
    ['no key', () => boxLike({}), /^boxLike: expected `primary` or `secondary`/],
    ['an empty secret', () => github({ secret: '' }), /^github secret: .*empty/],
    ['one empty secret of two', () => stripeLike({ secrets: ['k', ' '] }), /^stripeLike secret: .*empty/],
    ['an empty key', () => boxLike({ primary: '' }), /^boxLike primary or secondary: .*empty/],
    ['an unknown id', () => github({ secret: 'k', id: 'x' as never }), /^github id/],
    ['an unknown word for pings', () => github({ secret: 'k', pings: 'no' as never }), /^github pings/],
    ['the scheme t', () => stripeLike({ secret: 'k', scheme: 't' }), /^stripeLike scheme/],
    ['a header with a space', () => stripeLike({ secret: 'k', header: 'a b' }), /^stripeLike header/],
    ['a tolerance that is none', () => stripeLike({ secret: 'k', tolerance: 'x' as never }), /tolerance/],
    ['a prefix with a colon', () => boxLike({ primary: 'k', prefix: 'a:b' }), /^boxLike prefix/],
    [
      'an unknown algorithm',
      () => hmacSignature({ ...shop, algorithm: 'md5' as never }),
      /algorithm: expected one of sha256/,
    ],
    ['an unknown encoding', () => hmacSignature({ ...shop, encoding: 'utf8' as never }), /encoding/],
    ['an empty separator', () => hmacSignature({ ...shop, separator: '' }), /separator/],
    [
      'a template without the body',
      () => hmacSignature({ ...shop, signed: '{path}' }),
      /\{body\} in the template, or/,
    ],
    [
      'a template with an unknown name',
      () => hmacSignature({ ...shop, signed: '{body}{fragment}' }),
      /"\{fragment\}"/,
    ],
    ['a template with a brace alone', () => hmacSignature({ ...shop, signed: '{body}}' }), /"\}"/],
    [
      'a time that nobody signed',
      () => hmacSignature({ ...shop, timestamp: { header: 'x-t' } }),
      /nobody signed/,
    ],
    [
      'an unknown form of time',
      () =>
        hmacSignature({
          ...shop,
          signed: '{header:x-t}{body}',
          timestamp: { header: 'x-t', format: 'x' as never },
        }),
      /timestamp.format/,
    ],
    ['a name with a line break', () => hmacSignature({ ...shop, name: 'a\nb' }), /name/],
  ])('%s', (_, made, message) => {
    expect(made).toThrow(TypeError)
    expect(made).toThrow(message)
  })
})

test('secrets from configuration are read when a runtime starts, and their variables are named', () => {
  const env = config({ GH: secret, BOX: secret }, { GH: 'gh key', BOX: ' ' })
  const verifier = github({ secret: env.GH })
  expect(verifier.settings).toHaveLength(1)
  const { sign } = SENDERS.find((s) => s.name === 'github')!
  expect(verifier.start!({}).verify(requestOf('{}', sign('{}', NOW), NOW))).toMatchObject({ ok: true })
  expect(verifier.start!({ GH: 'another' }).verify(requestOf('{}', sign('{}', NOW), NOW))).toMatchObject({
    ok: false,
  })
  expect(() => boxLike({ primary: env.BOX }).start!({})).toThrow(
    /boxLike primary or secondary: .*variable BOX/,
  )
  expect(() => github({ secrets: [env.GH, ''] })).toThrow(/empty/)
})

describe('hmacSignature', () => {
  const { sign } = SENDERS.find((s) => s.name === 'github')!
  const headers = sign('{"id":7}', NOW)
  const of = (verifier: Verifier, given = headers): Verified =>
    verifier.verify(requestOf('{"id":7}', given, NOW)) as Verified
  const common = { secret: 'gh key', header: 'x-hub-signature-256', prefix: 'sha256=' }

  test('several signatures stand in one header', () => {
    const verifier = hmacSignature({ ...common, separator: ' ' })
    const good = headers['x-hub-signature-256']!
    const two = { 'x-hub-signature-256': `sha256=${'0'.repeat(64)} ${good}` }
    expect(of(verifier, two)).toEqual({ ok: true })
    expect(of(verifier, { 'x-hub-signature-256': `${good} ${good.slice(0, -1)}` })).toMatchObject({
      reason: 'malformed',
    })
    expect(of(verifier, { 'x-hub-signature-256': Array(17).fill(good).join(' ') })).toMatchObject({
      reason: 'malformed',
    })
  })

  test('the id is a field, the body, or none', () => {
    expect(of(hmacSignature({ ...common, id: { field: 'id' } }))).toEqual({ ok: true, idField: 'id' })
    expect(of(hmacSignature({ ...common, id: 'body' }))).toMatchObject({
      id: expect.stringMatching(/^sha256:[\w-]{43}$/) as never,
    })
    expect(of(hmacSignature(common))).toEqual({ ok: true })
  })

  test('other hash functions have other lengths', () => {
    expect(of(hmacSignature({ ...common, algorithm: 'sha512' }))).toEqual({ ok: false, reason: 'malformed' })
  })
})
