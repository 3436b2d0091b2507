import { left, right, type Tagged } from '@xconnector/core'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import {
  csvFormat,
  formFormat,
  hmacSignature,
  ingress,
  statuses,
  unsigned,
  type Format,
  type Verifier,
} from '../../src/index.js'
import { everybody, kit } from '../support/endpoint-kit.js'
import { fakeIntake } from '../support/fake-intake.js'
import { httpServer, raw, send } from '../support/loopback.js'

const open = unsigned({ because: 'a test' })

describe('the target of a request', () => {
  const served = async () => {
    const hooks = ingress({ basePath: '/hooks' })
    const intake = fakeIntake()
    await hooks.webhook({ path: '/o', body: z.unknown(), verify: open }).start(intake)
    return { intake, server: await httpServer(hooks.node) }
  }
  const request = (target: string): string =>
    `POST ${target} HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}`

  test.each([
    ['/hooks/o', 202],
    ['http://a/hooks/o', 202],
    ['http://a/hooks/o?x=/y', 202],
    // To whoever guards the way the path of these is `/`.
    ['http://a?/hooks/o', 404],
    ['http://a?x=http://b/hooks/o', 404],
    ['/?/hooks/o', 404],
    ['/hooks/o/', 404],
    ['/hooks//o', 404],
    ['/hooks/./o', 404],
    ['/hooks/%6f', 404],
    ['//hooks/o', 404],
  ])('%s is answered with %i', async (target, status) => {
    const { intake, server } = await served()
    await using _ = server
    const answer = await raw(server.port, request(target))
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(intake.got).toHaveLength(status === 202 ? 1 : 0)
  })
})

describe('what a part of the user names badly', () => {
  const doubting: Verifier = { name: 'prüfer ✓\r\nx: y', verify: () => ({ ok: false, reason: 'mismatch' }) }
  const odd: Format = {
    types: ['text/✓'],
    read: () => ({ status: 415, detail: 'no' }),
    options: () => ({ status: 200, headers: { 'x-odd': '✓' }, body: '' }),
  }

  test.each([
    ['a verifier', 'POST', { verify: doubting }, 401],
    ['the media types of a format', 'POST', { verify: open, format: odd }, 500],
    ['the headers of a format', 'OPTIONS', { verify: open, format: odd }, 500],
  ] as const)('%s ends a request, and not the process', async (_, method, options, status) => {
    const hooks = ingress()
    const intake = fakeIntake()
    await hooks.webhook({ path: '/o', body: z.unknown(), ...options }).start(intake)
    await using server = await httpServer(hooks.node)
    const sent = { method, headers: { 'content-type': 'application/json' }, body: '{}' }
    expect((await send(`${server.url}/o`, sent)).status).toBe(status)
    expect((await hooks.fetch(new Request(`${server.url}/o`, sent))).status).toBe(status)
    expect(intake.got).toHaveLength(0)
  })
})

describe('parameters of a path', () => {
  test.each([
    ['/p/a', 'a'],
    ['/p/a%2Fb', 'a/b'],
    ['/p/', undefined],
    ['/p', undefined],
    ['/p//', undefined],
    ['/p/a/', undefined],
    ['/p//a', undefined],
  ])('%s has %s', async (path, sku) => {
    const k = kit()
    k.hooks.endpoint({
      method: 'GET',
      path: '/p/:sku',
      authorize: everybody,
      flow: { name: 'f', call: async (p: string) => right({ sku: p }) },
      input: ({ params }) => params.sku,
    })
    const got = await k.ask('GET', path)
    expect([got.status, (got.json as { sku?: string }).sku]).toEqual([sku === undefined ? 404 : 200, sku])
  })
})

describe('integers past 2^53', () => {
  const taking = () => {
    const k = kit()
    const got: unknown[] = []
    k.hooks.endpoint({
      method: 'POST',
      path: '/n',
      body: z.unknown(),
      authorize: everybody,
      flow: {
        name: 'f',
        call: async (body: unknown) => {
          got.push(body)
          return right(body)
        },
      },
      input: ({ body }) => body,
    })
    const ask = (body: string) =>
      k.ask('POST', '/n', { headers: { 'content-type': 'application/json' }, body })
    return { got, ask }
  }

  test('an endpoint does not round them: 400, with their places', async () => {
    const { got, ask } = taking()
    const answer = await ask('{"order":{"id":9007199254740993}}')
    expect(answer).toMatchObject({ status: 400, json: { issues: [{ path: ['body', 'order', 'id'] }] } })
    expect(answer.text).not.toContain('9007199254740993')
    expect(got).toEqual([])
    expect((await ask('{"id":9007199254740991}')).status).toBe(200)
  })

  test('a body that is nested without end is 400, and what it names `__proto__` is left out', async () => {
    const { got, ask } = taking()
    expect((await ask(`${'['.repeat(2000)}${']'.repeat(2000)}`)).status).toBe(400)
    expect((await ask('{"__proto__":{"admin":true},"a":1}')).status).toBe(200)
    expect(Object.getOwnPropertyNames(got[0])).toEqual(['a'])
  })
})

test('a failure that never gets better is 503 with a Retry-After, and not 500', async () => {
  const k = kit()
  const retryAt: Record<string, number> = { never: Infinity, unknown: NaN, past: -1 }
  k.hooks.endpoint({
    method: 'GET',
    path: '/:when',
    authorize: everybody,
    flow: {
      name: 'f',
      call: async (when: string) =>
        left({ _tag: 'Unavailable', kind: 'transient', retryAt: retryAt[when]! } as Tagged & {
          readonly _tag: 'Unavailable'
        }),
    },
    input: ({ params }) => params.when,
    otherwise: statuses(),
  })
  const after = async (when: string) => {
    const { status, headers } = await k.ask('GET', `/${when}`)
    return [status, headers['retry-after']]
  }
  expect(await after('never')).toEqual([503, '86400'])
  expect(await after('unknown')).toEqual([503, '5'])
  expect(await after('past')).toEqual([503, '1'])
})

describe('formats', () => {
  test.each([
    [{ delimiter: '::' }, /csvFormat delimiter/],
    [{ delimiter: '\n' }, /csvFormat delimiter/],
    [{ quote: '' }, /csvFormat quote/],
    [{ quote: ',' }, /csvFormat quote/],
    [{ ragged: 'drop' as never }, /csvFormat ragged/],
    [{ maxRecordBytes: 0 }, /csvFormat maxRecordBytes/],
    [{ columns: ['a', 'a'] }, /csvFormat columns/],
    [{ columns: ['a'], require: ['b'] }, /csvFormat require/],
  ])('CSV with %j is refused when it is declared', (options, message) => {
    expect(() => csvFormat(options)).toThrow(message)
  })

  test('a form cannot set a prototype, by whatever name and however often', async () => {
    const hooks = ingress()
    const intake = fakeIntake()
    await hooks.webhook({ path: '/o', body: z.unknown(), verify: open, format: formFormat() }).start(intake)
    const body = '__proto__=x&__proto__=y&%5F_proto__=z&constructor=c&a=1'
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    expect((await hooks.fetch(new Request('http://a/o', { method: 'POST', headers, body }))).status).toBe(202)
    const message = intake.got[0]!.raw as object
    expect(Object.getPrototypeOf(message)).toBe(Object.prototype)
    expect(message).toEqual(
      Object.fromEntries([
        ['constructor', 'c'],
        ['a', '1'],
      ]),
    )
  })
})

test('a signature header that came twice is refused, joined by a server or not', async () => {
  const hooks = ingress()
  const intake = fakeIntake()
  const verify = hmacSignature({
    secret: 'a-secret-of-the-test',
    header: 'x-sig',
    signed: '{header:x-a}{body}',
  })
  await hooks.webhook({ path: '/o', body: z.unknown(), verify }).start(intake)
  await using server = await httpServer(hooks.node)
  const twice = { 'content-type': 'application/json', 'x-sig': ['00', '11'], 'x-a': ['1', '2'] }
  expect((await send(`${server.url}/o`, { headers: twice, body: '{}' })).status).toBe(400)
  const joined = new Headers({ 'content-type': 'application/json', 'x-a': '1' })
  joined.append('x-sig', '0'.repeat(64))
  joined.append('x-sig', '1'.repeat(64))
  const request = new Request('http://a/o', { method: 'POST', headers: joined, body: '{}' })
  expect((await hooks.fetch(request)).status).toBe(401)
  expect(intake.got).toHaveLength(0)
})
