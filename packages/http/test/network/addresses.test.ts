import type { LookupAddress } from 'node:dns'
import type { LookupFunction } from 'node:net'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { http, type HttpOptions } from '../../src/index.js'
import { addressFilter } from '../../src/network/address-filter.js'
import { guardedLookup } from '../../src/network/guarded-lookup.js'
import { undiciTransport } from '../../src/undici/index.js'
import { httpServer } from '../support/loopback.js'

const TRANSPORTS: readonly (readonly [string, Partial<HttpOptions>])[] = [
  ['node:http', {}],
  ['undici', { transport: undiciTransport() }],
]

const INTERNAL = [
  '127.0.0.1',
  '0x7f000001',
  '2130706433',
  '0177.0.0.1',
  '127.1',
  '0',
  '[::1]',
  '[::]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::127.0.0.1]',
  '[64:ff9b::127.0.0.1]',
  '[64:ff9b:1::1]',
  '[2002:7f00:1::]',
  '169.254.169.254',
  '10.0.0.1',
  '172.16.0.1',
  '192.168.1.1',
  '100.64.0.1',
  '198.18.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '[fe80::1]',
  '[fd00::1]',
  '[fec0::1]',
  '[ff02::1]',
  '[4000::1]',
  'localhost',
]

describe.each(TRANSPORTS)('only public addresses are connected to, over %s', (_, transport) => {
  const asked = async (baseUrl: string, options: Partial<HttpOptions>) => {
    const site = http({
      name: 'site',
      baseUrl,
      plaintext: true,
      proxy: false,
      timeout: '5s',
      ...transport,
      ...options,
    })
    try {
      return await site.query({ name: 'ping', path: '/' }).call()
    } finally {
      site.close()
    }
  }

  test.each(INTERNAL)('%s is refused, for good, and nothing is sent', async (host) => {
    let requests = 0
    await using server = await httpServer((_req, res) => {
      requests++
      res.end()
    })
    for (const scheme of ['http', 'https']) {
      const result = await asked(`${scheme}://${host}:${server.port}`, { addresses: 'public' })
      expect(result).toMatchObject({
        left: { _tag: 'ConnectFailed', kind: 'permanent', code: 'ADDRESS_REFUSED' },
      })
    }
    expect(requests).toBe(0)
  })

  test('rules may allow networks, hosts and ports beside them', async () => {
    await using server = await httpServer((_req, res) => res.end())
    const { url, port } = server
    const local = `http://localhost:${port}`
    const good: readonly (readonly [string, HttpOptions['addresses']])[] = [
      [url, 'any'],
      [url, { also: ['127.0.0.1'] }],
      [local, { also: ['127.0.0.0/8', '::1'], hosts: ['localhost'], ports: [port] }],
      [url, { also: ['127.0.0.0/8'], hosts: ['127.0.0.0/8'] }],
    ]
    for (const [at, addresses] of good)
      expect(await asked(at, { addresses: addresses! })).toMatchObject({ _tag: 'Right' })
    const bad: readonly (readonly [string, HttpOptions['addresses']])[] = [
      [url, { also: ['127.0.0.2', '10.0.0.0/8'] }],
      [local, { also: ['127.0.0.0/8', '::1'], hosts: ['files.example'] }],
      [local, { also: ['127.0.0.0/8', '::1'], ports: [443] }],
    ]
    for (const [at, addresses] of bad)
      expect(await asked(at, { addresses: addresses! })).toMatchObject({ left: { code: 'ADDRESS_REFUSED' } })
  })

  test('a refused address is no fault of its destination, whose circuit stays closed', async () => {
    const site = http({
      name: 'site',
      baseUrl: 'https://10.0.0.1',
      addresses: 'public',
      proxy: false,
      destination: { whenParked: 'fail' },
      ...transport,
    })
    const ping = site.query({ name: 'ping', path: '/' })
    for (let n = 0; n < 30; n++) expect(await ping.call()).toMatchObject({ left: { _tag: 'ConnectFailed' } })
    site.close()
  })

  test('where a proxy of the environment would be used it is refused: nobody could judge behind it', async () => {
    const before = process.env['https_proxy']
    process.env['https_proxy'] = 'http://127.0.0.1:1'
    try {
      const site = http({ name: 'site', baseUrl: 'https://8.8.8.8', addresses: 'public', ...transport })
      expect(await site.query({ name: 'ping', path: '/' }).call()).toMatchObject({
        left: { _tag: 'ConnectFailed', kind: 'permanent', code: 'ADDRESS_BEHIND_PROXY' },
      })
      site.close()
    } finally {
      if (before === undefined) delete process.env['https_proxy']
      else process.env['https_proxy'] = before
    }
  })
})

describe('the lookup', () => {
  const answering =
    (found: readonly string[]): LookupFunction =>
    (_host, _options, done) =>
      done(
        null,
        found.map((address): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 })),
      )
  const looked = (found: readonly string[], all: boolean) =>
    new Promise<unknown>((resolve) =>
      guardedLookup(addressFilter('public', 'x')!, answering(found))('h.test', { all }, (fault, address) =>
        resolve(fault ?? address),
      ),
    )

  test('gives only those addresses of a name that may be connected to', async () => {
    expect(await looked(['10.0.0.1', '93.184.215.14', '::1'], true)).toEqual([
      { address: '93.184.215.14', family: 4 },
    ])
    expect(await looked(['10.0.0.1', '93.184.215.14'], false)).toBe('93.184.215.14')
  })

  test('fails where there is none, or nothing was found', async () => {
    for (const found of [['127.0.0.1'], ['::ffff:10.0.0.1', 'fe80::1%eth0'], [], ['nonsense']])
      for (const all of [true, false])
        expect(await looked(found, all)).toMatchObject({ code: 'ADDRESS_REFUSED' })
  })
})

describe('the filter', () => {
  const filter = addressFilter('public', 'x')!

  test('lets public addresses through', () => {
    for (const address of ['8.8.8.8', '93.184.215.14', '2606:4700:4700::1111', '2a00:1450:4001:80b::200e'])
      expect([address, filter.mayReach(address), filter.mayAsk(address, 443)]).toEqual([address, true, true])
  })

  test('no private IPv4 address gets through, in whatever IPv6 it is written', () => {
    const octet = fc.integer({ min: 0, max: 255 })
    const privates = fc.oneof(
      fc.tuple(fc.constant(10), octet, octet, octet),
      fc.tuple(fc.constant(127), octet, octet, octet),
      fc.tuple(fc.constant(192), fc.constant(168), octet, octet),
      fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), octet, octet),
      fc.tuple(fc.constant(169), fc.constant(254), octet, octet),
      fc.tuple(fc.constant(100), fc.integer({ min: 64, max: 127 }), octet, octet),
      fc.tuple(fc.constant(0), octet, octet, octet),
      fc.tuple(fc.integer({ min: 224, max: 255 }), octet, octet, octet),
    )
    fc.assert(
      fc.property(privates, (parts) => {
        const v4 = parts.join('.')
        for (const form of [v4, `::ffff:${v4}`, `::${v4}`, `64:ff9b::${v4}`, `::ffff:0:${v4}`])
          expect([form, filter.mayReach(form)]).toEqual([form, false])
      }),
      { seed: 5, numRuns: 300 },
    )
  })
})
