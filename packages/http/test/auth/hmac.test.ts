import { createHash, createHmac } from 'node:crypto'
import { Readable } from 'node:stream'
import { inspect } from 'node:util'
import { afterEach, describe, expect, test } from 'vitest'
import { config, secret, type Clock } from '@xconnector/core'
import {
  all,
  apiKey,
  bytes,
  hmac,
  http,
  json,
  type Auth,
  type AuthCall,
  type HmacOptions,
  type Unsigned,
} from '../../src/index.js'
import { tcpServer } from '../support/loopback.js'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

const KEY = 'pl4nted-key-0c83f57c'
const NOW = 1_700_000_000_000
const at = (now: number): AuthCall => ({ clock: { now: () => now } }) as never
const request: Unsigned = {
  method: 'post',
  url: new URL('https://api.example:8443/a%20b/c?x=1&y=%2F'),
  headers: { 'x-app': 'app', 'content-type': 'application/json' },
  body: Buffer.from('{"n":1}'),
}
const hashOf = (what: string | Buffer): string => createHash('sha256').update(what).digest('hex')
const macOf = (what: string | Buffer, key = KEY): string =>
  createHmac('sha256', key).update(what).digest('hex')
const signed = async (options: Partial<HmacOptions>, what = request, now = NOW) =>
  (await hmac({ key: KEY, header: 'X-Signature', sign: '{body}', ...options }).sign!(what, {}, at(now)))
    .headers

describe('what is signed', () => {
  test.each([
    ['{method} {target}', 'POST /a%20b/c?x=1&y=%2F'],
    ['{path}|{query}|{host}', '/a%20b/c|x=1&y=%2F|api.example:8443'],
    ['{timestamp}.{body}', '1700000000.{"n":1}'],
    ['{bodyHash}', hashOf('{"n":1}')],
    ['{header:X-App};{header:absent}', 'app;'],
    ['{keyId}\n', 'k1\n'],
    ['nothing to fill', 'nothing to fill'],
  ])('%s', async (sign, text) => {
    expect(await signed({ sign, keyId: 'k1' })).toEqual({ 'x-signature': macOf(text) })
  })

  test('what is put in is not looked at again', async () => {
    const sly = { ...request, headers: { 'x-app': '{body}' } }
    expect(await signed({ sign: '{header:x-app}' }, sly)).toEqual({ 'x-signature': macOf('{body}') })
  })

  test('bytes of a body that are no text are signed as they are', async () => {
    const body = Buffer.from([0xff, 0x00, 0xfe])
    expect(await signed({ sign: 'v0:{body}' }, { ...request, body })).toEqual({
      'x-signature': macOf(Buffer.concat([Buffer.from('v0:'), body])),
    })
  })

  test('a function gives what it wants, one after the other', async () => {
    const sign: HmacOptions['sign'] = (parts) => [parts.method, '\n', parts.body()]
    expect(await signed({ sign })).toEqual({ 'x-signature': macOf('POST\n{"n":1}') })
    expect(await signed({ sign: (parts) => parts.bodyHash() })).toEqual({
      'x-signature': macOf(hashOf('{"n":1}')),
    })
  })

  test('no body is an empty one', async () => {
    expect(await signed({ sign: '{body}{bodyHash}' }, { ...request, body: undefined })).toEqual({
      'x-signature': macOf(hashOf('')),
    })
  })
})

describe('how it is sent', () => {
  test('algorithms, writings, keys', async () => {
    const key = Buffer.from('0123456789abcdef')
    const mac = (algorithm: string) => createHmac(algorithm, key).update('{"n":1}')
    expect(await signed({ key: key.toString('base64'), keyAs: 'base64', as: 'base64' })).toEqual({
      'x-signature': mac('sha256').digest('base64'),
    })
    expect(
      await signed({ key: key.toString('hex'), keyAs: 'hex', algorithm: 'sha512', as: 'base64url' }),
    ).toEqual({
      'x-signature': mac('sha512').digest('base64url'),
    })
  })

  test('headers of its own: time, nonce, hash, and what stands around the signature', async () => {
    let n = 0
    const headers = await signed({
      sign: '{timestamp}{nonce}',
      header: 'Authorization',
      keyId: 'k1',
      value: 'HMAC {keyId}:{signature}',
      timestamp: { header: 'X-Time', as: 'iso' },
      nonce: { header: 'X-Nonce' },
      bodyHash: { header: 'X-Hash' },
      ids: { next: () => `id-${++n}` },
    })
    expect(headers).toEqual({
      'x-time': '2023-11-14T22:13:20.000Z',
      'x-nonce': 'id-1',
      'x-hash': hashOf('{"n":1}'),
      authorization: `HMAC k1:${macOf('2023-11-14T22:13:20.000Zid-1')}`,
    })
    expect(await signed({ sign: 'x', timestamp: { header: 't', as: 'millis' } })).toMatchObject({
      t: '1700000000000',
    })
  })

  test('a key from configuration is read when it is needed, and checked at start', async () => {
    const { HMAC_KEY } = config({ HMAC_KEY: secret }, { HMAC_KEY: KEY })
    const auth = hmac({ key: HMAC_KEY, header: 'x', sign: 'a' })
    expect(auth.settings?.map((s) => s.variable)).toEqual(['HMAC_KEY'])
    expect((await auth.sign!(request, {}, at(NOW))).headers).toEqual({ x: macOf('a') })
  })
})

describe('options that make no sense', () => {
  test.each([
    [{ key: '' }, /hmac key: expected a secret/],
    [{ key: 'zz', keyAs: 'hex' }, /hmac key: expected bytes written as hex/],
    [{ keyAs: 'bits' }, /hmac keyAs: .*"bits"/],
    [{ algorithm: 'md5' }, /hmac algorithm: .*"md5"/],
    [{ as: 'latin1' }, /hmac as:/],
    [{ sign: '{boddy}' }, /hmac sign: .*\{boddy\}/],
    [{ value: 'x' }, /hmac value: expected \{signature\}/],
    [{ value: '{signature}{body}' }, /hmac value: .*\{body\}/],
    [{ header: 'a b' }, /hmac header: expected a header name/],
    [{ nonce: { header: 'X-Signature' } }, /two of its headers/],
    [{ timestamp: { as: 'days' } }, /hmac timestamp as/],
  ])('%o', (wrong, message) => {
    const make = () => hmac({ key: KEY, header: 'x-signature', sign: '{body}', ...(wrong as object) })
    expect(make).toThrow(TypeError)
    expect(make).toThrow(message)
    expect(make).not.toThrow(/pl4nted/)
  })
})

const answering = async (auth: Auth, answers: readonly string[], clock?: Clock) => {
  let n = 0
  const server = await tcpServer((socket) => {
    const answer = answers[Math.min(n++, answers.length - 1)]!
    socket.end(`HTTP/1.1 ${answer} X\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}`)
  })
  const client = http({ name: 'api', baseUrl: server.url, auth, ...(clock && { ports: { clock } }) })
  closing.push(
    () => client.close(),
    () => server[Symbol.asyncDispose](),
  )
  return { server, client }
}

const header = (text: string, name: string): string | undefined =>
  new RegExp(`^${name}: (.*)\r$`, 'im').exec(text)?.[1]

describe('on the wire', () => {
  test('each time has a timestamp and a signature of its own, the quick retry included', async () => {
    let now = NOW
    const clock: Clock = {
      now: () => now,
      after: () => () => {},
      soon: (f) => queueMicrotask(f),
      sleep() {
        now += 2_000
        return Promise.resolve()
      },
    }
    const auth = hmac({
      key: KEY,
      header: 'x-sig',
      sign: '{timestamp}.{body}',
      timestamp: { header: 'x-time' },
    })
    const { server, client } = await answering(auth, ['503', '200'], clock)
    const put = client.target({
      name: 'p',
      method: 'PUT',
      path: '/a',
      body: json<object>(),
      effect: 'idempotent',
    })
    expect(await put.call({ n: 1 })).toMatchObject({ _tag: 'Right' })
    expect(server.requests.map((r) => [header(r, 'x-time'), header(r, 'x-sig')])).toEqual([
      ['1700000000', macOf('1700000000.{"n":1}')],
      ['1700000002', macOf('1700000002.{"n":1}')],
    ])
  })

  test('a signer beside an API key signs over the key', async () => {
    const auth = all(
      apiKey({ header: 'x-key', key: 'k-123' }),
      hmac({ key: KEY, header: 'x-sig', sign: '{header:x-key}' }),
    )
    const { server, client } = await answering(auth, ['200'])
    await client.query({ name: 'q', path: '/' }).run()
    expect(header(server.requests[0]!, 'x-key')).toBe('k-123')
    expect(header(server.requests[0]!, 'x-sig')).toBe(macOf('k-123'))
  })

  test('the path and query that are sent are those that are signed', async () => {
    const auth = all(
      apiKey({ in: 'query', parameter: 'k', key: 'a b' }),
      hmac({ key: KEY, header: 's', sign: '{target}' }),
    )
    const { server, client } = await answering(auth, ['200'])
    await client.query({ name: 'q', path: '/a/:id', query: { z: 'ü' } }).run({ id: 'x/y' })
    const target = server.requests[0]!.split(' ')[1]!
    expect(target).toBe('/a/x%2Fy?z=%C3%BC&k=a+b')
    expect(header(server.requests[0]!, 's')).toBe(macOf(target))
  })

  const upload = (auth: Auth) =>
    answering(auth, ['200']).then(({ server, client }) => ({
      server,
      put: client.target({
        name: 'up',
        method: 'PUT',
        path: '/',
        effect: 'idempotent',
        body: bytes(() => ({
          stream: Readable.from([Buffer.from('data')], { objectMode: false }),
          length: 4,
        })),
      }),
    }))

  test('a stream is refused where the body is signed', async () => {
    const { server, put } = await upload(hmac({ key: KEY, header: 's', sign: '{body}' }))
    const result = await put.call(undefined)
    expect(result).toMatchObject({ left: { _tag: 'StepFailed', kind: 'permanent' } })
    expect(inspect(result, { depth: 9, showHidden: true })).not.toMatch(/pl4nted/)
    expect(server.requests).toEqual([])
  })

  test('or goes without its hash, by option; and where the body is not signed', async () => {
    const by = hmac({ key: KEY, header: 's', sign: '{bodyHash}', streams: { bodyHash: 'UNSIGNED' } })
    const { server, put } = await upload(by)
    expect(await put.call(undefined)).toMatchObject({ _tag: 'Right' })
    expect(header(server.requests[0]!, 's')).toBe(macOf('UNSIGNED'))
    const other = await upload(hmac({ key: KEY, header: 's', sign: '{method}' }))
    expect(await other.put.call(undefined)).toMatchObject({ _tag: 'Right' })
  })

  test.each([
    [
      'throws',
      () => {
        throw new Error(KEY)
      },
    ],
    ['rejects', () => Promise.reject(new Error(KEY))],
    ['gives what no header carries', () => ({ headers: { x: `${KEY}\n` }, secrets: [KEY] })],
    ['sets a header that frames the message', () => ({ headers: { host: 'evil.example' }, secrets: [] })],
  ])('a signer that %s: nothing is sent, and nothing is told', async (_, sign) => {
    const auth: Auth = { headers: [], credentials: () => ({ headers: {}, secrets: [] }), sign: sign }
    const { server, client } = await answering(auth, ['200'])
    const result = await client.query({ name: 'q', path: '/' }).call()
    expect(result).toMatchObject({ left: { _tag: 'ConnectFailed', code: 'CREDENTIALS' } })
    expect(inspect(result, { depth: 9, showHidden: true })).not.toMatch(/pl4nted/)
    expect(server.requests).toEqual([])
  })

  test('one that fails at the quick retry: what came of the first time stands', async () => {
    let n = 0
    const auth: Auth = {
      headers: [],
      credentials: () => ({ headers: {}, secrets: [] }),
      sign() {
        if (++n > 1) throw new Error(KEY)
        return { headers: { s: 'x' }, secrets: [] }
      },
    }
    const { server, client } = await answering(auth, ['503'])
    expect(await client.query({ name: 'q', path: '/' }).call()).toMatchObject({
      left: { _tag: 'Unavailable' },
    })
    expect(server.requests).toHaveLength(1)
  })
})
