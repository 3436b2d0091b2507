import * as t from 'io-ts'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { failure, flow, OutcomeUnknown } from '@xconnector/core'
import { statuses, type EndpointRequest, type FailureAnswer } from '../../src/index.js'
import { everybody, kit } from '../support/endpoint-kit.js'

class OutOfStock extends failure('OutOfStock', 'permanent')<{ readonly secret: string }> {}
class Busy extends failure('Busy', 'transient')<{ readonly retryAt?: number }> {}

type Sku = EndpointRequest<{ sku: string }>
const product = flow('product')
  .input<Sku>()
  .map('find', ({ params }) =>
    params.sku === 'none'
      ? new OutOfStock({ secret: 's3cret' }, 'sku none of db-7')
      : { sku: params.sku, cost: 1 },
  )
  .filter('sold', (p) => p.sku !== 'hidden')

const base = { method: 'GET', path: '/products/:sku', authorize: everybody, flow: product } as const

describe('what a flow gives', () => {
  test('is answered with 200 as JSON, which nobody may store', async () => {
    const { hooks, ask } = kit()
    hooks.endpoint({ ...base, otherwise: statuses() })
    const told = await ask('GET', '/products/a%20b')
    expect(told).toMatchObject({ status: 200, json: { sku: 'a b', cost: 1 } })
    expect(told.headers).toEqual({ 'content-type': 'application/json', 'cache-control': 'no-store' })
  })

  test.each([
    ['a schema, which strips it', z.object({ sku: z.string() }), { sku: 'a' }],
    ['a codec, which encodes it', t.type({ sku: t.string }), { sku: 'a', cost: 1 }],
    ['a function', ({ cost }: { cost: number }) => [cost], [1]],
  ])('goes through %s', async (_, response, json) => {
    const { hooks, ask } = kit()
    hooks.endpoint({
      ...base,
      otherwise: statuses(),
      response: response as z.ZodObject<{ sku: z.ZodString }>,
    })
    expect((await ask('GET', '/products/a')).json).toEqual(json)
  })

  test('may have another status and headers, and nothing is 204', async () => {
    const { hooks, ask } = kit()
    const nothing = flow('nothing')
      .input<unknown>()
      .map('drop', () => undefined)
    hooks.endpoint({
      ...base,
      otherwise: statuses(),
      reply: (b) => ({ status: 201, headers: { Location: `/${b.sku}` } }),
    })
    hooks.endpoint({
      method: 'DELETE',
      path: '/x',
      authorize: everybody,
      flow: nothing,
      otherwise: statuses(),
    })
    const created = await ask('GET', '/products/a')
    expect([created.status, created.headers['location']]).toEqual([201, '/a'])
    const dropped = await ask('DELETE', '/x')
    expect([dropped.status, dropped.text, dropped.headers['content-type']]).toEqual([204, '', undefined])
  })

  test('is told by its headers alone to a HEAD', async () => {
    const { hooks, ask } = kit()
    hooks.endpoint({ ...base, otherwise: statuses() })
    const head = await ask('HEAD', '/products/a')
    expect([head.status, head.text, head.headers['content-type']]).toEqual([200, '', 'application/json'])
    expect((await ask('POST', '/products/a')).headers['allow']).toBe('GET, HEAD')
  })

  test.each([
    ['does not fit its response', { response: z.object({ sku: z.literal('other') }) as never }],
    [
      'has a head that would begin another header',
      { reply: () => ({ headers: { a: 'b\r\nset-cookie: c' } }) },
    ],
    ['has the status of a failure', { reply: () => ({ status: 500 }) }],
    ['redirects nowhere', { reply: () => ({ status: 302 }) }],
    ['has a length of its own', { reply: () => ({ headers: { 'Content-Length': '1' } }) }],
    ['is no JSON', { response: () => 1n as never }],
    [
      'meets a function that throws',
      {
        reply: () => {
          throw new Error('s3cret')
        },
      },
    ],
  ])('that %s is 500, said to the log and to nobody else', async (_, options) => {
    const { hooks, ask, said } = kit()
    hooks.endpoint({ ...base, otherwise: statuses(), ...(options as object) })
    const told = await ask('GET', '/products/a')
    expect([told.status, told.json]).toEqual([
      500,
      { type: 'about:blank', title: 'Internal Server Error', status: 500 },
    ])
    expect(said.map((s) => [s.level, s.message])).toEqual([['error', 'an endpoint could not answer']])
  })
})

describe('a failure of a flow', () => {
  const answers: readonly (readonly [
    string,
    number | FailureAnswer | (() => number | FailureAnswer),
    object,
    number,
  ])[] = [
    ['a status', 410, { type: 'about:blank', title: 'Gone', status: 410 }, 410],
    [
      'an answer',
      {
        status: 410,
        type: 'https://shop.test/sold-out',
        title: 'Sold out',
        detail: 'come back',
        with: { a: 1, status: 1 },
      },
      { type: 'https://shop.test/sold-out', title: 'Sold out', status: 410, detail: 'come back', a: 1 },
      410,
    ],
    [
      'a function',
      () => 451,
      { type: 'about:blank', title: 'Unavailable For Legal Reasons', status: 451 },
      451,
    ],
    [
      'a function that gives no status',
      () => 200,
      { type: 'about:blank', title: 'Internal Server Error', status: 500 },
      500,
    ],
    [
      'a function that throws',
      () => {
        throw new Error('s3cret')
      },
      { type: 'about:blank', title: 'Internal Server Error', status: 500 },
      500,
    ],
  ]
  test.each(answers)('is answered as %s of the table says', async (_, answer, json, status) => {
    const { hooks, ask } = kit()
    hooks.endpoint({ ...base, failures: { OutOfStock: answer, StepFailed: 500 } })
    const told = await ask('GET', '/products/none')
    expect([told.status, told.json, told.headers['content-type']]).toEqual([
      status,
      json,
      'application/problem+json',
    ])
    expect(told.headers['cache-control']).toBe('no-store')
  })

  test('never tells what it holds', async () => {
    const { hooks, ask } = kit()
    hooks.endpoint({ ...base, otherwise: statuses() })
    const told = await ask('GET', '/products/none')
    expect(told.status).toBe(500)
    expect(told.text).not.toMatch(/s3cret|db-7|OutOfStock|stack/)
  })

  test('what a filter said no to is 404, or what the table says', async () => {
    const { hooks, ask } = kit()
    hooks.endpoint({ ...base, failures: { OutOfStock: 410, StepFailed: 500 } })
    hooks.endpoint({
      ...base,
      path: '/b/:sku',
      failures: { OutOfStock: 410, StepFailed: 500, Filtered: 403 },
    })
    expect((await ask('GET', '/products/hidden')).status).toBe(404)
    expect((await ask('GET', '/b/hidden')).status).toBe(403)
  })

  test('what a step throws is StepFailed, whose message stays inside', async () => {
    const { hooks, ask, said } = kit()
    const broken = flow('broken')
      .input<unknown>()
      .map('boom', (): string => {
        throw new Error('at db-7')
      })
    hooks.endpoint({
      method: 'GET',
      path: '/b',
      authorize: everybody,
      flow: broken,
      failures: { StepFailed: 500 },
    })
    const told = await ask('GET', '/b')
    expect([told.status, told.text.includes('db-7')]).toEqual([500, false])
    expect(said.map((s) => [s.level, s.message])).toEqual([['warn', 'an endpoint answered a failure']])
  })

  test.each([
    ['OutcomeUnknown', new OutcomeUnknown('who knows', {}), 502],
    ['a transient one of the user', new Busy({}), 503],
    ['a permanent one of the user', new OutOfStock({ secret: '' }), 500],
  ])('by statuses() %s is answered by its tag, else by its kind', async (_, failed, status) => {
    const { hooks, ask } = kit()
    const fails = flow('fails')
      .input<unknown>()
      .map('fail', () => failed as Busy)
    hooks.endpoint({ method: 'GET', path: '/f', authorize: everybody, flow: fails, otherwise: statuses() })
    const told = await ask('GET', '/f')
    expect([told.status, told.headers['retry-after']]).toEqual([status, status === 503 ? '5' : undefined])
  })

  test('statuses by kind can be overridden, and a 503 says when to come again', async () => {
    const { hooks, ask, clock } = kit()
    const fails = flow('fails')
      .input<unknown>()
      .map('fail', () => new Busy({ retryAt: clock.now() + 11_200 }))
    hooks.endpoint({ method: 'GET', path: '/a', authorize: everybody, flow: fails, otherwise: statuses() })
    hooks.endpoint({
      method: 'GET',
      path: '/b',
      authorize: everybody,
      flow: fails,
      otherwise: statuses({ transient: 429 }),
    })
    const own = { status: 429, retryAfter: 90 }
    hooks.endpoint({
      method: 'GET',
      path: '/c',
      authorize: everybody,
      flow: fails,
      failures: { Busy: own, StepFailed: 500 },
    })
    const told = await Promise.all(['/a', '/b', '/c'].map((path) => ask('GET', path)))
    expect(told.map((r) => [r.status, r.headers['retry-after']])).toEqual([
      [503, '12'],
      [429, undefined],
      [429, '90'],
    ])
  })
})
