import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { Secret } from '@xconnector/core'
import { http, type HttpOptions } from '../../src/index.js'
import { proxyRules, type Variables } from '../../src/network/proxy-rules.js'
import { undiciTransport } from '../../src/undici/index.js'
import { authority } from '../support/certificates.js'
import { httpServer } from '../support/loopback.js'
import { testProxy } from '../support/proxy.js'
import { secureServer } from '../support/secure-server.js'

const ca = authority()
const server = ca.issue('server', { for: ['remote.test'] })
const client = ca.issue('client')

const TRANSPORTS: readonly (readonly [string, Partial<HttpOptions>])[] = [
  ['node:http', {}],
  ['undici', { transport: undiciTransport() }],
]

describe.each(TRANSPORTS)('through a proxy, over %s', (name, transport) => {
  const asked = async (baseUrl: string, options: Partial<HttpOptions>, times = 1) => {
    const site = http({ name: 'site', baseUrl, timeout: '5s', ...transport, ...options })
    const ping = site.query({ name: 'ping', path: '/a', query: { b: 'c' } })
    try {
      for (let n = 1; n < times; n++) await ping.call()
      return await ping.call()
    } finally {
      site.close()
    }
  }

  test('TLS goes end to end by a tunnel, with our certificate, and the tunnel is kept', async () => {
    const seen: unknown[] = []
    await using remote = await secureServer({ ...server, ca: ca.cert, requestCert: true }, (req, res) => {
      seen.push([req.url, req.headers['proxy-authorization'], req.headers.host])
      res.end()
    })
    await using proxy = await testProxy({ hosts: { 'remote.test': remote.port } })
    const tls = { ca: ca.cert, ...client }
    const url = new Secret(proxy.url.replace('//', '//us%40er:pa%3Ass@'))
    expect(await asked('https://remote.test', { proxy: url, tls })).toMatchObject({ _tag: 'Right' })
    expect(seen).toEqual([['/a?b=c', undefined, 'remote.test']])
    expect(proxy.asked).toEqual(['CONNECT remote.test:443'])
    expect(proxy.credentials).toEqual([`Basic ${Buffer.from('us@er:pa:ss').toString('base64')}`])
  })

  test('plain http is asked for whole, or goes by a tunnel where the transport has no other way', async () => {
    const seen: unknown[] = []
    await using remote = await httpServer((req, res) => {
      seen.push(req.url)
      res.end()
    })
    await using proxy = await testProxy({ hosts: { 'remote.test': remote.port } })
    const result = await asked('http://remote.test', {
      proxy: { url: proxy.url, user: 'u', password: new Secret('p') },
      plaintext: true,
    })
    expect(result).toMatchObject({ _tag: 'Right' })
    expect(seen).toEqual(['/a?b=c'])
    expect(proxy.asked).toEqual([
      name === 'undici' ? 'CONNECT remote.test:80' : 'GET http://remote.test/a?b=c',
    ])
    expect(proxy.credentials).toEqual([`Basic ${Buffer.from('u:p').toString('base64')}`])
  })

  test.each(['https://remote.test', 'http://remote.test'])(
    'a proxy that wants other credentials is named, and none is shown: %s',
    async (baseUrl) => {
      await using proxy = await testProxy({ hosts: {}, refuse: 407 })
      const url = proxy.url.replace('//', '//user:canary@')
      const result = await asked(baseUrl, { proxy: url, plaintext: true })
      expect(result).toMatchObject({
        left: { _tag: 'ConnectFailed', kind: 'permanent', code: 'PROXY_AUTHENTICATION_REQUIRED' },
      })
      expect(inspect(result, { depth: 9 })).not.toMatch(/canary|dXNlcjpjYW5hcnk/)
      // One is enough: it would be refused again.
      expect(proxy.asked).toHaveLength(1)
    },
  )

  test('a proxy that cannot connect, and one that is not there, are told from the remote', async () => {
    await using proxy = await testProxy({ hosts: {} })
    expect(await asked('https://remote.test', { proxy: proxy.url })).toMatchObject({
      left: { _tag: 'ConnectFailed', kind: 'transient', code: 'PROXY_REFUSED' },
    })
    expect(await asked('https://remote.test', { proxy: 'http://127.0.0.1:1' })).toMatchObject({
      left: { _tag: 'ConnectFailed', kind: 'transient', code: 'PROXY_UNREACHABLE' },
    })
  })

  test('a proxy that never answers is given up when the time is up', async () => {
    await using proxy = await testProxy({ hosts: {}, silent: true })
    expect(await asked('https://remote.test', { proxy: proxy.url, timeout: '200ms' })).toMatchObject({
      left: { _tag: 'TimedOut', kind: 'transient' },
    })
  })

  test('the certificate of the remote is verified through it too', async () => {
    await using remote = await secureServer(ca.issue('server', { for: ['other.test'] }), (_req, res) =>
      res.end(),
    )
    await using proxy = await testProxy({ hosts: { 'remote.test': remote.port } })
    expect(await asked('https://remote.test', { proxy: proxy.url, tls: { ca: ca.cert } })).toMatchObject({
      left: { _tag: 'ConnectFailed', code: 'ERR_TLS_CERT_ALTNAME_INVALID' },
    })
  })

  test('a proxy that is spoken to by TLS is verified, and is not shown our certificate', async () => {
    await using remote = await secureServer({ ...server, ca: ca.cert, requestCert: true }, (_req, res) =>
      res.end(),
    )
    await using plain = await httpServer((_req, res) => res.end())
    const hosts = { 'remote.test': remote.port, 'plain.test': plain.port }
    await using proxy = await testProxy({
      hosts,
      tls: {
        ...ca.issue('proxy', { for: ['127.0.0.1'] }),
        ca: ca.cert,
        requestCert: true,
        rejectUnauthorized: false,
      },
    })
    const tls = { ca: ca.cert, ...client }
    for (const url of ['https://remote.test', 'http://plain.test'])
      expect(await asked(url, { proxy: proxy.url, tls, plaintext: true }, 2)).toMatchObject({ _tag: 'Right' })
    expect(await asked('https://remote.test', { proxy: proxy.url })).toMatchObject({
      left: { _tag: 'ConnectFailed', kind: 'permanent', code: 'SELF_SIGNED_CERT_IN_CHAIN' },
    })
    expect(proxy.asked.length).toBeGreaterThan(1)
    expect(proxy.shown).toEqual([])
  })

  test('loopback is reached directly unless that is said, and so is what is excepted', async () => {
    await using remote = await httpServer((_req, res) => res.end())
    await using proxy = await testProxy({ hosts: { '127.0.0.1': remote.port } })
    const { url } = proxy
    expect(await asked(remote.url, { proxy: url })).toMatchObject({ _tag: 'Right' })
    expect(
      await asked(remote.url, { proxy: { url, loopback: true, except: ['127.0.0.0/8'] } }),
    ).toMatchObject({
      _tag: 'Right',
    })
    expect(proxy.asked).toEqual([])
    expect(await asked(remote.url, { proxy: { url, loopback: true } })).toMatchObject({ _tag: 'Right' })
    expect(proxy.asked).toHaveLength(1)
  })
})

describe('the proxy in the environment', () => {
  const found = (variables: Variables, secure: boolean, host = 'remote.test', port = 443) =>
    proxyRules('env', 'x', variables)({})(secure, host, port)

  test.each<readonly [Variables, boolean, string | undefined]>([
    [{ HTTPS_PROXY: 'http://big' }, true, 'big'],
    [{ HTTPS_PROXY: 'http://big', https_proxy: 'http://small' }, true, 'small'],
    [{ HTTPS_PROXY: 'http://big' }, false, undefined],
    [{ HTTP_PROXY: 'http://big' }, false, 'big'],
    [{ HTTP_PROXY: 'http://big' }, true, undefined],
    [{ HTTP_PROXY: 'http://evil', REQUEST_METHOD: 'GET' }, false, undefined],
    [{ http_proxy: 'http://small', REQUEST_METHOD: 'GET' }, false, 'small'],
    [{ ALL_PROXY: 'http://all' }, true, 'all'],
    [{ HTTPS_PROXY: 'bare:3128' }, true, 'bare'],
    [{ HTTPS_PROXY: '' }, true, undefined],
    [{ HTTPS_PROXY: 'http://big', NO_PROXY: 'remote.test' }, true, undefined],
    [{ HTTPS_PROXY: 'http://big', NO_PROXY: '*', no_proxy: 'other.test' }, true, 'big'],
    [{ HTTPS_PROXY: 'http://big', NO_PROXY: '*' }, true, undefined],
  ])('%o, secure: %s → %s', (variables, secure, host) => {
    expect(found(variables, secure)?.host).toBe(host)
  })

  test('loopback never goes through it', () => {
    for (const host of ['localhost', '127.0.0.1', '::1', 'a.localhost'])
      expect(found({ HTTPS_PROXY: 'http://big' }, true, host)).toBeUndefined()
  })

  test('an address that makes no sense is named, and not quoted', () => {
    for (const url of ['socks5://u:canary@x', 'http://u:canary@', '::'])
      expect(() => found({ HTTPS_PROXY: url }, true)).toThrow(/^PROXY_SETTINGS$/)
  })
})
