import { describe, expect, test } from 'vitest'
import { backendServer } from '../gateway/backend-server.js'
import { fronted, transports } from '../gateway/fronted.js'
import { tcpServer } from '../support/loopback.js'

describe('headers that cannot be written', () => {
  test.each([
    ['a dash that is no Latin-1', { 'x-title': 'one – two' }],
    ['a line break', { 'x-title': 'one\r\nset-cookie: a=b' }],
    ['a name that is none', { 'x title': 'one' }],
  ])('%s, of a response function: 502, and the gateway lives', async (_, changes) => {
    await using backend = await backendServer()
    await using gate = await fronted({
      backends: { a: { baseUrl: backend.url } },
      routes: [
        { path: '/bad', to: 'a', response: () => changes as never },
        { path: '/**', to: 'a' },
      ],
    })
    expect((await gate.get('/bad')).status).toBe(502)
    expect((await gate.gateway.fetch(new Request('http://a.example/bad'))).status).toBe(502)
    expect((await gate.get('/good')).status).toBe(200)
    expect(gate.log.join('\n')).not.toContain('a=b')
  })

  test('of a request function: 500, which does not say that the client was slow', async () => {
    await using backend = await backendServer()
    await using gate = await fronted({
      backends: { a: { baseUrl: backend.url } },
      routes: [{ path: '/**', to: 'a', request: () => ({ 'x-title': 'a\nb' }) }],
    })
    expect((await gate.get('/')).status).toBe(500)
    expect(backend.requests).toHaveLength(0)
  })
})

describe.each(transports)('a hostile backend over %s', (_, transport) => {
  test.each(['099', '000', '100', '199'])(
    'answers with status %s: 502 at the worst, and the gateway lives',
    async (status) => {
      await using backend = await tcpServer((socket) => {
        socket.end(`HTTP/1.1 ${status} Odd\r\ncontent-length: 0\r\n\r\n`)
      })
      await using gate = await fronted({
        ...transport,
        backends: { a: { baseUrl: backend.url, circuit: false } },
        routes: [{ path: '/**', to: 'a' }],
        cache: {},
      })
      expect((await gate.get('/')).status).toBe(502)
      expect((await gate.gateway.fetch(new Request('http://a.example/x'))).status).toBe(502)
    },
  )

  test('sends what no cache can make sense of: it is given once, and not stored for ever', async () => {
    await using backend = await backendServer((_request, response, n) => {
      response.writeHead(200, { 'cache-control': 'max-age=60', age: '9'.repeat(400), date: 'never' })
      response.end(String(n))
    })
    await using gate = await fronted({
      ...transport,
      backends: { a: { baseUrl: backend.url } },
      routes: [{ path: '/**', to: 'a' }],
      cache: {},
    })
    expect((await gate.get('/')).text).toBe('1')
    expect((await gate.get('/')).text).toBe('2')
  })
})

describe('the JSON of an answer', () => {
  const mapping = (body: string) => async () => {
    const backend = await backendServer((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(body)
    })
    const gate = await fronted({
      backends: { a: { baseUrl: backend.url } },
      routes: [{ path: '/**', to: 'a', json: { response: (json) => json } }],
    })
    return { backend, gate }
  }

  test.each([
    ['an integer that would be rounded', '{"id":9007199254740993}', 502],
    ['the largest that would not', '{"id":9007199254740991}', 200],
    ['lists without an end', `${'['.repeat(5000)}${']'.repeat(5000)}`, 502],
    ['what is cut in a character', '"\u00e9', 502],
  ])('with %s is mapped whole or not at all', async (_, body, status) => {
    const { backend, gate } = await mapping(body)()
    await using _b = backend
    await using _g = gate
    const got = await gate.get('/')
    expect(got.status).toBe(status)
    if (status === 200) expect(got.text).toBe(body)
  })
})

describe('what a client says of itself', () => {
  test('no header of its own makes the gateway name another host, scheme, method or address', async () => {
    await using backend = await backendServer((request, response) => {
      response.end(JSON.stringify(request.headers))
    })
    await using gate = await fronted({
      backends: { a: { baseUrl: backend.url } },
      routes: [{ path: '/**', to: 'a' }],
    })
    const lies = {
      'X-Forwarded-Host': 'evil.example',
      X_Forwarded_Host: 'evil.example',
      'X-Forwarded-For': '6.6.6.6',
      'X-Real-IP': '6.6.6.6',
      'X-Original-URL': '/evil',
      'X-HTTP-Method-Override': 'DELETE',
      Proxy: 'http://evil.example',
      Forwarded: 'for=6.6.6.6;host=evil.example',
      Connection: 'x-secret, keep-alive',
      'X-Secret': 'evil',
    }
    const { text } = await gate.get('/', lies)
    expect(text).not.toContain('evil')
    expect(text).not.toContain('6.6.6.6')
  })
})

describe('framing that two parties may read differently', () => {
  const posting = async () => {
    const backend = await backendServer()
    const gate = await fronted({
      backends: { a: { baseUrl: backend.url } },
      routes: [{ path: '/**', to: 'a', methods: ['GET', 'POST'] }],
    })
    return { backend, gate }
  }

  test.each([
    ['a length beside a coding', { 'content-length': '2', 'transfer-encoding': 'chunked' }],
    ['two lengths that a server has joined', { 'content-length': '2, 2' }],
    ['a length with a sign', { 'content-length': '+2' }],
    ['a length in hex', { 'content-length': '0x2' }],
    ['a coding behind another', { 'transfer-encoding': 'gzip, chunked' }],
    ['a coding that only looks like one', { 'transfer-encoding': 'xchunked' }],
    ['two hosts that a server has joined', { host: 'a.example, b.example' }],
    ['a host with a path', { host: 'a.example/admin' }],
    ['a host with credentials', { host: 'ann@a.example' }],
  ])('%s: 400, and no backend sees it', async (_, headers) => {
    const { backend, gate } = await posting()
    await using _b = backend
    await using _g = gate
    const request = new Request('http://a.example/', { method: 'POST', headers, body: '{}' })
    expect((await gate.gateway.fetch(request)).status).toBe(400)
    expect(backend.requests).toHaveLength(0)
  })

  test('a body with a GET is 400: a cache would take it for the page without it', async () => {
    const { backend, gate } = await posting()
    await using _b = backend
    await using _g = gate
    expect((await gate.send('GET', '/', { headers: { 'content-length': '3' }, body: 'fat' })).status).toBe(
      400,
    )
    expect(backend.requests).toHaveLength(0)
  })
})
