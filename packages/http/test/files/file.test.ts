import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { sharedToken, standardWebhooks, unsigned, newWebhookKeyPair, ingress } from '../../src/index.js'
import { httpServer, send } from '../support/loopback.js'
import { manualClock } from '../support/manual-clock.js'
import { NOW, SECRET, signed } from '../support/signed.js'
import { sha256 } from '../support/streams.js'
import { filed, signedFile } from './filed.js'

const big = Buffer.alloc(1024 * 1024 + 7, 'some bytes of a file. ')
const because = 'a test'

describe('a file that comes in', () => {
  test('goes to the store, and its message refers to it', async () => {
    await using place = await filed({ headers: ['X-Album'] })
    await using server = await httpServer(place.hooks.node)
    const answer = await send(`${server.url}/files?x=1`, {
      headers: {
        ...signedFile(big),
        'content-type': 'Image/PNG; a=b',
        'content-disposition': 'attachment; filename="x.png"; filename*=UTF-8\'\'Gr%C3%BC%C3%9Fe.png',
        'x-album': 'summer',
        cookie: 'a=b',
      },
      body: big,
    })
    expect([answer.status, answer.text]).toEqual([202, '{"id":"id-1"}'])
    const [incoming] = place.intake.got
    expect(incoming).toMatchObject({ type: 'file', dedupe: 'up-1', headers: { 'x-album': 'summer' } })
    expect(incoming!.raw).toEqual({
      file: {
        provider: 'in',
        id: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
        version: sha256(big),
        size: big.length,
        sha256: sha256(big),
      },
      type: 'image/png',
      name: 'Grüße.png',
      params: {},
      headers: { 'x-album': 'summer' },
    })
    expect((await place.bytesOf(incoming!.raw)).equals(big)).toBe(true)
  })

  test('the message has the parameters of its path, and is of the type that was named', async () => {
    await using place = await filed({ path: '/orders/:order/files', type: { header: 'X-Kind' } })
    const response = await place.hooks.fetch(put('/orders/a%20b/files', 'x', { 'x-kind': 'invoice' }))
    expect(response.status).toBe(202)
    expect(place.intake.got).toMatchObject([
      {
        type: 'invoice',
        raw: { params: { order: 'a b' }, type: 'application/octet-stream', file: { size: 1 } },
      },
    ])
    expect(place.intake.got[0]!.raw as object).not.toHaveProperty('name')
  })

  test('an empty file is a file', async () => {
    await using place = await filed()
    await using server = await httpServer(place.hooks.node)
    expect((await send(`${server.url}/files`, { headers: signedFile(''), body: '' })).status).toBe(202)
    expect(place.intake.got).toMatchObject([{ raw: { file: { size: 0, sha256: sha256(Buffer.alloc(0)) } } }])
  })

  test('its decoder takes what was stored, and nothing else', async () => {
    const source = ingress().file({
      path: '/f',
      verify: unsigned({ because }),
      store: { put: () => undefined, remove: () => undefined } as never,
    })
    const file = { provider: 'p', id: 'i', version: 'v', size: 1, sha256: 's' }
    const raw = { file, type: 'a/b', params: {}, headers: {} }
    expect(await source.decode(raw)).toMatchObject({ _tag: 'Right', right: raw })
    for (const bad of [
      null,
      [],
      {},
      { ...raw, file: { ...file, size: '1' } },
      { ...raw, name: 1 },
      { ...raw, params: [] },
    ])
      expect(await source.decode(bad)).toMatchObject({ _tag: 'Left' })
  })
})

describe('what is not believed', () => {
  test('leaves nothing behind', async () => {
    await using place = await filed()
    await using server = await httpServer(place.hooks.node)
    const wrong = { ...signedFile(big), 'x-signature': signedFile('other')['x-signature']! }
    const answer = await send(`${server.url}/files`, { headers: wrong, body: big })
    expect(answer.status).toBe(401)
    expect([place.intake.got, await place.files()]).toEqual([[], []])
    expect(place.intake.said).toMatchObject([{ level: 'warn', data: { reason: 'mismatch' } }])
  })

  test('by its head alone is refused before a byte of it is read', async () => {
    await using place = await filed({
      verify: sharedToken({ header: 'x-token', token: 'a long shared token' }),
    })
    let pulled = 0
    const body = new ReadableStream(
      {
        pull(controller) {
          pulled++
          controller.enqueue(new Uint8Array(1024))
        },
      },
      { highWaterMark: 0 },
    )
    const init = { method: 'POST', body, duplex: 'half', headers: { 'x-token': 'wrong' } }
    const response = await place.hooks.fetch(new Request('http://here.test/files', init as RequestInit))
    expect([response.status, pulled]).toEqual([401, 0])
    const none = await place.hooks.fetch(put('/files', 'x', { 'x-signature': '' }))
    expect([none.status, await place.files()]).toEqual([401, []])
  })

  test('a repeat that is forged is refused like any other', async () => {
    await using place = await filed()
    expect((await place.hooks.fetch(put('/files', 'x'))).status).toBe(202)
    const forged = put('/files', 'y', { 'x-signature': signedFile('x')['x-signature']! })
    expect((await place.hooks.fetch(forged)).status).toBe(401)
  })

  test('Standard Webhooks are verified as they go by; ed25519 cannot be, and says so', async () => {
    const clock = manualClock(NOW)
    await using place = await filed({ verify: standardWebhooks({ secret: SECRET }) }, { clock })
    await using server = await httpServer(place.hooks.node)
    const good = await send(`${server.url}/files`, { headers: signed(big), body: big })
    const bad = await send(`${server.url}/files`, {
      headers: signed(big, { id: 'm2' }),
      body: Buffer.from(`${big.toString().slice(0, -1)}x`),
    })
    const old = await send(`${server.url}/files`, { headers: signed(big, { at: NOW - 400_000 }), body: big })
    expect([good.status, bad.status, old.status]).toEqual([202, 401, 401])
    expect(place.intake.got).toMatchObject([{ dedupe: 'msg_1', time: NOW }])
    const only = standardWebhooks({ secret: newWebhookKeyPair().publicKey })
    await expect(filed({ verify: only })).rejects.toThrow(
      /verify: expected a verifier that can look at a body as it goes by/,
    )
  })
})

describe('what comes twice', () => {
  test('is answered as the first, whose file stays the only one', async () => {
    await using place = await filed()
    const answers = []
    for (let i = 0; i < 3; i++) answers.push(await (await place.hooks.fetch(put('/files', 'x'))).text())
    expect(answers).toEqual(['{"id":"id-1"}', '{"id":"id-1"}', '{"id":"id-1"}'])
    expect([place.intake.got.length, (await place.files()).length]).toEqual([1, 1])
    expect((await place.bytesOf(place.intake.got[0]!.raw)).toString()).toBe('x')
  })

  test('at the same time too', async () => {
    await using place = await filed()
    const sent = Array.from({ length: 20 }, () => place.hooks.fetch(put('/files', 'x')))
    const texts = await Promise.all((await Promise.all(sent)).map((r) => r.text()))
    expect(new Set(texts)).toEqual(new Set(['{"id":"id-1"}']))
    expect((await place.files()).length).toBe(1)
  })

  test('may be known by the bytes of the file', async () => {
    await using place = await filed({ dedupe: 'content', verify: unsigned({ because }) })
    for (const body of ['a', 'b', 'a']) await place.hooks.fetch(put('/files', body))
    const of = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`
    expect(place.intake.got.map((i) => i.dedupe)).toEqual([of('a'), of('b')])
    expect((await place.files()).length).toBe(2)
  })
})

describe('checksums', () => {
  const digest = (algorithm: 'sha256' | 'sha512', body: string): string =>
    `${algorithm.replace('sha', 'sha-')}=:${createHash(algorithm).update(body).digest('base64')}:`

  test.each([
    ['Content-Digest', { 'content-digest': digest('sha256', 'x') }, 202],
    ['Repr-Digest with SHA-512', { 'repr-digest': digest('sha512', 'x') }, 202],
    ['both, in one field', { 'content-digest': `${digest('sha256', 'x')}, ${digest('sha512', 'x')}` }, 202],
    ['one of another body', { 'content-digest': digest('sha256', 'y') }, 400],
    [
      'two of which one is wrong',
      { 'content-digest': `${digest('sha256', 'x')}, ${digest('sha512', 'y')}` },
      400,
    ],
    ['one in the header of the sender', { 'x-sha256': sha256(Buffer.from('x')) }, 202],
    ['another in the header of the sender', { 'x-sha256': sha256(Buffer.from('y')) }, 400],
    ['no checksum in that header', { 'x-sha256': 'abc' }, 400],
    ['an algorithm that nobody trusts alone', { 'content-digest': 'md5=:AAAA:' }, 400],
    ['one of the wrong length', { 'content-digest': 'sha-256=:AAAA:' }, 400],
    ['a malformed field', { 'content-digest': 'sha-256=' }, 400],
    ['none, where it is required', {}, 400],
  ])('%s', async (_, headers, status) => {
    await using place = await filed({ digest: 'required', digestHeader: 'X-SHA256' })
    const response = await place.hooks.fetch(put('/files', 'x', headers))
    expect(response.status).toBe(status)
    expect((await place.files()).length).toBe(status === 202 ? 1 : 0)
  })
})

const put = (path: string, body: string, headers: Record<string, string> = {}): Request =>
  new Request(`http://here.test${path}`, {
    method: 'POST',
    body: Buffer.from(body),
    headers: { ...signedFile(body), ...headers },
  })
