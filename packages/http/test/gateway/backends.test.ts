import { createServer, type AddressInfo } from 'node:net'
import { byKind, config, flow, url } from '@xconnector/core'
import { testFlow } from '@xconnector/core/testing'
import { describe, expect, it } from 'vitest'
import { gateway } from '../../src/gateway/index.js'
import { opened, raw, tcpServer } from '../support/loopback.js'
import { backendServer } from './backend-server.js'
import { fronted, transports, until } from './fronted.js'

const problemOf = (text: string): unknown => (JSON.parse(text) as { status: unknown }).status

describe.each(transports)('a backend over %s', (_, transport) => {
  it('that cannot be reached is a 502 that says nothing of where', async () => {
    const free = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => free.once('listening', resolve))
    const { port } = free.address() as AddressInfo
    await new Promise((resolve) => free.close(resolve))
    await using front = await fronted({
      ...transport,
      backends: { a: { baseUrl: `http://127.0.0.1:${port}` } },
      routes: [{ path: '/**', to: 'a' }],
    })
    const answer = await front.get('/')
    expect([answer.status, answer.headers['content-type'], problemOf(answer.text)]).toEqual([
      502,
      'application/problem+json',
      502,
    ])
    expect(JSON.stringify(answer)).not.toContain(String(port))
  })

  it('whose URL comes from the configuration is reached as any other, with proxy settings too', async () => {
    await using backend = await backendServer()
    const env = config({ BACKEND_URL: url }, { BACKEND_URL: backend.url })
    for (const proxy of [false, { url: 'http://127.0.0.1:9', except: ['127.0.0.1'] }] as const) {
      await using front = await fronted({
        ...transport,
        backends: { a: { baseUrl: env.BACKEND_URL, proxy } },
        routes: [{ path: '/**', to: 'a' }],
      })
      expect((await front.get('/')).text).toBe('ok')
    }
    expect(backend.requests.map(({ headers }) => headers.host)).toEqual(
      Array.from({ length: 2 }, () => new URL(backend.url).host),
    )
  })

  it('that does not answer in time is a 504, and is let go', async () => {
    let closed = 0
    await using backend = await backendServer((request) => void request.on('close', () => closed++))
    await using front = await fronted({
      ...transport,
      backends: { a: { baseUrl: backend.url, timeouts: { answer: '3s' } } },
      routes: [{ path: '/**', to: 'a' }],
    })
    const answer = front.get('/')
    await until(() => backend.requests.length === 1)
    front.clock.advance(3000)
    expect((await answer).status).toBe(504)
    await until(() => closed === 1)
    expect(front.clock.pending).toBe(0)
  })

  it('that stops in the middle breaks the answer off', async () => {
    await using backend = await backendServer((_r, response) => {
      response.writeHead(200, { 'content-length': '10' })
      response.write('01234')
    })
    await using front = await fronted({
      ...transport,
      backends: { a: { baseUrl: backend.url, timeouts: { idle: '3s' } } },
      routes: [{ path: '/**', to: 'a' }],
    })
    const answer = front.get('/').then(
      () => 'whole',
      () => 'broken',
    )
    await until(() => backend.requests.length === 1)
    for (let n = 0; n < 50; n++) await new Promise((resolve) => setImmediate(resolve))
    front.clock.advance(30_000)
    front.clock.advance(3000)
    expect(await answer).toBe('broken')
  })

  it('is asked once more when a connection that was kept turns out to be closed', async () => {
    await using server = await tcpServer((socket, text) => {
      // Closes every connection when its second request comes.
      if (text.includes('/again') && !text.includes('/again2') && server.requests.length === 2)
        return void socket.destroy()
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
    })
    await using front = await fronted({
      ...transport,
      backends: { a: { baseUrl: server.url } },
      routes: [{ path: '/**', to: 'a' }],
    })
    expect((await front.get('/first')).status).toBe(200)
    expect((await front.get('/again')).status).toBe(200)
    expect(server.requests.length).toBe(3)
  })

  it('is never asked again for what may have changed something', async () => {
    await using server = await tcpServer((socket) => socket.destroy())
    await using front = await fronted({
      ...transport,
      backends: { a: { baseUrl: server.url } },
      routes: [{ path: '/**', methods: ['POST'], to: 'a' }],
    })
    expect((await front.send('POST', '/', { body: 'x' })).status).toBe(502)
    expect(server.requests.length).toBe(1)
  })

  it('that fails is parked, and asked again later', async () => {
    let down = true
    await using backend = await backendServer(
      (_r, response) => void response.writeHead(down ? 503 : 200).end(),
    )
    await using front = await fronted({
      ...transport,
      backends: { a: { baseUrl: backend.url, circuit: { failures: 3, open: '10s' } } },
      routes: [{ path: '/**', to: 'a' }],
    })
    for (let n = 0; n < 3; n++) await front.get('/')
    const parked = await front.get('/')
    expect([parked.status, parked.headers['retry-after'], backend.requests.length]).toEqual([503, '10', 3])
    down = false
    front.clock.advance(10_000)
    expect((await front.get('/')).status).toBe(200)
  })

  it('is not parked by one bad page, nor by clients that are told to slow down', async () => {
    await using backend = await backendServer(
      (request, response) =>
        void response.writeHead(request.url === '/429' ? 429 : 500, { 'retry-after': '100' }).end(),
    )
    await using front = await fronted({
      ...transport,
      backends: { a: { baseUrl: backend.url, circuit: { failures: 1 } } },
      routes: [{ path: '/**', to: 'a' }],
    })
    expect([
      (await front.get('/500')).status,
      (await front.get('/429')).status,
      (await front.get('/500')).status,
    ]).toEqual([500, 429, 500])
  })

  it('takes so many at a time, lets so many wait, and no more', async () => {
    const waiting: (() => void)[] = []
    await using backend = await backendServer((_r, response) => void waiting.push(() => response.end('ok')))
    await using front = await fronted({
      ...transport,
      backends: { a: { baseUrl: backend.url, concurrency: 2, queue: 2, timeouts: { queue: '1s' } } },
      routes: [{ path: '/**', to: 'a' }],
    })
    const answers = Array.from({ length: 5 }, () => front.gateway.fetch(new Request('http://a.example/')))
    const statuses = answers.map(async (a) => (await a).status)
    expect(await Promise.race(statuses)).toBe(503)
    await until(() => waiting.length === 2)
    waiting.shift()!()
    await until(() => waiting.length === 2)
    front.clock.advance(1000)
    for (const go of waiting.splice(0)) go()
    expect((await Promise.all(statuses)).toSorted((a, b) => a - b)).toEqual([200, 200, 200, 503, 503])
    expect(backend.requests.length).toBe(3)
  })

  it('is let go when the client leaves in the middle', async () => {
    let closed = 0
    await using backend = await backendServer((_r, response) => {
      response.on('close', () => closed++)
      response.write('x'.repeat(1000))
    })
    await using front = await fronted({
      ...transport,
      backends: { a: { baseUrl: backend.url } },
      routes: [{ path: '/**', to: 'a' }],
    })
    const answer = await front.gateway.fetch(new Request('http://a.example/'))
    await answer.body!.cancel()
    await until(() => closed === 1)
  })

  it('gets bodies as they come, and none that is too large', async () => {
    let got = 0
    await using backend = await backendServer((request, response) => {
      request.on('data', (chunk: Buffer) => (got += chunk.length))
      request.on('end', () => response.end(String(got)))
      request.on('error', () => {})
    })
    await using front = await fronted({
      ...transport,
      maxRequestBytes: 100_000,
      backends: { a: { baseUrl: backend.url } },
      routes: [{ path: '/**', methods: ['PUT', 'DELETE'], to: 'a' }],
    })
    const big = 'x'.repeat(100_000)
    expect((await front.send('PUT', '/', { body: big })).text).toBe('100000')
    expect(
      (await front.send('PUT', '/', { body: big, headers: { 'transfer-encoding': 'chunked' } })).text,
    ).toBe('200000')
    expect(
      (await front.send('DELETE', '/', { body: 'abc', headers: { 'transfer-encoding': 'chunked' } })).text,
    ).toBe('200003')
    expect((await front.send('PUT', '/', { body: `${big}x` })).status).toBe(413)
    expect(
      (await front.send('PUT', '/', { body: `${big}x`, headers: { 'transfer-encoding': 'chunked' } })).status,
    ).toBe(413)
    expect((await front.send('PUT', '/')).text).toMatch(/^\d+$/)
  })

  it('sends no faster than the client takes it', async () => {
    const piece = Buffer.alloc(64 * 1024)
    let written = 0
    await using backend = await backendServer((_r, response) => {
      const more = (): void => {
        if (written === 1000) return void response.end()
        written++
        if (response.write(piece)) setImmediate(more)
        else response.once('drain', more)
      }
      more()
    })
    await using front = await fronted({
      ...transport,
      backends: { a: { baseUrl: backend.url } },
      routes: [{ path: '/**', to: 'a' }],
    })
    const answer = await front.gateway.fetch(new Request('http://a.example/'))
    for (let n = 0; n < 3000; n++) await new Promise((resolve) => setImmediate(resolve))
    expect(written).toBeLessThan(500)
    expect((await answer.arrayBuffer()).byteLength).toBe(1000 * piece.length)
  })

  it('is not blamed for clients that are slow, or leave', async () => {
    await using backend = await backendServer((request, response) => {
      request.on('error', () => {})
      if (request.method === 'GET' && request.url === '/big') response.end(Buffer.alloc(8 * 1024 * 1024))
      else request.on('end', () => response.end('ok')).resume()
    })
    await using front = await fronted({
      ...transport,
      backends: {
        a: {
          baseUrl: backend.url,
          circuit: { failures: 1, open: '1h' },
          timeouts: { answer: '3s', idle: '3s' },
        },
      },
      routes: [{ path: '/**', methods: ['GET', 'PUT'], to: 'a' }],
    })
    const head = 'PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n01234'
    const slow = raw(front.port, head)
    await until(() => backend.requests.length === 1)
    front.clock.advance(3000)
    // The answer lingers, so that the client sees it.
    await until(() => front.log.length === 1)
    front.clock.advance(1000)
    expect(await slow).toMatch(/^HTTP\/1\.1 408/)
    const leaving = await opened(front.port, head)
    await until(() => backend.requests.length === 2)
    leaving.destroy()
    const idle = await front.gateway.fetch(new Request('http://a.example/big'))
    for (let n = 0; n < 200; n++) await new Promise((resolve) => setImmediate(resolve))
    front.clock.advance(3000)
    front.clock.advance(3000)
    await expect(idle.arrayBuffer()).rejects.toThrow()
    expect((await front.get('/fine')).status).toBe(200)
  })

  it('has its JSON mapped once for each answer, and its validators weakened', async () => {
    await using backend = await backendServer((request, response) => {
      if (request.headers['if-none-match'] !== undefined)
        return response.writeHead(304, { etag: '"v1"' }).end()
      response.writeHead(200, {
        'content-type': request.url === '/text' ? 'text/plain' : 'application/json',
        etag: '"v1"',
        'cache-control': 'max-age=60',
      })
      return response.end(request.url === '/bad' ? '{' : '{"a":1,"inner":"canary"}')
    })
    let mapped = 0
    await using front = await fronted({
      ...transport,
      cache: {},
      backends: { a: { baseUrl: backend.url } },
      routes: [
        {
          path: '/**',
          to: 'a',
          json: {
            maxBytes: 1000,
            response: (body, { path }) => {
              mapped++
              return { path, a: (body as { a: number }).a }
            },
          },
        },
      ],
    })
    const first = await front.get('/x')
    expect([first.text, first.headers['etag'], first.headers['content-length']]).toEqual([
      '{"path":"/x","a":1}',
      'W/"v1"',
      '19',
    ])
    expect((await front.get('/x')).text).toBe(first.text)
    front.clock.advance(61_000)
    expect((await front.get('/x')).text).toBe(first.text)
    expect([mapped, backend.requests.length]).toEqual([1, 2])
    for (const path of ['/text', '/bad']) {
      const bad = await front.get(path)
      expect([bad.status, bad.text.includes('canary')]).toEqual([502, false])
    }
  })
})

describe('gateway.purge', () => {
  it('is a target for flows', async () => {
    await using backend = await backendServer((_r, response, n) => {
      response.writeHead(200, { 'cache-control': 'max-age=60', 'cache-tag': 'article-7' })
      response.end(String(n))
    })
    await using front = await fronted({
      backends: { a: { baseUrl: backend.url } },
      routes: [{ path: '/**', to: 'a' }],
      cache: {},
    })
    await front.get('/x')
    const published = flow('published')
      .input<{ id: number }>()
      .to(front.gateway.purge.with((e: { id: number }) => ({ tag: `article-${e.id}` })))
      .otherwise(byKind())
    await using test = testFlow(published)
    await test.send({ id: 7 })
    expect((await front.get('/x')).text).toBe('2')
  })

  it('is nothing to do where nothing is cached', async () => {
    const made = gateway({
      backends: { a: { baseUrl: 'https://a.example' } },
      routes: [{ path: '/**', to: 'a' }],
    })
    expect(await made.purge.now({ tag: 'x' })).toEqual({ removed: 0 })
  })
})
