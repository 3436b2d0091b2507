import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { buffer, text } from 'node:stream/consumers'
import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { isFailure } from '@xconnector/core'
import { remoteFiles, type RemoteFilesOptions } from '../../src/index.js'
import { undiciTransport } from '../../src/undici/index.js'
import { authority } from '../support/certificates.js'
import { httpServer } from '../support/loopback.js'
import { secureServer } from '../support/secure-server.js'

const ca = authority()
const pair = ca.issue('server', { for: ['127.0.0.1'] })
const LOCAL = { also: ['127.0.0.1'] }

const TRANSPORTS: readonly (readonly [string, Partial<RemoteFilesOptions>])[] = [
  ['node:http', {}],
  ['undici', { transport: undiciTransport() }],
]

describe.each(TRANSPORTS)('files at URLs that came from data, over %s', (_, transport) => {
  const filesOf = (options: Partial<RemoteFilesOptions> = {}) =>
    remoteFiles({
      name: 'files',
      timeout: '5s',
      tls: { ca: ca.cert },
      addresses: LOCAL,
      resume: false,
      ...transport,
      ...options,
    })
  const serving = (seen: IncomingMessage[] = []) =>
    secureServer(pair, (req, res) => {
      seen.push(req)
      const { range } = req.headers
      if (req.url === '/moved') res.writeHead(302, { location: '/file?v=2' }).end()
      else if (range !== undefined && req.url !== '/whole')
        res.writeHead(206, { 'content-range': 'bytes 2-4/5', 'content-length': 3 }).end('llo')
      else if (req.url === '/chunked') {
        res.write('hel')
        res.end('lo')
      } else res.writeHead(200, { 'content-length': 5, 'content-type': 'text/plain' }).end('hello')
    })

  test('are downloaded as streams, with no credentials', async () => {
    const seen: IncomingMessage[] = []
    await using server = await serving(seen)
    const files = filesOf()
    const { body, size, type } = await files.download.run({ url: `${server.url}/a%20b?x=1#part` })
    expect([await text(body), size, type]).toEqual(['hello', 5, 'text/plain'])
    expect(seen[0]!.url).toBe('/a%20b?x=1')
    expect(Object.keys(seen[0]!.headers).sort()).toEqual(
      ['accept', 'accept-encoding', 'connection', 'host', 'user-agent'].sort(),
    )
    files.close()
  })

  test('are opened by reference, from a byte on, and checked against it', async () => {
    await using server = await serving()
    const files = filesOf()
    const sha256 = createHash('sha256').update('hello').digest('hex')
    const file = files.ref(`${server.url}/f`, { version: '7', size: 5, sha256 })
    expect(file).toEqual({ provider: 'files', id: `${server.url}/f`, version: '7', size: 5, sha256 })
    expect(await text(await files.open(file))).toBe('hello')
    expect(await text(await files.open(file, { start: 2 }))).toBe('llo')
    const wrong = await files.open({ ...file, sha256: '0'.repeat(64) })
    await expect(text(wrong)).rejects.toMatchObject({ _tag: 'BadResponse', flaw: 'digest' })
    await expect(files.open({ ...file, id: `${server.url}/whole` }, { start: 2 })).rejects.toMatchObject({
      _tag: 'BadResponse',
    })
    files.close()
  })

  test('are followed where they moved to', async () => {
    await using server = await serving()
    await using first = await secureServer(pair, (_req, res) =>
      res.writeHead(307, { location: `${server.url}/moved` }).end(),
    )
    const files = filesOf()
    expect(await text((await files.download.run({ url: first.url })).body)).toBe('hello')
    const none = filesOf({ redirects: 0 })
    expect(await none.download.call({ url: first.url })).toMatchObject({ left: { flaw: 'redirect' } })
    files.close()
    none.close()
  })

  test('a redirect to an address that is not public is refused like the first', async () => {
    let requests = 0
    await using inside = await httpServer((_req, res) => {
      requests++
      res.end()
    })
    await using first = await secureServer(pair, (_req, res) =>
      res.writeHead(302, { location: `https://[::1]:${inside.port}/` }).end(),
    )
    const files = filesOf()
    expect(await files.download.call({ url: first.url })).toMatchObject({
      left: { _tag: 'ConnectFailed', kind: 'permanent', code: 'ADDRESS_REFUSED' },
    })
    expect(requests).toBe(0)
    files.close()
  })

  test('are no larger than allowed, announced or not', async () => {
    await using server = await serving()
    const files = filesOf({ maxBytes: 4 })
    expect(await files.download.call({ url: `${server.url}/a` })).toMatchObject({
      left: { _tag: 'BadResponse', flaw: 'too-large' },
    })
    const { body } = await files.download.run({ url: `${server.url}/chunked` })
    await expect(buffer(body)).rejects.toMatchObject({ _tag: 'BadResponse', flaw: 'too-large' })
    files.close()
  })

  test.each([
    'http://127.0.0.1/',
    'file:///etc/passwd',
    'ftp://x.test/',
    'https://u:canary@x.test/',
    'canary',
    '',
    `https://x.test/${'a'.repeat(9000)}`,
    7 as never,
  ])('what is no URL of https is never asked for, nor quoted: %s', async (url) => {
    const files = filesOf()
    const result = await files.download.call({ url })
    expect(result).toMatchObject({ left: { _tag: 'StepFailed' } })
    expect(inspect(result, { depth: 9 })).not.toContain('canary')
    files.close()
  })

  test('only public addresses by default', async () => {
    const files = remoteFiles({ name: 'files', ...transport })
    for (const url of ['https://127.0.0.1/', 'https://169.254.169.254/latest', 'https://[::ffff:10.0.0.1]/'])
      expect(await files.download.call({ url })).toMatchObject({ left: { code: 'ADDRESS_REFUSED' } })
    files.close()
  })
})

test('options that make no sense are refused', () => {
  expect(() => remoteFiles({ name: 'f', addresses: 'any' as never })).toThrow(/addresses: expected 'public'/)
  expect(() => remoteFiles({ name: 'f', maxBytes: 0 })).toThrow(/remoteFiles "f" maxBytes/)
  expect(() => remoteFiles({ name: 'f', redirects: 21 })).toThrow(/remoteFiles "f" redirects/)
})

test('an open that fails rejects with its failure', async () => {
  const files = remoteFiles({ name: 'f' })
  const thrown: unknown = await files.open(files.ref('https://10.0.0.1/')).then(
    () => undefined,
    (fault: unknown) => fault,
  )
  expect(isFailure(thrown)).toBe(true)
  files.close()
})
