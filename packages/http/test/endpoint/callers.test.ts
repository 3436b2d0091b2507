import { describe, expect, test } from 'vitest'
import { failure, flow, secret, config } from '@xconnector/core'
import { anyone, sharedToken, statuses, type Admission, type EndpointRequest } from '../../src/index.js'
import { everybody, kit } from '../support/endpoint-kit.js'

class KeysAway extends failure('KeysAway', 'transient')<object> {}
const who = flow('who')
  .input<EndpointRequest<unknown, unknown, unknown, unknown, { id: string } | undefined>>()
  .map('who', ({ caller }) => ({ caller: caller?.id ?? 'nobody' }))
const base = { method: 'GET', path: '/who', flow: who, otherwise: statuses() } as const

describe('who may call', () => {
  test('a verifier lets in whom it believes', async () => {
    const { hooks, ask, said } = kit()
    hooks.endpoint({
      ...base,
      authorize: sharedToken({ header: 'authorization', prefix: 'Bearer ', token: 't0ken' }),
    })
    expect((await ask('GET', '/who', { headers: { authorization: 'Bearer t0ken' } })).json).toEqual({
      caller: 'nobody',
    })
    const no = await ask('GET', '/who', { headers: { authorization: 'Bearer other' } })
    expect([no.status, no.headers['www-authenticate'], no.text]).toEqual([
      401,
      'shared-token',
      '{"type":"about:blank","title":"Unauthorized","status":401}',
    ])
    expect(said).toEqual([
      {
        level: 'warn',
        message: 'a caller was not let in',
        data: { endpoint: 'GET /who', reason: 'mismatch' },
      },
    ])
  })

  test('a token of the configuration is read at the first request', async () => {
    const { hooks, ask, said } = kit()
    const env: Record<string, string> = {}
    hooks.endpoint({
      ...base,
      authorize: sharedToken({ header: 'x-key', token: config({ KEY: secret }, env).KEY }),
    })
    expect((await ask('GET', '/who', { headers: { 'x-key': 'k' } })).status).toBe(500)
    expect(said.map((s) => s.message)).toEqual(['an endpoint could not answer'])
  })

  test('a function says who calls, from what only it sees', async () => {
    const { hooks, ask } = kit()
    hooks.endpoint({
      ...base,
      path: '/who/:team',
      authorize: async ({ header, params, query, method }) => ({
        ok: true,
        caller: { id: `${method} ${params['team']} ${query} ${header('authorization')}` },
      }),
    })
    const told = await ask('GET', '/who/a%20b?c=1', { headers: { authorization: 'x' } })
    expect(told.json).toEqual({ caller: 'GET a b c=1 x' })
  })

  test.each([
    [{ ok: false, reason: 'forbidden' }, 403, undefined],
    [{ ok: false, reason: 'missing' }, 401, 'GET-who'],
    [{ ok: false, reason: 'missing', challenge: 'Bearer realm="shop"' }, 401, 'Bearer realm="shop"'],
    [{ ok: false, reason: 'missing', challenge: 'a\r\nset-cookie: b' }, 500, undefined],
  ] as const)('%j is answered with %i', async (found, status, challenge) => {
    const { hooks, ask } = kit()
    hooks.endpoint({ ...base, authorize: () => found as Admission<{ id: string }> })
    const told = await ask('GET', '/who')
    expect([told.status, told.headers['www-authenticate']]).toEqual([status, challenge])
  })

  test('where it cannot be told now 503 is answered, and 500 where it throws otherwise', async () => {
    const { hooks, ask } = kit()
    const throws = (thrown: unknown) => (): never => {
      throw thrown
    }
    hooks.endpoint({ ...base, path: '/a', authorize: throws(new KeysAway({})) })
    hooks.endpoint({ ...base, path: '/b', authorize: throws(new Error('s3cret')) })
    hooks.endpoint({ ...base, path: '/c', authorize: throws(null) })
    const told = await Promise.all(['/a', '/b', '/c'].map((path) => ask('GET', path)))
    expect(told.map((r) => r.status)).toEqual([503, 500, 500])
    expect(told.map((r) => r.text).join('')).not.toContain('s3cret')
  })

  test('whom nobody let in is told nothing about the shape of requests', async () => {
    const { hooks, ask } = kit()
    hooks.endpoint({ ...base, method: 'POST', authorize: () => ({ ok: false, reason: 'missing' }) })
    expect((await ask('POST', '/who?%ff', { body: 'x', headers: { accept: 'image/png' } })).status).toBe(401)
  })

  test('everybody is let in only with a reason', () => {
    expect(anyone({ because: 'it is public' }).name).toBe('anyone')
    expect(() => anyone({ because: ' ' })).toThrow(/anyone because/)
    expect(() => anyone(undefined as never)).toThrow(/anyone because/)
  })
})

describe('pages of other origins', () => {
  const cors = { origins: ['https://a.test'], credentials: true, expose: ['x-total'] }
  const own = { ...base, authorize: everybody, cors } as const
  const preflight = (origin: string, method: string) => ({
    headers: { origin, 'access-control-request-method': method },
  })

  test('left out, OPTIONS is 405 and nothing is said', async () => {
    const { hooks, ask } = kit()
    hooks.endpoint({ ...base, authorize: everybody })
    expect((await ask('OPTIONS', '/who', preflight('https://a.test', 'GET'))).status).toBe(405)
    expect((await ask('GET', '/who', { headers: { origin: 'https://a.test' } })).headers).not.toHaveProperty(
      'access-control-allow-origin',
    )
  })

  test('a preflight is answered for each method of a path', async () => {
    const { hooks, ask } = kit()
    hooks.endpoint(own)
    hooks.endpoint({ ...own, method: 'PUT', cors: { origins: '*', allow: ['x-a'], maxAge: '1m' } })
    const get = await ask('OPTIONS', '/who', preflight('https://a.test', 'GET'))
    expect([get.status, get.headers]).toEqual([
      204,
      {
        'access-control-allow-origin': 'https://a.test',
        'access-control-allow-credentials': 'true',
        'access-control-allow-headers': 'content-type, idempotency-key',
        'access-control-allow-methods': 'GET',
        'access-control-max-age': '600',
        vary: 'origin, access-control-request-method, access-control-request-headers',
      },
    ])
    const put = await ask('OPTIONS', '/who', preflight('https://b.test', 'PUT'))
    expect(put.headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-headers': 'x-a',
      'access-control-max-age': '60',
    })
    expect((await ask('OPTIONS', '/who', preflight('https://a.test', 'DELETE'))).status).toBe(405)
    const plain = await ask('OPTIONS', '/who')
    expect([plain.status, plain.headers['allow']]).toEqual([204, 'GET, PUT'])
    const other = await ask('OPTIONS', '/who', preflight('https://b.test', 'GET'))
    expect(Object.keys(other.headers)).toEqual(['vary'])
  })

  test('answers, those of failures too, can be read by the pages that may, and no others', async () => {
    const { hooks, ask } = kit()
    hooks.endpoint({ ...own, method: 'POST' })
    const told = await Promise.all([
      ask('POST', '/who', { headers: { origin: 'https://a.test' } }),
      ask('POST', '/who', { headers: { origin: 'https://a.test' }, body: 'unasked' }),
      ask('POST', '/who', { headers: { origin: 'https://b.test' } }),
    ])
    expect(told.map((r) => [r.status, r.headers['access-control-allow-origin'], r.headers['vary']])).toEqual([
      [200, 'https://a.test', 'origin'],
      [415, 'https://a.test', 'origin'],
      [200, undefined, 'origin'],
    ])
    expect(told[0].headers['access-control-expose-headers']).toBe('x-total')
  })

  test.each([
    [{ origins: '*', credentials: true }, /cors: expected a list of origins/],
    [{ origins: ['https://a.test/'] }, /cors origins/],
    [{ origins: ['*'] }, /cors origins/],
    [{ origins: '*', allow: ['a b'] }, /cors: expected header names/],
  ] as const)('%j makes no sense', (wrong, message) => {
    expect(() => kit().hooks.endpoint({ ...own, cors: wrong })).toThrow(message)
  })
})
