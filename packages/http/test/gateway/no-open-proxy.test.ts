import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { targetPath } from '../../src/gateway/route/target-path.js'
import { raw } from '../support/loopback.js'
import { backendServer } from './backend-server.js'
import { fronted } from './fronted.js'

const statusOf = (answer: string): string => answer.slice(9, 12)

describe('no open proxy', () => {
  const refused: readonly (readonly [string, string])[] = [
    [
      'an absolute target',
      'GET http://evil.example/x HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n',
    ],
    ['a target with two slashes', 'GET //evil.example/x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'],
    ['a backslash', 'GET /\\evil.example/x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'],
    ['dot segments', 'GET /a/../../etc HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'],
    ['encoded dot segments', 'GET /a/%2e%2E/etc HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'],
    ['dot segments with a parameter', 'GET /a/..;/etc HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'],
    ['an encoded slash', 'GET /a%2fb HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'],
    ['an encoded backslash', 'GET /a%5cb HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'],
    ['an encoded percent sign', 'GET /a%252e HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'],
    ['an encoded null', 'GET /a%00 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'],
    ['broken UTF-8', 'GET /a%ff HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'],
    ['a broken encoding', 'GET /a%zz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'],
    ['a fragment', 'GET /a#b HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'],
    ['the asterisk form', 'OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'],
    ['two hosts', 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n'],
    ['a host with a path', 'GET / HTTP/1.1\r\nHost: a/b\r\nConnection: close\r\n\r\n'],
    ['a host with a user', 'GET / HTTP/1.1\r\nHost: a@b\r\nConnection: close\r\n\r\n'],
    [
      'a length beside a coding',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n',
    ],
    [
      'two lengths',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\nConnection: close\r\n\r\nabc',
    ],
    [
      'an unknown coding',
      'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\nConnection: close\r\n\r\n0\r\n\r\n',
    ],
    ['a GET with a body', 'GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc'],
    [
      'a request that came through here',
      'GET / HTTP/1.1\r\nHost: a\r\nVia: 1.1 xconnector\r\nConnection: close\r\n\r\n',
    ],
  ]
  it.each(refused)('refuses %s', async (_, bytes) => {
    await using backend = await backendServer()
    await using front = await fronted({
      backends: { a: { baseUrl: backend.url } },
      routes: [{ path: '/**', methods: ['GET', 'POST', 'OPTIONS'], to: 'a' }],
    })
    expect(statusOf(await raw(front.port, bytes))).toMatch(/^(?:4\d\d|508)$/)
    expect(backend.requests).toEqual([])
  })

  it('opens no tunnel', async () => {
    await using backend = await backendServer()
    await using front = await fronted({
      backends: { a: { baseUrl: backend.url } },
      routes: [{ path: '/**', to: 'a' }],
    })
    const host = `127.0.0.1:${backend.port}`
    const answer = await raw(
      front.port,
      `CONNECT ${host} HTTP/1.1\r\nHost: ${host}\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n`,
    )
    expect(answer).not.toContain('200')
    expect(backend.requests).toEqual([])
  })

  it('never asks another host than the table says, whatever Host says', async () => {
    await using backend = await backendServer()
    await using other = await backendServer()
    await using front = await fronted({
      backends: { a: { baseUrl: backend.url } },
      routes: [{ path: '/**', to: 'a' }],
    })
    await front.get('/', { host: `127.0.0.1:${other.port}`, 'x-forwarded-host': `127.0.0.1:${other.port}` })
    expect(other.requests).toEqual([])
    expect(backend.requests[0]!.headers.host).toBe(`127.0.0.1:${backend.port}`)
  })

  it('refuses a parameter that would lead elsewhere', async () => {
    await using backend = await backendServer()
    await using front = await fronted({
      backends: { a: { baseUrl: `${backend.url}/inside` } },
      routes: [{ path: '/:x', to: 'a', rewrite: { path: '/:x/:x' } }],
    })
    expect((await front.get('/@evil.example')).status).toBe(200)
    expect(backend.requests.map((r) => r.url)).toEqual(['/inside/@evil.example/@evil.example'])
  })
})

describe('a regular path', () => {
  it('has one spelling, and stays where it is', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.string({
            unit: fc.constantFrom('a', '.', '~', '%', 'é', '中', ' ', '?', '"', '+'),
            maxLength: 8,
          }),
          { maxLength: 5 },
        ),
        (segments) => {
          const path = `/${segments.map((s) => encodeURIComponent(s)).join('/')}`
          const found = targetPath(path)
          if (found === undefined) return
          expect(targetPath(found.path)?.path).toBe(found.path)
          expect(new URL(found.path, 'http://a.example').pathname).toBe(found.path)
          expect(decodeURIComponent(found.path)).toBe(decodeURIComponent(path))
        },
      ),
    )
  })

  it('never throws, and never keeps what a URL parser would resolve', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom(
            '/',
            '.',
            '%',
            '2',
            'e',
            'E',
            'f',
            '5',
            'c',
            ';',
            '\\',
            '?',
            '#',
            'a',
            '@',
            ':',
            ' ',
          ),
        }),
        (target) => {
          const found = targetPath(target)
          if (found === undefined) return
          const url = new URL(`http://a.example${found.path}`)
          expect([url.host, url.pathname]).toEqual(['a.example', found.path])
        },
      ),
      { numRuns: 2000 },
    )
  })

  it('decodes what needs no encoding', () => {
    expect(targetPath('/%61dmin/%7Ex%c3%a9?a=%61')).toEqual({ path: '/admin/~x%C3%A9', query: 'a=%61' })
  })
})
