import type { ServerOptions } from 'node:https'
import { createServer, type AddressInfo } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { describe, expect, test } from 'vitest'
import { http, type HttpOptions } from '../../src/index.js'
import { z } from 'zod'
import { undiciTransport } from '../../src/undici/index.js'
import { authority, selfSigned, type Pair } from '../support/certificates.js'
import { httpServer } from '../support/loopback.js'
import { secureServer } from '../support/secure-server.js'

const Who = z.object({ client: z.string().nullable() })
const ca = authority()
const server = ca.issue('server', { for: ['127.0.0.1', 'remote.test'] })
const client = ca.issue('a client')

const answering = (options: ServerOptions): ReturnType<typeof secureServer> =>
  secureServer(options, (req, res) => {
    const { subject } = (req.socket as TLSSocket).getPeerCertificate()
    res.end(JSON.stringify({ client: subject?.CN ?? null }))
  })

const TRANSPORTS: readonly (readonly [string, Partial<HttpOptions>])[] = [
  ['node:http', {}],
  ['undici', { transport: undiciTransport() }],
]

describe.each(TRANSPORTS)('over %s', (_, transport) => {
  const asked = async (url: string, options: Partial<HttpOptions>) => {
    const site = http({ name: 'site', baseUrl: url, ...transport, ...options })
    const who = site.query({ name: 'who', path: '/', response: Who })
    try {
      return await who.call()
    } finally {
      site.close()
    }
  }
  const failed = async (url: string, options: Partial<HttpOptions>) => {
    const result = await asked(url, options)
    if (result._tag === 'Right') throw new Error('expected a failure')
    const failure = result.left
    if (failure._tag !== 'ConnectFailed') throw new Error(`${failure._tag}: ${failure.message}`)
    return failure
  }

  test('a private authority is trusted beside the platform’s, or in their place', async () => {
    await using remote = await answering(server)
    for (const tls of [{ ca: ca.cert }, { ca: [ca.cert], roots: 'replace' as const }])
      expect(await asked(remote.url, { tls })).toMatchObject({ right: { client: null } })
  })

  test('mutual TLS shows our certificate', async () => {
    await using remote = await answering({ ...server, ca: ca.cert, requestCert: true })
    expect(await asked(remote.url, { tls: { ca: ca.cert, ...client } })).toMatchObject({
      right: { client: 'a client' },
    })
  })

  const expired = ca.issue('server', { for: ['127.0.0.1'], from: -2, until: -1 })
  const early = ca.issue('server', { for: ['127.0.0.1'], from: 1, until: 2 })
  const other = ca.issue('server', { for: ['other.test'] })
  const own = selfSigned('server', { for: ['127.0.0.1'] })
  test.each<readonly [string, Pair, string, 'permanent' | 'transient', RegExp]>([
    ['expired', expired, 'CERT_HAS_EXPIRED', 'permanent', /has expired/],
    ['not valid yet', early, 'CERT_NOT_YET_VALID', 'transient', /not valid yet/],
    ['for another host', other, 'ERR_TLS_CERT_ALTNAME_INVALID', 'permanent', /another host name/],
    ['self-signed', own, 'DEPTH_ZERO_SELF_SIGNED_CERT', 'permanent', /self-signed/],
  ])('a certificate that is %s is named, and nothing is sent', async (_name, pair, code, kind, message) => {
    await using remote = await answering(pair)
    const failure = await failed(remote.url, { tls: { ca: ca.cert } })
    expect(failure).toMatchObject({ code, kind })
    expect(failure.message).toMatch(message)
    expect(failure.message).not.toContain('BEGIN')
  })

  test('an unknown authority is named', async () => {
    await using remote = await answering(server)
    const failure = await failed(remote.url, {})
    expect(failure).toMatchObject({ kind: 'permanent', code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' })
    expect(failure.message).toMatch(/issuer of its certificate is not known: .*tls\.ca/)
  })

  const wanting = (maxVersion: 'TLSv1.2' | 'TLSv1.3') =>
    answering({ ...server, ca: ca.cert, requestCert: true, rejectUnauthorized: true, maxVersion })

  test('a remote that requires a client certificate: named, permanent, never sent', async () => {
    await using remote = await wanting('TLSv1.2')
    const failure = await failed(remote.url, { tls: { ca: ca.cert } })
    expect(failure.kind).toBe('permanent')
    expect(failure.message).toMatch(/client certificate/)
  })

  // In TLS 1.3 the refusal comes after our side is done: it is read, unless the closing of the connection overtakes it.
  test('in TLS 1.3 too, or the connection is lost: never an answer', async () => {
    await using remote = await wanting('TLSv1.3')
    const result = await asked(remote.url, { tls: { ca: ca.cert } })
    if (result._tag === 'Right') throw new Error('expected a failure')
    if (result.left._tag === 'ConnectFailed') expect(result.left.kind).toBe('permanent')
    else expect(result.left).toMatchObject({ _tag: 'ConnectionLost', code: 'ECONNRESET' })
  })

  // RFC 8446, section 6: a fatal alert in a record of its own.
  test.each([
    [40, /refused the TLS handshake/],
    [42, /refused our certificate/],
    [44, /refused our certificate as revoked/],
    [45, /refused our certificate as expired/],
    [48, /does not know the issuer of our certificate/],
    [70, /no TLS version/],
    [112, /knows no such host name/],
    [116, /requires a client certificate/],
  ])('alert %i in the handshake is named', async (alert, message) => {
    const remote = createServer((socket) => {
      socket.on('error', () => {})
      socket.once('data', () => socket.end(Buffer.from([0x15, 3, 3, 0, 2, 2, alert])))
    })
    await new Promise<void>((resolve) => remote.listen(0, '127.0.0.1', resolve))
    const { port } = remote.address() as AddressInfo
    const failure = await failed(`https://127.0.0.1:${port}`, {})
    await new Promise((resolve) => remote.close(resolve))
    expect(failure.kind).toBe('permanent')
    expect(failure.message).toMatch(message)
  })

  test('the oldest version that is spoken is 1.2, or 1.3 where that is asked for', async () => {
    await using remote = await answering({ ...server, maxVersion: 'TLSv1.2' })
    expect(await asked(remote.url, { tls: { ca: ca.cert } })).toMatchObject({ _tag: 'Right' })
    const failure = await failed(remote.url, { tls: { ca: ca.cert, minVersion: 'TLSv1.3' } })
    expect(failure.kind).toBe('permanent')
    expect(failure.message).toMatch(/tls\.minVersion/)
  })

  test('a port that does not speak TLS is named', async () => {
    await using remote = await httpServer((_req, res) => res.end('{}'))
    const failure = await failed(remote.url.replace('http:', 'https:'), {})
    expect(failure.kind).toBe('permanent')
    expect(failure.message).toMatch(/does not speak TLS/)
  })

  test('`servername` names the host that the certificate must be for', async () => {
    await using remote = await answering(ca.issue('server', { for: ['inside.test'] }))
    expect(await asked(remote.url, { tls: { ca: ca.cert, servername: 'inside.test' } })).toMatchObject({
      _tag: 'Right',
    })
    expect(await failed(remote.url, { tls: { ca: ca.cert, servername: 'outside.test' } })).toMatchObject({
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    })
  })

  test('verification is turned off by words only, whatever the environment says', async () => {
    await using remote = await answering(own)
    expect(await asked(remote.url, { tls: { insecure: { because: 'a test' } } })).toMatchObject({
      _tag: 'Right',
    })
    const before = process.env['NODE_TLS_REJECT_UNAUTHORIZED']
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0'
    try {
      expect(await failed(remote.url, {})).toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
    } finally {
      if (before === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED']
      else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = before
    }
  })
})
