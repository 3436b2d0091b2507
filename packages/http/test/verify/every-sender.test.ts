import { assert, constantFrom, integer, property, uint8Array } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ingress, type Verified } from '../../src/index.js'
import { anyJson } from '../support/any-json.js'
import { anything } from '../support/anything.js'
import { fakeIntake } from '../support/fake-intake.js'
import { manualClock } from '../support/manual-clock.js'
import { requestOf, SENDERS } from '../support/senders.js'
import { NOW } from '../support/signed.js'

describe.each(SENDERS)('$name', ({ verifier, sign, signature }) => {
  const verified = (body: string | Buffer, headers: Record<string, string>, now = NOW): Verified =>
    verifier.verify(requestOf(body, headers, now)) as Verified

  test('believes what was signed, whatever the bytes are', () => {
    assert(
      property(uint8Array({ maxLength: 200 }), (bytes) => {
        const body = Buffer.from(bytes)
        expect(verified(body, sign(body, NOW)).ok).toBe(true)
      }),
    )
  })

  test('a body of which one bit was changed is refused', () => {
    assert(
      property(uint8Array({ minLength: 1, maxLength: 64 }), integer({ min: 0 }), (bytes, n) => {
        const headers = sign(Buffer.from(bytes), NOW)
        const forged = Buffer.from(bytes)
        const at = n % (forged.length * 8)
        forged[at >> 3]! ^= 1 << (at & 7)
        expect(verified(forged, headers).ok).toBe(false)
      }),
    )
  })

  test('a signature of which one bit was changed is refused', () => {
    const headers = sign('{"id":"e"}', NOW)
    const text = headers[signature]!
    for (let i = 0; i < text.length * 7; i++) {
      const code = text.charCodeAt(Math.floor(i / 7)) ^ (1 << (i % 7))
      const forged =
        text.slice(0, Math.floor(i / 7)) + String.fromCharCode(code) + text.slice(Math.floor(i / 7) + 1)
      expect({ forged, ok: verified('{"id":"e"}', { ...headers, [signature]: forged }).ok }).toEqual({
        forged,
        ok: false,
      })
    }
  })

  test('a signature with something before it, behind it, or cut off is refused', () => {
    const headers = sign('{}', NOW)
    assert(
      property(
        constantFrom('', ' ', '=', 'A', '\0', ',', ',,', ';'),
        integer({ min: 1, max: 8 }),
        (extra, cut) => {
          const good = headers[signature]!
          const wrong = [good.slice(0, -cut), ...(extra === '' ? [''] : [extra + good, good + extra])]
          for (const text of wrong) expect(verified('{}', { ...headers, [signature]: text }).ok).toBe(false)
        },
      ),
    )
  })

  test('a header that is missing says so, and one that is empty is none', () => {
    const headers = sign('{}', NOW)
    const { [signature]: _signature, ...without } = headers
    expect(verified('{}', without)).toEqual({ ok: false, reason: 'missing' })
    expect(verified('{}', {}).ok).toBe(false)
    expect(verified('{}', { ...headers, [signature]: '' }).ok).toBe(false)
  })

  test('headers that a fetch server has joined are refused', async () => {
    const headers = sign('{}', NOW)
    for (const name of Object.keys(headers)) {
      // Neither is part of what a sender says who it is.
      if (name === 'x-github-event') continue
      const joined = new Headers(headers)
      joined.append(name, headers[name]!)
      expect({ name, ...verified('{}', Object.fromEntries(joined)) }).toEqual({
        name,
        ok: false,
        reason: expect.stringMatching(/malformed|mismatch/) as never,
      })
    }
  })

  test('nothing that a stranger sends makes it throw or believe', () => {
    assert(
      property(anything(), (text) => {
        const headers = Object.fromEntries(Object.keys(sign('{}', NOW)).map((name) => [name, text]))
        expect(verified('{}', headers).ok).toBe(false)
      }),
    )
  })

  test('in an ingress a stranger gets 401 without a reason, and the log has it without the request', async () => {
    const hooks = ingress({ clock: manualClock(NOW) })
    const intake = fakeIntake({ clock: manualClock(NOW) })
    const source = hooks.webhook({ path: '/o', body: anyJson, verify: verifier })
    await source.start(intake)
    const send = (headers: Record<string, string>): Promise<Response> =>
      hooks.fetch(
        new Request('https://here.example/o', {
          method: 'POST',
          body: '{"id":"canary"}',
          headers: { 'content-type': 'application/json', ...headers },
        }),
      )
    expect((await send(sign('{"id":"canary"}', NOW))).status).toBe(202)
    const refused = await send(sign('{"id":"other"}', NOW))
    expect(refused.status).toBe(401)
    expect(await refused.text()).not.toMatch(/mismatch|signature/)
    expect(intake.got).toHaveLength(1)
    expect(intake.said.map((s) => s.data)).toEqual([
      { source: '/o', verifier: verifier.name, reason: 'mismatch' },
    ])
  })
})

describe.each(SENDERS.filter((s) => s.timed))('$name signs a time', ({ verifier, sign, signature }) => {
  const verified = (body: string, headers: Record<string, string>, now = NOW): Verified =>
    verifier.verify(requestOf(body, headers, now)) as Verified

  test('is as strict about time as its tolerance', () => {
    const minutes = (n: number): number => n * 60_000
    const tolerance = signature.startsWith('box') ? minutes(10) : minutes(5)
    const at = (offset: number): Verified => verified('{}', sign('{}', NOW), NOW + offset)
    expect(at(tolerance).ok).toBe(true)
    expect(at(-tolerance).ok).toBe(true)
    expect(at(tolerance + 1)).toEqual({ ok: false, reason: 'stale' })
    expect(at(-tolerance - 1)).toEqual({ ok: false, reason: 'stale' })
  })

  test('a forged request that is stale too is told by its signature', () => {
    expect(verified('{ }', sign('{}', NOW), NOW + 864e5)).toEqual({ ok: false, reason: 'mismatch' })
  })
})
