import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { http, type HttpClient, type HttpOptions, type TlsOptions } from '../../src/index.js'
import { undiciTransport } from '../../src/undici/index.js'
import { authority } from '../support/certificates.js'
import { manualClock } from '../support/manual-clock.js'
import { secureServer } from '../support/secure-server.js'
import { until } from '../support/streams.js'

const ca = authority()
const server = ca.issue('server', { for: ['127.0.0.1'] })
const who = (req: IncomingMessage): string =>
  JSON.stringify({ client: (req.socket as TLSSocket).getPeerCertificate().subject.CN })
const Who = z.object({ client: z.string() })

const TRANSPORTS: readonly (readonly [string, () => Partial<HttpOptions>])[] = [
  ['node:http', () => ({})],
  ['undici', () => ({ transport: undiciTransport() })],
]

// undici has its connection back a turn after the answer is over.
const asking = (site: HttpClient) => {
  const query = site.query({ name: 'who', path: '/', response: Who })
  return {
    async run(): Promise<{ client: string }> {
      const answer = await query.run()
      await new Promise((resolve) => setImmediate(resolve))
      return answer
    },
  }
}

describe.each(TRANSPORTS)('certificates that are renewed, over %s', (_, transport) => {
  const of = (name: string): TlsOptions => ({ ca: ca.cert, reload: '1m', ...ca.issue(name) })

  test('new connections use the new one; a call in flight ends by the old one', async () => {
    const held: ServerResponse[] = []
    const requests: string[] = []
    await using remote = await secureServer({ ...server, ca: ca.cert, requestCert: true }, (req, res) => {
      requests.push(req.url!)
      if (req.url === '/slow') {
        held.push(res)
        res.setHeader('x-who', who(req))
      } else res.end(who(req))
    })
    const clock = manualClock()
    let now = of('first')
    let asked = 0
    const site = http({
      name: 'site',
      baseUrl: remote.url,
      tls: () => {
        asked++
        return now
      },
      timeout: '1h',
      ports: { clock },
      connections: { idle: '1h', maxAge: '1h' },
      ...transport(),
    })
    const ask = asking(site)
    const slow = site.query({ name: 'slow', path: '/slow', response: Who })
    expect(await ask.run()).toEqual({ client: 'first' })
    expect(await ask.run()).toEqual({ client: 'first' })
    expect(remote.connections).toBe(1)
    const inFlight = slow.run()
    await until(() => held.length === 1)
    now = of('second')
    clock.advance(59_000)
    expect(await ask.run()).toEqual({ client: 'first' })
    expect(asked).toBe(1)
    // Two that are idle then: one is taken for the next call.
    await Promise.all([ask.run(), ask.run()])
    clock.advance(1000)
    // This one is sent by what there was; beside it, it is looked again.
    await ask.run()
    await until(() => asked === 2)
    await new Promise((resolve) => setImmediate(resolve))
    expect(await ask.run()).toEqual({ client: 'second' })
    held[0]!.end('{"client":"first"}')
    expect(await inFlight).toEqual({ client: 'first' })
    // Its connection is not used again.
    expect(await ask.run()).toEqual({ client: 'second' })
    // Nor kept.
    await until(() => remote.open === 1)
    site.close()
  })

  test('half a renewal leaves what there was, says so, and is looked at again', async () => {
    await using remote = await secureServer({ ...server, ca: ca.cert, requestCert: true }, (req, res) =>
      res.end(who(req)),
    )
    const clock = manualClock()
    const said: string[] = []
    const say = (_data: object, message: string): void => void said.push(message)
    const first = of('first')
    const second = of('second')
    let now: TlsOptions = first
    const site = http({
      name: 'site',
      baseUrl: remote.url,
      tls: () => now,
      ports: { clock, log: { debug: say, info: say, warn: say, error: say } },
      ...transport(),
    })
    const ask = asking(site)
    expect(await ask.run()).toEqual({ client: 'first' })
    now = { ...second, key: first.key! }
    clock.advance(60_000)
    await ask.run()
    await until(() => said.length === 1)
    expect(said[0]).toMatch(/those that were read before stay/)
    expect(await ask.run()).toEqual({ client: 'first' })
    now = second
    clock.advance(60_000)
    await ask.run()
    await until(() => true)
    await new Promise((resolve) => setImmediate(resolve))
    expect(await ask.run()).toEqual({ client: 'second' })
    site.close()
  })

  test('the same certificates once more keep the connections that there are', async () => {
    await using remote = await secureServer({ ...server, ca: ca.cert, requestCert: true }, (req, res) =>
      res.end(who(req)),
    )
    const clock = manualClock()
    let asked = 0
    const same = of('same')
    const site = http({
      name: 'site',
      baseUrl: remote.url,
      tls: () => {
        asked++
        return same
      },
      timeout: '1h',
      ports: { clock },
      connections: { maxAge: '1h' },
      ...transport(),
    })
    const ask = asking(site)
    await ask.run()
    clock.advance(60_000)
    await ask.run()
    await until(() => asked === 2)
    await ask.run()
    expect(remote.connections).toBe(1)
    site.close()
  })

  test('calls that wait for the one connection go on after a renewal', async () => {
    const held: ServerResponse[] = []
    await using remote = await secureServer({ ...server, ca: ca.cert, requestCert: true }, (req, res) => {
      if (held.push(res) > 1) res.end(who(req))
    })
    const clock = manualClock()
    let now = of('first')
    let asked = 0
    const site = http({
      name: 'site',
      baseUrl: remote.url,
      tls: () => {
        asked++
        return now
      },
      timeout: '1h',
      ports: { clock },
      connections: { perHost: 1 },
      ...transport(),
    })
    const ask = asking(site)
    const first = ask.run()
    await until(() => held.length === 1)
    const waiting = [ask.run(), ask.run()]
    now = of('second')
    clock.advance(60_000)
    const noticing = ask.run()
    await until(() => asked === 2)
    await new Promise((resolve) => setImmediate(resolve))
    const after = ask.run()
    held[0]!.end('{"client":"first"}')
    expect(await first).toEqual({ client: 'first' })
    await Promise.all([...waiting, noticing])
    expect(await after).toEqual({ client: 'second' })
    expect(await ask.run()).toEqual({ client: 'second' })
    site.close()
  })

  test('files are read again', async () => {
    await using remote = await secureServer({ ...server, ca: ca.cert, requestCert: true }, (req, res) =>
      res.end(who(req)),
    )
    const directory = await mkdtemp(join(tmpdir(), 'tls-'))
    try {
      const [cert, key] = [join(directory, 'cert.pem'), join(directory, 'key.pem')] as const
      const write = async (name: string): Promise<void> => {
        const pair = ca.issue(name)
        await Promise.all([writeFile(cert, pair.cert), writeFile(key, pair.key)])
      }
      await write('first')
      const clock = manualClock()
      const site = http({
        name: 'site',
        baseUrl: remote.url,
        tls: { ca: ca.cert, cert: { file: cert }, key: { file: key }, reload: '10m' },
        timeout: '1h',
        ports: { clock },
        ...transport(),
      })
      const ask = asking(site)
      expect(await ask.run()).toEqual({ client: 'first' })
      await write('second')
      clock.advance(9 * 60_000)
      expect(await ask.run()).toEqual({ client: 'first' })
      clock.advance(60_000)
      let seen = (await ask.run()).client
      while (seen === 'first') seen = (await ask.run()).client
      expect(seen).toBe('second')
      site.close()
    } finally {
      await rm(directory, { recursive: true })
    }
  })
})
