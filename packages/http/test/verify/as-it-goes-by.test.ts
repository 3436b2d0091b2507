import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  hmacSignature,
  sharedToken,
  unsigned,
  type SignedHead,
  type Verified,
  type Verifier,
} from '../../src/index.js'
import { requestOf, SENDERS } from '../support/senders.js'
import { NOW } from '../support/signed.js'

const seen = (verifier: Verifier, head: SignedHead, chunks: readonly Buffer[]): Verified => {
  const begun = verifier.begin!(head) as Exclude<ReturnType<NonNullable<Verifier['begin']>>, Promise<unknown>>
  if ('ok' in begun) return begun
  for (const chunk of chunks) begun.update(chunk)
  return begun.end() as Verified
}

const body = fc.uint8Array({ maxLength: 300 }).map((b) => Buffer.from(b))

describe('a body that goes by is judged as one that is there as a whole', () => {
  test.each(SENDERS.filter((s) => s.verifier.begin !== undefined))('$name', ({ verifier, sign }) => {
    fc.assert(
      fc.property(body, fc.array(fc.nat(300)), fc.option(fc.nat(299)), (raw, cuts, flipped) => {
        const headers = sign(raw, NOW)
        const sent = Buffer.from(raw)
        if (flipped !== null && flipped < sent.length) sent[flipped]! ^= 1
        const request = requestOf(sent, headers, NOW)
        const places = [0, ...cuts.filter((c) => c < sent.length).toSorted((a, b) => a - b), sent.length]
        const chunks = places.slice(1).map((end, i) => sent.subarray(places[i], end))
        const found = seen(verifier, request, chunks)
        expect(found).toEqual(verifier.verify(request))
        expect(found.ok).toBe(sent.equals(raw))
      }),
      { seed: 5, numRuns: 100 },
    )
  })

  test('all senders but ed25519 can be', () =>
    expect(SENDERS.filter((s) => s.verifier.begin === undefined).map((s) => s.name)).toEqual([
      'standardWebhooks v1a',
    ]))

  test('what the head tells is told before the body', () => {
    const token = sharedToken({ header: 'x-token', token: 'a long shared token' })
    const head = (headers: Record<string, string>): SignedHead => requestOf('', headers, NOW)
    expect(token.begin!(head({ 'x-token': 'a long shared token' }))).toEqual({ ok: true })
    expect(token.begin!(head({ 'x-token': 'other' }))).toEqual({ ok: false, reason: 'mismatch' })
    expect(unsigned({ because: 'a test' }).begin!(head({}))).toEqual({ ok: true })
    for (const { verifier, name } of SENDERS.filter((s) => s.verifier.begin !== undefined))
      expect([name, verifier.begin!(head({}))]).toEqual([name, { ok: false, reason: 'missing' }])
  })

  test('a body that stands twice in what is signed is needed as a whole', () => {
    const secret = 'a key'
    expect(hmacSignature({ secret, header: 'x', signed: '{body}{body}' }).begin).toBeUndefined()
    const verifier = hmacSignature({ secret, header: 'x', signed: 'a{body}b{path}' })
    const x = createHmac('sha256', secret).update('abodyb/o').digest('hex')
    expect(seen(verifier, requestOf('', { x }, NOW), [Buffer.from('bo'), Buffer.from('dy')])).toEqual({
      ok: true,
    })
  })
})

test('a query can be signed: as it came', () => {
  const verifier = hmacSignature({ secret: 'a key', header: 'x', signed: '{path}?{query}\n{body}' })
  const x = createHmac('sha256', 'a key').update('/o?a=%20b&a=1\nhello').digest('hex')
  const request = { ...requestOf('hello', { x }, NOW), query: 'a=%20b&a=1' }
  expect(verifier.verify(request)).toEqual({ ok: true })
  expect(seen(verifier, request, [Buffer.from('hello')])).toEqual({ ok: true })
  expect(verifier.verify({ ...request, query: 'a=%20b&a=2' })).toMatchObject({
    ok: false,
    reason: 'mismatch',
  })
})
