import { createHmac } from 'node:crypto'
import { getEventListeners } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { describe, expect, test } from 'vitest'
import { hmac, http, type Auth, type HttpOptions } from '../../src/index.js'
import { undiciTransport } from '../../src/undici/index.js'
import { httpServer, tcpServer } from '../support/loopback.js'

const TRANSPORTS: readonly (readonly [string, Partial<HttpOptions>])[] = [
  ['node:http', {}],
  ['undici', { transport: undiciTransport() }],
]

const KEY = 'canary-key-91'
const signed = hmac({ key: KEY, header: 'x-signature', sign: '{method} {host}{target}' })
const signatureOf = (text: string): string => createHmac('sha256', KEY).update(text).digest('hex')

/** Redirects by path, and remembers who asked with which signature. */
const redirector = (seen: IncomingMessage[], table: Readonly<Record<string, string>>) =>
  httpServer((req, res) => {
    seen.push(req)
    const to = table[req.url ?? '']
    if (to === undefined) res.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    else res.writeHead(302, { location: to }).end()
  })

describe.each(TRANSPORTS)('signatures and redirects over %s', (_, transport) => {
  test('each place within the origin is signed for itself', async () => {
    const seen: IncomingMessage[] = []
    await using server = await redirector(seen, { '/v1/a': '/v1/b?x=1', '/v1/b?x=1': '/c' })
    const site = http({
      name: 'site',
      baseUrl: `${server.url}/v1`,
      ...transport,
      auth: signed,
      redirects: {},
    })
    expect(await site.query({ name: 'a', path: '/a' }).call()).toMatchObject({ _tag: 'Right' })
    const host = server.url.slice('http://'.length)
    expect(seen.map((r) => r.headers['x-signature'])).toEqual(
      ['/v1/a', '/v1/b?x=1', '/c'].map((at) => signatureOf(`GET ${host}${at}`)),
    )
    site.close()
  })

  test('none is made for another origin, and none any more where that leads back', async () => {
    const seen: IncomingMessage[] = []
    const asked: string[] = []
    const auth: Auth = {
      headers: ['x-signature'],
      credentials: () => ({ headers: { authorization: `Bearer ${KEY}` }, secrets: [KEY] }),
      sign(request) {
        asked.push(request.url.href)
        return { headers: { 'x-signature': KEY }, secrets: [KEY] }
      },
    }
    const routes: Record<string, string> = {}
    await using home = await redirector(seen, routes)
    await using away = await redirector(seen, routes)
    routes['/a'] = `${away.url}/there`
    routes['/there'] = `${home.url}/back`
    const site = http({
      name: 'site',
      baseUrl: home.url,
      ...transport,
      auth,
      redirects: { hosts: ['127.0.0.1'] },
    })
    expect(await site.query({ name: 'a', path: '/a' }).call()).toMatchObject({ _tag: 'Right' })
    expect(asked).toEqual([`${home.url}/a`])
    expect(seen.map((r) => r.url)).toEqual(['/a', '/there', '/back'])
    for (const { headers } of seen.slice(1)) expect(JSON.stringify(headers)).not.toContain(KEY)
    site.close()
  })

  test('no target is redirected, whatever its method: only what is declared a read', async () => {
    const seen: IncomingMessage[] = []
    await using server = await redirector(seen, { '/a': '/b' })
    const site = http({ name: 'site', baseUrl: server.url, ...transport, redirects: {} })
    const ping = site.target({ name: 'ping', method: 'GET', path: '/a', effect: 'idempotent' })
    expect(await ping.call(undefined)).toMatchObject({ left: { _tag: 'BadResponse', flaw: 'redirect' } })
    expect(seen.map((r) => r.url)).toEqual(['/a'])
    site.close()
  })

  test('a signature that is not to be had half way is a failure that will pass, and shows nothing', async () => {
    const seen: IncomingMessage[] = []
    let times = 0
    const auth: Auth = {
      headers: ['x-signature'],
      credentials: () => ({ headers: {}, secrets: [] }),
      sign() {
        if (++times === 2) throw new Error(`the vault is closed: ${KEY}`)
        return { headers: { 'x-signature': KEY }, secrets: [KEY] }
      },
    }
    await using server = await redirector(seen, { '/a': '/b' })
    const site = http({ name: 'site', baseUrl: server.url, ...transport, auth, redirects: {} })
    const result = await site.query({ name: 'a', path: '/a' }).call()
    expect(result).toMatchObject({ left: { _tag: 'ConnectFailed', kind: 'transient', code: 'CREDENTIALS' } })
    expect(JSON.stringify(result)).not.toContain(KEY)
    expect(seen).toHaveLength(1)
    site.close()
  })

  test('a quick retry of a place that was redirected to is signed for that place', async () => {
    const seen: IncomingMessage[] = []
    await using server = await httpServer((req, res) => {
      seen.push(req)
      if (req.url === '/a') res.writeHead(302, { location: '/b' }).end()
      else if (seen.length === 2) res.writeHead(503).end()
      else res.writeHead(200).end('{}')
    })
    const site = http({ name: 'site', baseUrl: server.url, ...transport, auth: signed, redirects: {} })
    expect(await site.query({ name: 'a', path: '/a' }).call()).toMatchObject({ _tag: 'Right' })
    const host = server.url.slice('http://'.length)
    expect(seen.map((r) => r.headers['x-signature'])).toEqual(
      ['/a', '/b', '/b'].map((at) => signatureOf(`GET ${host}${at}`)),
    )
    site.close()
  })
})

describe.each(TRANSPORTS)('a download of unknown length that broke off over %s', (_, transport) => {
  const answered = async (rests: readonly string[]) => {
    let asked = 0
    await using server = await tcpServer((socket) => {
      if (asked === 0) {
        socket.write('HTTP/1.1 200 OK\r\netag: "v1"\r\ntransfer-encoding: chunked\r\n\r\n5\r\n01234\r\n')
        setImmediate(() => socket.end())
      } else {
        const rest = rests[asked - 1]!
        const [, first, last] = /(\d+)-(\d+)/.exec(rest) ?? []
        const bytes = '0123456789'.slice(Number(first), Number(last) + 1)
        socket.end(
          `HTTP/1.1 206 Partial Content\r\netag: "v1"\r\ncontent-range: bytes ${rest}\r\n` +
            `content-length: ${bytes.length}\r\nconnection: close\r\n\r\n${bytes}`,
        )
      }
      asked++
    })
    const site = http({ name: 'site', baseUrl: server.url, ...transport, random: { next: () => 0 } })
    try {
      const { body } = await site.download({ name: 'file', path: '/' }).run()
      return (await body.toArray()).join('')
    } catch (thrown) {
      return thrown
    } finally {
      site.close()
    }
  }

  test('goes on with the whole rest', async () => {
    expect(await answered(['5-9/10'])).toBe('0123456789')
  })

  test.each(['5-7/10', '5-7/*', '6-9/10'])('never ends early by a rest of %s', async (rest) => {
    expect(await answered([rest])).toMatchObject({ _tag: 'ConnectionLost', kind: 'transient' })
  })
})

describe.each(TRANSPORTS)('what a caller lends over %s', (_, transport) => {
  test('is given back: no listener stays on its signal, however calls end', async () => {
    await using server = await httpServer((req, res) => {
      if (req.url === '/gone') req.socket.destroy()
      else if (req.url === '/no') res.writeHead(404).end('no')
      else res.writeHead(200).end('{}')
    })
    const controller = new AbortController()
    const { signal } = controller
    for (const path of ['/', '/no', '/gone', '/', '/no', '/gone']) {
      // Of its own, so that no circuit opens.
      const site = http({ name: 'site', baseUrl: server.url, ...transport, random: { next: () => 0 } })
      await site.query({ name: 'query', path }).call(undefined, { signal })
      await site.target({ name: 'post', method: 'POST', path, effect: 'unsafe' }).call(undefined, { signal })
      const got = await site.download({ name: 'file', path }).call(undefined, { signal })
      if (got._tag === 'Right') await got.right.body.toArray()
      site.close()
    }
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0)
  })

  test('a slot of the destination is free again, wherever a call was ended', async () => {
    await using server = await httpServer((req, res) => {
      if (req.url === '/hang') return
      res.writeHead(200)
      if (req.url === '/drip') res.write('{')
      else res.end('{}')
    })
    const site = http({ name: 'site', baseUrl: server.url, ...transport, destination: { concurrency: 1 } })
    for (const path of ['/hang', '/drip']) {
      const call = site.query({ name: `q${path.slice(1)}`, path })
      const file = site.download({ name: `f${path.slice(1)}`, path })
      for (const turns of [0, 1, 5, 50]) {
        for (const begin of [call, file]) {
          const controller = new AbortController()
          const coming = begin.call(undefined, { signal: controller.signal }).then(
            (r) => {
              if (r._tag === 'Right') (r.right as { body?: { destroy(): void } }).body?.destroy()
            },
            (reason: unknown) => expect(reason).toBe('enough'),
          )
          for (let i = 0; i < turns; i++) await new Promise((resolve) => setImmediate(resolve))
          controller.abort('enough')
          await coming
        }
      }
    }
    expect(await site.query({ name: 'ok', path: '/ok' }).call()).toMatchObject({ _tag: 'Right' })
    site.close()
  })
})
