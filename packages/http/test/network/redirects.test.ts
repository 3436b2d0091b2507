import type { IncomingMessage, RequestListener } from 'node:http'
import { text as textOf } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { CallContext, config, Secret, silentLogger, systemClock, text } from '@xconnector/core'
import { apiKey, bearer, http, json, type HttpOptions } from '../../src/index.js'
import { undiciTransport } from '../../src/undici/index.js'
import { authority } from '../support/certificates.js'
import { httpServer } from '../support/loopback.js'
import { testProxy } from '../support/proxy.js'
import { secureServer } from '../support/secure-server.js'

const CANARY = 'canary-5d1'
const Ok = z.object({ ok: z.string() })

const TRANSPORTS: readonly (readonly [string, Partial<HttpOptions>])[] = [
  ['node:http', {}],
  ['undici', { transport: undiciTransport() }],
]

/** Answers by path: a place to redirect to with a status, or the body. */
const routes =
  (seen: IncomingMessage[], table: Readonly<Record<string, readonly [number, string?]>>): RequestListener =>
  (req, res) => {
    seen.push(req)
    const [status, location] = table[req.url ?? ''] ?? [200]
    res.writeHead(status, location === undefined ? {} : { location })
    res.end(req.method === 'HEAD' ? undefined : JSON.stringify({ ok: req.url }))
  }

describe.each(TRANSPORTS)('redirects over %s', (_, transport) => {
  const clientOf = (baseUrl: string, options: Partial<HttpOptions> = {}) =>
    http({ name: 'site', baseUrl, timeout: '5s', ...transport, redirects: {}, ...options })

  test('are not followed unless that is asked for', async () => {
    const seen: IncomingMessage[] = []
    await using server = await httpServer(routes(seen, { '/a': [302, '/b'] }))
    const site = http({ name: 'site', baseUrl: server.url, ...transport })
    const a = site.query({ name: 'a', path: '/a', response: Ok })
    expect(await a.call()).toMatchObject({ left: { _tag: 'BadResponse', flaw: 'redirect' } })
    expect(seen).toHaveLength(1)
    site.close()
  })

  test('of reads are followed within the origin, whole or streamed, with what was sent', async () => {
    const seen: IncomingMessage[] = []
    await using server = await httpServer(
      routes(seen, {
        '/base/1': [301, '2'],
        '/base/2': [302, '/3?x=1'],
        '/3?x=1': [303, '/4#part'],
        '/4': [307, '//HOST/5'],
        '/5': [308, '/end'],
      }),
    )
    const site = clientOf(`${server.url}/base`, { auth: bearer(CANARY) })
    const end = site.query({ name: 'a', path: '/1', response: Ok })
    // A place without a scheme names another host.
    expect(await end.call()).toMatchObject({
      left: { _tag: 'BadResponse', flaw: 'redirect', message: expect.stringContaining('another origin') },
    })
    const whole = clientOf(server.url, { auth: bearer(CANARY) })
    expect(await whole.query({ name: 'b', path: '/5', response: Ok }).run()).toEqual({ ok: '/end' })
    const { body } = await whole.download({ name: 'c', path: '/5' }).run()
    expect(await textOf(body)).toBe('{"ok":"/end"}')
    expect(await whole.query({ name: 'd', path: '/5', method: 'HEAD' }).call()).toMatchObject({
      _tag: 'Right',
    })
    expect(new Set(seen.map((r) => r.headers.authorization))).toEqual(new Set([`Bearer ${CANARY}`]))
    expect(seen.at(-1)!.method).toBe('HEAD')
    site.close()
    whole.close()
  })

  test('of targets, and of reads with a body, are never followed', async () => {
    const seen: IncomingMessage[] = []
    await using server = await httpServer(routes(seen, { '/a': [307, '/b'], '/c': [303, '/b'] }))
    const site = clientOf(server.url)
    const put = site.target({
      name: 'put',
      method: 'PUT',
      path: '/a',
      body: json<object>(),
      effect: 'idempotent',
    })
    const remove = site.target({ name: 'rm', method: 'DELETE', path: '/c', effect: 'idempotent' })
    const search = site.query({ name: 's', method: 'POST', path: '/a', body: json<object>(), response: Ok })
    for (const result of [await put.call({}), await remove.call(), await search.call({})])
      expect(result).toMatchObject({ left: { _tag: 'BadResponse', flaw: 'redirect' } })
    expect(seen).toHaveLength(3)
    site.close()
  })

  test.each<readonly [string, string | undefined, RegExp]>([
    ['in a circle', '/a', /in a circle/],
    ['in a circle of two', '/b', /in a circle/],
    ['to nowhere', undefined, /without a place/],
    ['to no URL', 'http://[', /without a place/],
    ['to another scheme', 'file:///etc/passwd', /out of TLS|another origin/],
    ['to another port', 'http://127.0.0.1:1/', /another origin/],
    ['to another host', 'https://evil.test/', /another origin/],
    ['to a place with credentials', `http://u:${CANARY}@127.0.0.1/`, /credentials/],
  ])('%s: not followed, and says why', async (_name, location, why) => {
    await using server = await httpServer((req, res) => {
      const place = req.url === '/b' ? '/a' : location
      res.writeHead(302, place === undefined ? {} : { location: place }).end()
    })
    const site = clientOf(server.url)
    const result = await site.query({ name: 'a', path: '/a', response: Ok }).call()
    if (result._tag === 'Right') throw new Error('expected a failure')
    expect(result.left).toMatchObject({ _tag: 'BadResponse', flaw: 'redirect', status: 302 })
    expect(result.left.message).toMatch(why)
    expect(JSON.stringify(result.left) + result.left.message).not.toContain(CANARY)
    site.close()
  })

  test('only so many in a row', async () => {
    let n = 0
    await using server = await httpServer((_req, res) => res.writeHead(302, { location: `/${++n}` }).end())
    const site = clientOf(server.url, { redirects: { max: 3 } })
    const result = await site.query({ name: 'a', path: '/a', response: Ok }).call()
    expect(result).toMatchObject({ left: { message: expect.stringContaining('too often') } })
    expect(n).toBe(4)
    site.close()
  })

  test('the deadline is one for all hops', async () => {
    let n = 0
    await using server = await httpServer((_req, res) => {
      n++
      if (n < 3) res.writeHead(302, { location: `/${n}` }).end()
    })
    const site = clientOf(server.url, { timeout: '300ms' })
    expect(await site.query({ name: 'a', path: '/a', response: Ok }).call()).toMatchObject({
      left: { _tag: 'TimedOut' },
    })
    expect(n).toBe(3)
    site.close()
  })

  test('to another origin nothing of ours is sent: no credential, no header, no certificate', async () => {
    const ca = authority()
    const pair = ca.issue('server', { for: ['127.0.0.1'] })
    const there: [IncomingMessage, unknown][] = []
    const here: IncomingMessage[] = []
    await using other = await secureServer(
      { ...pair, ca: ca.cert, requestCert: true, rejectUnauthorized: false },
      (req, res) => {
        there.push([req, (req.socket as unknown as { getPeerCertificate(): object }).getPeerCertificate()])
        if (req.url === '/back') res.writeHead(302, { location: `${server.url}/home` }).end()
        else res.end('{"ok":"there"}')
      },
    )
    await using server = await secureServer(
      pair,
      routes(here, { '/a': [302, `${other.url}/b`], '/c': [307, `${other.url}/back`] }),
    )
    const site = clientOf(server.url, {
      auth: { ...apiKey({ header: 'authtoken', key: CANARY }), headers: ['authtoken'] },
      headers: {
        'x-api-key': new Secret(CANARY),
        cookie: `a=${CANARY}`,
        'x-plain': CANARY,
        'accept-language': 'de',
      },
      tls: { ca: ca.cert, ...ca.issue('client') },
      redirects: { sameOrigin: false },
      addresses: { also: ['127.0.0.1'] },
    })
    const a = site.query({
      name: 'a',
      path: '/a',
      query: { key: CANARY },
      response: Ok,
      headers: { api_key: CANARY },
    })
    expect(
      await site.query({ name: 'a', path: '/a', response: Ok, headers: { api_key: CANARY } }).run(),
    ).toEqual({
      ok: 'there',
    })
    await a.call()
    const { body } = await site.download({ name: 'd', path: '/a', headers: { range: 'bytes=0-' } }).run()
    expect(await textOf(body)).toBe('{"ok":"there"}')
    // What has been taken off stays off, on the way back too.
    expect(await site.query({ name: 'c', path: '/c', response: Ok }).run()).toEqual({ ok: '/home' })
    expect(there.length).toBeGreaterThanOrEqual(3)
    for (const [req, certificate] of there) {
      expect(JSON.stringify([req.url, req.rawHeaders])).not.toContain(CANARY)
      expect(req.headers['accept-language']).toBe('de')
      expect(certificate).toEqual({})
    }
    expect(there.some(([req]) => req.headers.range === 'bytes=0-')).toBe(true)
    expect(here[0]!.headers['authtoken']).toBe(CANARY)
    expect(JSON.stringify(here.at(-1)!.rawHeaders)).not.toContain(CANARY)
    site.close()
  })

  test('to another origin only public addresses are connected to, and only by TLS', async () => {
    let requests = 0
    await using other = await httpServer((_req, res) => {
      requests++
      res.end('{"ok":"there"}')
    })
    const ca = authority()
    let location = ''
    await using server = await secureServer(ca.issue('s', { for: ['127.0.0.1'] }), (_req, res) =>
      res.writeHead(302, { location }).end(),
    )
    const site = clientOf(server.url, { tls: { ca: ca.cert }, redirects: { sameOrigin: false } })
    const a = site.query({ name: 'a', path: '/a', response: Ok })
    location = `https://127.0.0.1:${other.port}/`
    expect(await a.call()).toMatchObject({ left: { _tag: 'ConnectFailed', code: 'ADDRESS_REFUSED' } })
    location = other.url
    expect(await a.call()).toMatchObject({ left: { message: expect.stringContaining('out of TLS') } })
    expect(requests).toBe(0)
    site.close()
  })

  test('hosts that are named are reached through the proxy, at any address; others are not asked', async () => {
    const ca = authority()
    const there: IncomingMessage[] = []
    const pair = ca.issue('server', { for: ['api.test', 'a.files.test', 'other.test'] })
    await using other = await secureServer(pair, (req, res) => {
      there.push(req)
      res.end('{"ok":"there"}')
    })
    let location = 'https://a.files.test/b'
    await using server = await secureServer(pair, (_req, res) => res.writeHead(302, { location }).end())
    await using proxy = await testProxy({
      hosts: { 'api.test': server.port, 'a.files.test': other.port, 'other.test': other.port },
    })
    const site = clientOf('https://api.test', {
      auth: bearer(CANARY),
      tls: { ca: ca.cert },
      proxy: proxy.url,
      redirects: { hosts: ['.files.test'] },
    })
    const a = site.query({ name: 'a', path: '/a', response: Ok })
    expect(await a.run()).toEqual({ ok: 'there' })
    expect(there[0]!.headers.authorization).toBeUndefined()
    for (location of [
      'https://other.test/',
      'https://a.files.test.evil.test/',
      'https://files.test:8443@other.test/',
    ])
      expect(await a.call()).toMatchObject({ left: { _tag: 'BadResponse', flaw: 'redirect' } })
    // Whether a tunnel is kept is the transport's affair.
    expect([...new Set(proxy.asked)]).toEqual(['CONNECT api.test:443', 'CONNECT a.files.test:443'])
    expect(there).toHaveLength(1)
    site.close()
  })

  test('another origin is reached by the settings of the runtime, and in the one time for all', async () => {
    const ca = authority()
    const pair = ca.issue('server', { for: ['127.0.0.1'] })
    await using other = await secureServer(pair, (_req, res) => res.end('{"ok":"there"}'))
    await using server = await secureServer(pair, (_req, res) =>
      res.writeHead(302, { location: `${other.url}/b` }).end(),
    )
    const env = config({ CA_OF_REDIRECTS: text }, {})
    const own = { redirects: { hosts: ['127.0.0.1'] } }
    const site = clientOf(server.url, { tls: { ca: env.CA_OF_REDIRECTS }, ...own })
    const context = (values: Readonly<Record<string, string>>) =>
      new CallContext(
        { clock: systemClock, ids: { next: () => 'id' }, log: silentLogger, config: values },
        'test',
        {},
      )
    const a = site.query({ name: 'a', path: '/a', response: Ok })
    expect(await a.call(undefined, context({ CA_OF_REDIRECTS: ca.cert }))).toMatchObject({
      right: { ok: 'there' },
    })
    site.close()

    let asked = 0
    const slow = clientOf(server.url, {
      ...own,
      timeout: '300ms',
      // The second time it is asked for the other origin.
      tls: () => (++asked === 1 ? { ca: ca.cert } : new Promise<never>(() => {})),
    })
    const b = slow.query({ name: 'b', path: '/b', response: Ok })
    expect(await b.call()).toMatchObject({ left: { _tag: 'TimedOut', kind: 'transient' } })
    slow.close()
  })
})
