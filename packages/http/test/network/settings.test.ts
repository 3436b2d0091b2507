import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import {
  CallContext,
  config,
  Secret,
  secret,
  silentLogger,
  systemClock,
  systemRandom,
  text,
  uuidv7,
} from '@xconnector/core'
import { http, type HttpOptions, type TlsOptions } from '../../src/index.js'
import { undiciTransport } from '../../src/undici/index.js'
import { authority } from '../support/certificates.js'
import { secureServer } from '../support/secure-server.js'

const ca = authority()
const server = ca.issue('server', { for: ['127.0.0.1'] })
const client = ca.issue('client')
const stranger = ca.issue('stranger')
const mutual = { ...server, ca: ca.cert, requestCert: true, rejectUnauthorized: true }
const ok = (): ReturnType<typeof secureServer> => secureServer(mutual, (_req, res) => res.end())

const env = config({ CA: text, CERT: text, KEY: secret, CA_FILE: text, PROXY: secret }, {})
const contextOf = (overrides: Readonly<Record<string, string>>): CallContext =>
  new CallContext(
    { clock: systemClock, ids: uuidv7(systemClock, systemRandom), log: silentLogger, config: overrides },
    'f',
    {},
  )
const pingOf = (options: Omit<HttpOptions, 'name'>) => {
  const site = http({ name: 'site', ...options })
  return { site, ping: site.query({ name: 'ping', path: '/' }) }
}

describe('where TLS settings come from', () => {
  test('secrets', async () => {
    await using remote = await ok()
    const { site, ping } = pingOf({
      baseUrl: remote.url,
      tls: { ca: ca.cert, cert: client.cert, key: new Secret(client.key, 'KEY') },
    })
    expect(await ping.call()).toMatchObject({ _tag: 'Right' })
    expect(inspect(site, { depth: 9 })).not.toContain('BEGIN')
    site.close()
  })

  test('the configuration of a runtime, which checks them at its start', async () => {
    await using remote = await ok()
    const { site, ping } = pingOf({ baseUrl: remote.url, tls: { ca: env.CA, cert: env.CERT, key: env.KEY } })
    expect((ping as unknown as { settings: { variable: string }[] }).settings.map((s) => s.variable)).toEqual(
      ['CERT', 'KEY', 'CA'],
    )
    const good = { CA: ca.cert, CERT: client.cert, KEY: client.key }
    expect(await ping.call(undefined, contextOf(good))).toMatchObject({ _tag: 'Right' })
    // Another configuration, and other certificates: a new connection.
    const other = await ping.call(undefined, contextOf({ ...good, KEY: stranger.key }))
    expect(other).toMatchObject({ left: { _tag: 'ConnectFailed', code: 'TLS_SETTINGS', kind: 'transient' } })
    expect(inspect(other, { depth: 9 })).not.toContain('BEGIN')
    site.close()
  })

  test('files; what cannot be read is named, and sends nothing', async () => {
    await using remote = await ok()
    const directory = await mkdtemp(join(tmpdir(), 'tls-'))
    try {
      const at = (name: string): string => join(directory, name)
      const said: object[] = []
      const log = { ...silentLogger, warn: (data: object) => void said.push(data) }
      const { site, ping } = pingOf({
        baseUrl: remote.url,
        tls: { ca: { file: at('ca.pem') }, cert: { file: at('cert.pem') }, key: { file: at('key.pem') } },
        ports: { log },
      })
      expect(await ping.call()).toMatchObject({ left: { _tag: 'ConnectFailed', code: 'TLS_SETTINGS' } })
      expect(JSON.stringify(said)).toMatch(/open .*\.pem \(ENOENT\)/)
      expect(remote.connections).toBe(0)
      await writeFile(at('ca.pem'), ca.cert)
      await writeFile(at('cert.pem'), client.cert)
      await writeFile(at('key.pem'), client.key)
      expect(await ping.call()).toMatchObject({ _tag: 'Right' })
      site.close()
    } finally {
      await rm(directory, { recursive: true })
    }
  })

  test('a function that never gives any is waited for no longer than a call may take', async () => {
    const { site, ping } = pingOf({
      baseUrl: 'https://127.0.0.1:1',
      tls: () => new Promise<TlsOptions>(() => {}),
      timeout: '50ms',
    })
    expect(await ping.call()).toMatchObject({ left: { _tag: 'TimedOut', kind: 'transient' } })
    site.close()
  })

  test('a function that throws, or gives what makes no sense, sends nothing', async () => {
    for (const tls of [
      () => {
        throw new Error(`no ${client.key}`)
      },
      () => Promise.reject(new Error(client.key)),
      () => ({ rejectUnauthorized: false }) as never,
      () => null as never,
    ]) {
      const said: unknown[] = []
      const log = { ...silentLogger, warn: (...all: unknown[]) => void said.push(all) }
      const { site, ping } = pingOf({ baseUrl: 'https://127.0.0.1:1', tls, ports: { log } })
      const result = await ping.call()
      expect(result).toMatchObject({ left: { _tag: 'ConnectFailed', code: 'TLS_SETTINGS' } })
      expect(said).toHaveLength(1)
      expect(inspect([result, said], { depth: 9 })).not.toContain('PRIVATE')
      site.close()
    }
  })
})

describe('options that make no sense are refused at once, and quote no key', () => {
  const pem = '-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----'
  test.each<readonly [Partial<HttpOptions>, RegExp]>([
    [{ tls: { cert: client.cert } }, /tls: expected cert and key together, got cert only/],
    [{ tls: { key: client.key } }, /got key only/],
    [{ tls: { cert: 'canary', key: client.key } }, /tls\.cert: expected PEM/],
    [
      { tls: { cert: client.cert, key: stranger.key } },
      /tls: expected certificates and the key that belongs/,
    ],
    [{ tls: { cert: client.cert, key: pem } }, /tls: expected certificates and the key/],
    [{ tls: { ca: [], roots: 'replace' } }, /tls\.roots: 'replace' without ca/],
    [{ tls: { roots: 'none' as never } }, /tls\.roots: expected 'add' or 'replace'/],
    [{ tls: { minVersion: 'TLSv1' as never } }, /tls\.minVersion: expected/],
    [{ tls: { insecure: { because: ' ' } } }, /tls\.insecure\.because/],
    [{ tls: { insecure: true as never } }, /tls\.insecure\.because/],
    [{ tls: { rejectUnauthorized: false } as never }, /tls\.rejectUnauthorized: say insecure/],
    [{ tls: { chipers: 'x' } as never }, /tls\.chipers: no such option/],
    [{ tls: { pfx: 'canary' as never } }, /tls\.pfx: expected bytes/],
    [{ tls: { pfx: Buffer.from('canary') } }, /tls: expected certificates/],
    [{ tls: { servername: '' } }, /tls\.servername/],
    [{ tls: { reload: '0s', ca: { file: '/x' } } }, /tls\.reload: expected more than 0/],
    [{ tls: 'canary' as never }, /tls: expected options or a function/],
    [{ proxy: 'canary' }, /proxy: expected an http or https URL/],
    [{ proxy: 'socks5://canary:1' }, /proxy: expected an http or https URL, got one of socks5:/],
    [{ proxy: 'http://p.test/canary' }, /proxy: expected a URL without path/],
    [{ proxy: 7 as never }, /proxy: expected 'env', false/],
    [{ proxy: { url: 'http://p.test', except: ['a b'] } }, /proxy\.except: expected a host/],
    [{ proxy: 'http://p.test', addresses: 'public' }, /addresses: cannot see through a proxy/],
    [{ addresses: 'private' as never }, /addresses: expected 'any', 'public' or rules/],
    [{ addresses: { also: ['10.0.0.0/99'] } }, /addresses\.also: expected an address or a network/],
    [{ addresses: { ports: [0] } }, /addresses\.ports: expected ports/],
    [{ addresses: { hosts: ['http://x'] } }, /addresses\.hosts: expected a host/],
    [{ redirects: { max: 0 } }, /redirects\.max: expected 1 to 20/],
    [{ redirects: { max: 2.5 } }, /redirects\.max/],
    [{ redirects: { sameOrigin: 'no' as never } }, /redirects\.sameOrigin/],
    [
      { redirects: { sameOrigin: false }, proxy: 'http://p.test' },
      /redirects\.sameOrigin: behind a proxy .* redirects\.hosts/,
    ],
    [{ redirects: { hosts: [] } }, /redirects\.hosts: expected hosts/],
    [{ redirects: { hosts: ['https://a.test'] } }, /redirects\.hosts: expected a host/],
    [{ redirects: { hosts: ['a.test'], sameOrigin: true } }, /redirects: expected one of hosts/],
    [{ redirects: { hosts: ['a.test'] }, axios: {} as never }, /redirects\.sameOrigin: an axios of your own/],
    [{ redirects: { sameOrigin: false }, axios: {} as never }, /redirects\.sameOrigin: an axios of your own/],
    [
      { addresses: 'public', transport: undiciTransport({ dispatcher: { dispatch: () => true } }) },
      /dispatcher: one of your own connects to any address/,
    ],
    [{ axios: {} as never, tls: { ca: ca.cert } }, /tls: an axios of your own brings its own agents/],
    [{ axios: {} as never, addresses: 'public' }, /addresses: an axios of your own/],
  ])('%#: %o', (options, message) => {
    let thrown: unknown
    try {
      http({ name: 'site', baseUrl: 'https://x.test', ...options })
    } catch (error) {
      thrown = error
    }
    expect(thrown).toBeInstanceOf(TypeError)
    expect((thrown as Error).message).toMatch(message)
    expect(inspect(thrown)).not.toMatch(/PRIVATE|canary(?!\))/)
  })
})

describe('plain http', () => {
  test.each([
    'http://x.test',
    'http://10.0.0.1',
    'http://169.254.169.254/latest',
    'http://localhost.evil.test',
  ])('to another machine is refused: %s', (baseUrl) => {
    expect(() => http({ name: 'a', baseUrl })).toThrow(
      /http "a" baseUrl: http to another machine .* plaintext: true/,
    )
    http({ name: 'a', baseUrl, plaintext: true }).close()
  })

  test.each([
    'http://127.0.0.1:8080',
    'http://localhost',
    'http://api.localhost',
    'http://[::1]:80',
    'http://127.1',
  ])('to this one is not: %s', (baseUrl) => http({ name: 'a', baseUrl }).close())

  test('from configuration it is refused when it is read', async () => {
    const { site, ping } = pingOf({ baseUrl: config({ U: text }, { U: 'http://x.test' }).U })
    expect(await ping.call()).toMatchObject({ left: { _tag: 'StepFailed', cause: { message: /plaintext/ } } })
    site.close()
  })
})
