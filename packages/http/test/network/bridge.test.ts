import { createHash } from 'node:crypto'
import type { TLSSocket } from 'node:tls'
import { describe, expect, test } from 'vitest'
import { bytes, http, type HttpOptions, type TlsOptions } from '../../src/index.js'
import { undiciTransport } from '../../src/undici/index.js'
import { authority } from '../support/certificates.js'
import { manualClock } from '../support/manual-clock.js'
import { secureServer } from '../support/secure-server.js'
import { made, until } from '../support/streams.js'

const SIZE = 8 * 1024 * 1024

const TRANSPORTS: readonly (readonly [string, () => Partial<HttpOptions>])[] = [
  ['node:http', () => ({})],
  ['undici', () => ({ transport: undiciTransport() })],
]

describe.each(TRANSPORTS)('a bridge of two sides, each with TLS of its own, over %s', (_, transport) => {
  test('passes documents on as streams, and its certificates may change while they are on their way', async () => {
    const cloudCa = authority('of the cloud')
    const siteCa = authority('of the site')
    const people: string[] = []
    const who = (socket: unknown): string => (socket as TLSSocket).getPeerCertificate().subject.CN as string
    const source = made(SIZE)
    await using cloud = await secureServer(
      { ...cloudCa.issue('cloud', { for: ['127.0.0.1'] }), ca: cloudCa.cert, requestCert: true },
      (req, res) => {
        people.push(who(req.socket))
        if (req.url === '/small') res.end()
        else source.pipe(res)
      },
    )
    let got = 0
    let more = false
    const hash = createHash('sha256')
    await using site = await secureServer(
      { ...siteCa.issue('site', { for: ['127.0.0.1'] }), ca: siteCa.cert, requestCert: true },
      (req, res) => {
        people.push(who(req.socket))
        req.on('data', (piece: Buffer) => {
          got += piece.length
          hash.update(piece)
          // Takes no more until the certificates have changed.
          if (!more) req.pause()
          const goOn = (): void => {
            if (more) req.resume()
            else setImmediate(goOn)
          }
          if (!more) goOn()
        })
        req.on('end', () => res.end())
      },
    )
    const clock = manualClock()
    let n = 1
    let asked = 0
    const tls =
      (ca: typeof cloudCa): (() => TlsOptions) =>
      () => {
        asked++
        return { ca: ca.cert, ...ca.issue(`bridge ${n}`), reload: '1m' }
      }
    const shared = { ports: { clock }, timeout: '1h' as const, ...transport() }
    const from = http({ name: 'cloud', baseUrl: cloud.url, tls: tls(cloudCa), ...shared })
    const to = http({ name: 'site', baseUrl: site.url, tls: tls(siteCa), ...shared })
    const document = from.download({ name: 'document', path: '/document' })
    const small = from.query({ name: 'small', path: '/small' })
    const deliver = to.target({
      name: 'deliver',
      method: 'PUT',
      path: '/document',
      effect: 'idempotent',
      body: bytes(async (_input: void, ctx) => ({
        stream: (await document.run(undefined, { signal: ctx.signal })).body,
      })),
    })
    const passing = deliver.call()
    await until(() => got > 0)
    // No more is read from the one side than the other takes.
    expect(source.given).toBeLessThan(SIZE)
    n = 2
    clock.advance(60_000)
    await small.run()
    await until(() => asked === 3)
    await new Promise((resolve) => setImmediate(resolve))
    await small.run()
    more = true
    expect(await passing).toMatchObject({ _tag: 'Right' })
    expect([got, hash.digest('hex')]).toEqual([SIZE, source.sha256])
    expect(people).toEqual(['bridge 1', 'bridge 1', 'bridge 1', 'bridge 2'])
    from.close()
    to.close()
  })
})
