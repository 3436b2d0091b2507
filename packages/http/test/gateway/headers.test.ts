import { describe, expect, it } from 'vitest'
import { apiKey, bearer } from '../../src/index.js'
import { send } from '../support/loopback.js'
import { backendServer } from './backend-server.js'
import { fronted, transports } from './fronted.js'

describe.each(transports)('headers over %s', (_, transport) => {
  it('passes no credential of the client, and no cookie of the backend, unless the route says so', async () => {
    await using backend = await backendServer((_r, response) => {
      response.setHeader('set-cookie', ['a=1', 'b=2'])
      response.end('ok')
    })
    await using front = await fronted({
      ...transport,
      backends: { a: { baseUrl: backend.url } },
      routes: [
        { path: '/open/**', to: 'a', pass: { authorization: true, cookie: true, setCookie: true } },
        { path: '/**', to: 'a' },
      ],
    })
    const mine = {
      authorization: 'Bearer client',
      cookie: 's=1',
      'proxy-authorization': 'Basic x',
      'X-Api-Key': 'client',
      x_auth_token: 'client',
    }
    const closed = await front.get('/x', mine)
    const open = await front.get('/open/x', mine)
    const [first, second] = backend.requests.map((r) => r.headers)
    expect([first!.authorization, first!.cookie, first!['proxy-authorization']]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
    expect([first!['x-api-key'], first!['x_auth_token']]).toEqual([undefined, undefined])
    expect([second!['x-api-key'], second!['x_auth_token']]).toEqual(['client', undefined])
    expect([second!.authorization, second!.cookie, second!['proxy-authorization']]).toEqual([
      'Bearer client',
      's=1',
      undefined,
    ])
    expect(closed.headers['set-cookie']).toBeUndefined()
    expect(open.headers['set-cookie']).toEqual(['a=1', 'b=2'])
  })

  it("adds the backend's own credentials in place of the client's, and never shows them", async () => {
    await using backend = await backendServer((request, response) => {
      if (request.url === '/refused') {
        response.writeHead(401, { 'www-authenticate': 'Basic realm="inside"' })
        return response.end('canary-key is wrong')
      }
      return response.end('ok')
    })
    await using front = await fronted({
      ...transport,
      backends: { a: { baseUrl: backend.url, auth: apiKey({ header: 'X-Api-Key', key: 'canary-key' }) } },
      routes: [{ path: '/**', to: 'a' }],
    })
    const fine = await front.get('/fine', { 'x-api-key': 'mine' })
    const refused = await front.get('/refused')
    expect(backend.requests[0]!.headers['x-api-key']).toBe('canary-key')
    expect(refused.status).toBe(502)
    expect(JSON.stringify([fine, refused, front.log])).not.toMatch(/canary-key|inside/)
  })

  it('asks for new credentials once when the old ones were refused', async () => {
    await using backend = await backendServer((request, response) => {
      if (request.headers.authorization !== 'Bearer new') response.statusCode = 401
      response.end('ok')
    })
    let token = 'old'
    const auth = {
      ...bearer(() => token),
      renew: () => {
        token = 'new'
        return true
      },
    }
    await using front = await fronted({
      ...transport,
      backends: { a: { baseUrl: backend.url, auth } },
      routes: [{ path: '/**', to: 'a' }],
    })
    expect((await front.get('/')).status).toBe(200)
    expect(backend.requests.length).toBe(2)
  })

  it('answers 502 and sends nothing when credentials are not to be had, and says nothing of why', async () => {
    await using backend = await backendServer()
    const auth = bearer(() => Promise.reject(new Error('canary')))
    await using front = await fronted({
      ...transport,
      backends: { a: { baseUrl: backend.url, auth } },
      routes: [{ path: '/**', to: 'a' }],
    })
    const answer = await front.get('/')
    expect(answer.status).toBe(502)
    expect(JSON.stringify([answer, front.log])).not.toContain('canary')
    expect(backend.requests).toEqual([])
  })

  it('passes nothing that is between neighbours only, either way', async () => {
    await using backend = await backendServer((_r, response) => {
      response.setHeader('connection', 'keep-alive, x-inner')
      response.setHeader('x-inner', '1')
      response.setHeader('keep-alive', 'timeout=99')
      response.setHeader('alt-svc', 'h3=":443"')
      response.setHeader('x-outer', '2')
      response.end('ok')
    })
    await using front = await fronted({
      ...transport,
      backends: { a: { baseUrl: backend.url } },
      routes: [{ path: '/**', to: 'a' }],
    })
    const answer = await front.get('/', {
      connection: 'close, x-hop',
      'x-hop': '1',
      te: 'trailers',
      upgrade: 'websocket',
      proxy: 'http://evil.example',
      expect: '100-continue',
      x_forwarded_for: '6.6.6.6',
      'x-kept': '1',
    })
    const sent = backend.requests[0]!.headers
    for (const name of ['x-hop', 'te', 'upgrade', 'proxy', 'expect', 'x_forwarded_for'])
      expect([name, sent[name]]).toEqual([name, undefined])
    expect(sent['x-kept']).toBe('1')
    expect([answer.headers['x-inner'], answer.headers['alt-svc'], answer.headers['x-outer']]).toEqual([
      undefined,
      undefined,
      '2',
    ])
    expect(answer.headers['keep-alive']).not.toBe('timeout=99')
  })

  it('turns redirects of the backend around, and leaves those to elsewhere', async () => {
    const to: string[] = []
    await using backend = await backendServer((_r, response) => {
      response.writeHead(302, { location: to.shift()! })
      response.end()
    })
    await using front = await fronted({
      ...transport,
      backends: { a: { baseUrl: `${backend.url}/v3` } },
      routes: [{ path: '/content/**', to: 'a', rewrite: { strip: '/content' } }],
    })
    to.push(`${backend.url}/v3/new?x=1`, `${backend.url}/login`, 'https://elsewhere.example/', '/relative')
    const seen = []
    for (let n = 0; n < 4; n++) seen.push((await front.get('/content/x')).headers['location'])
    expect(seen).toEqual(['/content/new?x=1', '/login', 'https://elsewhere.example/', '/relative'])
  })

  it('lets functions of the user change headers, but not framing and host', async () => {
    await using backend = await backendServer((_r, response) => {
      response.setHeader('server', 'inner/1.2')
      response.end('ok')
    })
    await using front = await fronted({
      ...transport,
      backends: { a: { baseUrl: backend.url } },
      routes: [
        {
          path: '/fine/:id',
          to: 'a',
          request: (r) => ({ 'x-id': r.params['id'], 'user-agent': undefined }),
          response: (a, r) => ({
            server: undefined,
            'x-seen': `${a.status} ${a.header('Server')} ${r.path}`,
          }),
        },
        { path: '/host', to: 'a', request: () => ({ Host: 'evil.example' }) },
        {
          path: '/throws',
          to: 'a',
          request: () => {
            throw new Error('no')
          },
        },
        {
          path: '/late',
          to: 'a',
          response: () => {
            throw new Error('no')
          },
        },
      ],
    })
    const fine = await front.get('/fine/7', { 'user-agent': 'x' })
    expect([fine.headers['server'], fine.headers['x-seen']]).toEqual([undefined, '200 inner/1.2 /fine/7'])
    expect([backend.requests[0]!.headers['x-id'], backend.requests[0]!.headers['user-agent']]).toEqual([
      '7',
      undefined,
    ])
    expect((await front.get('/host')).status).toBe(500)
    expect((await front.get('/throws')).status).toBe(500)
    expect((await front.get('/late')).status).toBe(502)
    expect(backend.requests.length).toBe(2)
  })
})

describe('what a backend is told of the client', () => {
  it('is what the connection says, whatever the request claims', async () => {
    await using backend = await backendServer()
    await using front = await fronted({
      backends: { a: { baseUrl: backend.url } },
      routes: [{ path: '/**', to: 'a' }],
    })
    await front.get('/', {
      host: 'www.example.com',
      'x-forwarded-for': '6.6.6.6',
      'x-real-ip': '6.6.6.6',
      forwarded: 'for=6.6.6.6',
      'x-forwarded-proto': 'https',
    })
    const { headers } = backend.requests[0]!
    expect(headers['x-forwarded-for']).toBe('127.0.0.1')
    expect(headers['x-forwarded-host']).toBe('www.example.com')
    expect(headers['x-forwarded-proto']).toBe('http')
    expect(headers['forwarded']).toBe('for=127.0.0.1;host="www.example.com";proto=http')
    expect(headers['x-real-ip']).toBeUndefined()
    expect(headers['via']).toBe('1.1 xconnector')
  })

  it('is what trusted proxies claim, and their own address behind it', async () => {
    await using backend = await backendServer()
    await using front = await fronted({
      backends: { a: { baseUrl: backend.url } },
      trust: ['127.0.0.0/8', '10.0.0.1'],
      routes: [{ path: '/**', to: 'a', request: (r) => ({ 'x-client': r.client }) }],
    })
    await front.get('/', {
      'x-forwarded-for': '6.6.6.6, 7.7.7.7, 10.0.0.1',
      'x-forwarded-proto': 'https',
      via: '1.0 front',
    })
    await front.get('/', { 'x-forwarded-for': 'nonsense"; x' })
    const [first, second] = backend.requests.map((r) => r.headers)
    expect([
      first!['x-forwarded-for'],
      first!['x-forwarded-proto'],
      first!['x-client'],
      first!['via'],
    ]).toEqual(['6.6.6.6, 7.7.7.7, 10.0.0.1, 127.0.0.1', 'https', '7.7.7.7', '1.0 front, 1.1 xconnector'])
    expect([second!['x-forwarded-for'], second!['x-client']]).toEqual(['127.0.0.1', '127.0.0.1'])
  })
})

describe('the fetch handler', () => {
  it('does the same as the node one', async () => {
    await using backend = await backendServer((request, response) => {
      response.writeHead(201, { 'x-seen': `${request.method} ${request.url}`, 'set-cookie': 'a=1' })
      request.pipe(response)
    })
    await using front = await fronted({
      backends: { a: { baseUrl: backend.url } },
      routes: [{ path: '/a/**', methods: ['GET', 'HEAD', 'POST'], to: 'a' }],
    })
    const ask = (path: string, init?: RequestInit): Promise<Response> =>
      front.gateway.fetch(new Request(`http://www.example.com${path}`, init))
    const posted = await ask('/a/b?c=d', { method: 'POST', body: 'hello' })
    expect([
      posted.status,
      posted.headers.get('x-seen'),
      posted.headers.get('set-cookie'),
      await posted.text(),
    ]).toEqual([201, 'POST /a/b?c=d', null, 'hello'])
    expect((await ask('/nothing')).status).toBe(404)
    expect((await ask('//evil.example/a/b')).status).toBe(400)
    expect((await ask('/a/b', { method: 'HEAD' })).body).toBeNull()
    expect(backend.requests[0]!.headers['x-forwarded-host']).toBe('www.example.com')
  })

  it('answers nobody when the client leaves, and lets go of the backend', async () => {
    let closed = 0
    await using backend = await backendServer((request) => void request.on('close', () => closed++))
    await using front = await fronted({
      backends: { a: { baseUrl: backend.url } },
      routes: [{ path: '/**', to: 'a' }],
    })
    const leaving = new AbortController()
    const answer = front.gateway.fetch(new Request('http://a.example/', { signal: leaving.signal }))
    for (let n = 0; n < 2000 && backend.requests.length === 0; n++) await new Promise((r) => setImmediate(r))
    leaving.abort()
    expect((await answer).status).toBe(499)
    for (let n = 0; n < 2000 && closed === 0; n++) await new Promise((r) => setImmediate(r))
    expect(closed).toBe(1)
    expect(await send(`${front.url}//`, { method: 'GET' })).toMatchObject({ status: 400 })
  })
})
