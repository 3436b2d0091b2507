import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { platformSignature } from '../../src/index.js'
import { fakeStack, type ListeningStack } from '../../src/testing/index.js'
import { fixedClock, NOW } from '../support/fixed-clock.js'
import { signedRequest } from '../support/signed-request.js'

const clock = fixedClock()
const stack = fakeStack({ contentTypes: ['article'], clock })
const saved = stack.entries.save('article', { title: 'A', price: 1.5, name: 'Zoë' })
const event = stack.entries.publish(saved.uid)
const url = 'https://me.example/hooks/cms'
const HEADER = 'x-contentstack-request-signature'
const keysAsked = (): number => stack.log.filter((r) => r.api === 'keys').length

let server: ListeningStack
beforeAll(async () => {
  server = await stack.listen()
})
afterAll(() => server.close())

test('a genuine request is believed, with the sha256 of its body as the id and triggered_at as the time', async () => {
  const verifier = platformSignature({ hosts: server.url })
  const request = stack.request(event, { url })
  const { triggered_at: at } = event.bodies.full as { triggered_at: string }
  const verified = await verifier.verify(await signedRequest(request, NOW))
  expect(verified).toMatchObject({
    ok: true,
    time: Date.parse(at),
    id: expect.stringMatching(/^[0-9a-f]{64}$/),
  })
})

test('a body of which any byte was changed is not believed', async () => {
  const verifier = platformSignature({ hosts: server.url })
  const genuine = await signedRequest(stack.request(event, { url }), NOW)
  await fc.assert(
    fc.asyncProperty(fc.nat(genuine.raw.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
      const raw = Uint8Array.from(genuine.raw)
      raw[at]! ^= flip
      expect(await verifier.verify({ ...genuine, raw })).toEqual({ ok: false, reason: 'mismatch' })
    }),
    { numRuns: 50 },
  )
})

test('a signature of which any character was changed is not believed', async () => {
  const verifier = platformSignature({ hosts: server.url })
  const request = stack.request(event, { url })
  const signature = request.headers.get(HEADER)!
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 3, max: signature.length - 4 }), async (at) => {
      const other = signature[at] === 'A' ? 'B' : 'A'
      const changed = signature.slice(0, at) + other + signature.slice(at + 1)
      const verified = await verifier.verify(
        await signedRequest(request, NOW, { headers: { [HEADER]: changed } }),
      )
      expect(verified).toEqual({ ok: false, reason: 'mismatch' })
    }),
    { numRuns: 50 },
  )
})

test('a body that was parsed and written again is not believed', async () => {
  const verifier = platformSignature({ hosts: server.url })
  const own = stack.request(event, { url })
  const spaced = JSON.stringify(JSON.parse(await own.clone().text()), null, 1)
  const verified = await verifier.verify(await signedRequest(own, NOW, { raw: Buffer.from(spaced) }))
  expect(verified).toEqual({ ok: false, reason: 'mismatch' })
})

test('one signature of several is enough, and those of other versions are passed over', async () => {
  const verifier = platformSignature({ hosts: server.url })
  const request = stack.request(event, { url })
  const good = request.headers.get(HEADER)!
  const wrong = `v1=${Buffer.alloc(256, 7).toString('base64')}`
  const verified = await verifier.verify(
    await signedRequest(request, NOW, { headers: { [HEADER]: `v2=abc,${wrong},${good}` } }),
  )
  expect(verified.ok).toBe(true)
})

test.each([
  ['nothing', undefined, 'missing'],
  ['an empty text', '', 'missing'],
  ['no version', 'bm9uZQ==', 'malformed'],
  ['only another version', 'v2=bm9uZQ==', 'malformed'],
  ['characters that base64 has not', 'v1=***', 'malformed'],
  ['blanks between elements, as of a header that came twice', 'v1=bm9u, v1=bm9u', 'malformed'],
  ['seventeen elements', Array.from({ length: 17 }, () => 'v1=bm9u').join(','), 'malformed'],
  ['a signature of another length', 'v1=bm9uZQ==', 'mismatch'],
])('a header with %s is refused', async (_, header, reason) => {
  const verifier = platformSignature({ hosts: server.url })
  const genuine = await signedRequest(stack.request(event, { url }), NOW)
  const verified = await verifier.verify({ ...genuine, header: () => header })
  expect(verified).toEqual({ ok: false, reason })
})

test('an event is believed for as long as its sender retries, and is stale after fifteen minutes', async () => {
  const verifier = platformSignature({ hosts: server.url })
  const genuine = await signedRequest(stack.request(event, { url }), NOW)
  expect((await verifier.verify({ ...genuine, now: NOW + 785_000 })).ok).toBe(true)
  expect(await verifier.verify({ ...genuine, now: NOW + 901_000 })).toEqual({ ok: false, reason: 'stale' })
  expect(await verifier.verify({ ...genuine, now: NOW - 901_000 })).toEqual({ ok: false, reason: 'stale' })
})

test('a signed body without triggered_at is malformed', async () => {
  const verifier = platformSignature({ hosts: server.url })
  const bodies = { full: { module: 'entry' }, concise: {} }
  const request = stack.request({ ...event, bodies }, { url })
  expect(await verifier.verify(await signedRequest(request, NOW))).toEqual({ ok: false, reason: 'malformed' })
})

test('the key is fetched once for all who need it at a time, and kept', async () => {
  const verifier = platformSignature({ hosts: server.url })
  const genuine = await signedRequest(stack.request(event, { url }), NOW)
  const before = keysAsked()
  const all = await Promise.all([1, 2, 3, 4, 5].map(async () => verifier.verify(genuine)))
  await verifier.verify(genuine)
  expect(all.every((v) => v.ok)).toBe(true)
  expect(keysAsked() - before).toBe(1)
})

test('a rotated key is fetched when a signature does not match, but at most once a minute', async () => {
  const verifier = platformSignature({ hosts: server.url })
  expect((await verifier.verify(await signedRequest(stack.request(event, { url }), NOW))).ok).toBe(true)
  stack.rotateKey()
  const rotated = await signedRequest(stack.request(event, { url }), NOW)
  const before = keysAsked()
  expect(await verifier.verify({ ...rotated, now: NOW + 59_000 })).toEqual({ ok: false, reason: 'mismatch' })
  expect(keysAsked() - before).toBe(0)
  expect((await verifier.verify({ ...rotated, now: NOW + 61_000 })).ok).toBe(true)
  const forged = { ...rotated, raw: Buffer.from('{}') }
  for (let s = 62; s < 120; s++) await verifier.verify({ ...forged, now: NOW + s * 1000 })
  expect(keysAsked() - before).toBe(1)
})

test('while the key cannot be had nothing is believed nor refused, and it is asked for again', async () => {
  const verifier = platformSignature({ hosts: server.url })
  const genuine = await signedRequest(stack.request(event, { url }), NOW)
  stack.fail({ with: 500, times: 2, match: '/.well-known/' })
  await expect(async () => verifier.verify(genuine)).rejects.toMatchObject({
    _tag: 'KeyUnavailable',
    kind: 'transient',
  })
  await expect(async () => verifier.verify(genuine)).rejects.toMatchObject({ _tag: 'KeyUnavailable' })
  expect((await verifier.verify(genuine)).ok).toBe(true)
})

test('a region that is none is refused when it is declared', () => {
  expect(() => platformSignature({ region: 'MARS' as never })).toThrow(/expected one of NA, EU/)
})
