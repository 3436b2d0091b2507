import * as t from 'io-ts'
import { expect, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import { failure, flow, right, type StepFailed } from '@xconnector/core'
import { anyone, http, ingress, statuses, type EndpointRequest, type Rejected } from '../../src/index.js'

const OutOfStock = class extends failure('OutOfStock', 'permanent')<{ readonly sku: string }> {}
const everybody = anyone({ because: 'a test' })
const Query = z.object({ limit: z.coerce.number().default(10) })

const products = flow('products')
  .input<{ params: { sku: string }; query: { limit: number } }>()
  .filter('sold', () => true)
  .map('find', ({ params }) =>
    params.sku === '' ? new OutOfStock({ sku: '' }) : { sku: params.sku, price: 1 },
  )

const base = {
  method: 'GET',
  path: '/products/:sku',
  query: Query,
  authorize: everybody,
  flow: products,
} as const
const failures = { OutOfStock: 410, StepFailed: 500 } as const

test('a table that names every failure is taken, with or without Filtered', () => {
  const hooks = ingress()
  hooks.endpoint({ ...base, failures })
  hooks.endpoint({ ...base, path: '/b/:sku', failures: { ...failures, Filtered: 403 } })
  hooks.endpoint({
    ...base,
    path: '/c/:sku',
    failures: {
      OutOfStock: (e) => {
        expectTypeOf(e.sku).toEqualTypeOf<string>()
        return { status: 410, title: 'Sold out' }
      },
      StepFailed: (e) => {
        expectTypeOf(e).toEqualTypeOf<StepFailed>()
        return 500
      },
    },
  })
  hooks.endpoint({ ...base, path: '/d/:sku', otherwise: statuses() })
  hooks.endpoint({
    ...base,
    path: '/e/:sku',
    failures: { OutOfStock: 410 },
    otherwise: statuses({ permanent: 422 }),
  })
  expect(hooks).toBeDefined()
})

test('the mistakes in a table that the compiler finds', () => {
  const one = ingress()
  // @ts-expect-error StepFailed has no answer
  one.endpoint({ ...base, failures: { OutOfStock: 410 } })
  const two = ingress()
  // @ts-expect-error there is no such failure
  two.endpoint({ ...base, failures: { ...failures, NoSuch: 500 } })
  const three = ingress()
  // @ts-expect-error no failure has an answer
  three.endpoint({ ...base })
  const four = ingress()
  // @ts-expect-error there is no such failure, whatever becomes of the rest
  four.endpoint({ ...base, failures: { NoSuch: 500 }, otherwise: statuses() })
  // @ts-expect-error kinds have names
  expect(() => statuses({ temporary: 503 })).toThrow(/statuses: expected the kinds/)
})

test('a flow that cannot fail needs no table', () => {
  const sure = flow('sure').input<{ params: { id: string } }>()
  expect(ingress().endpoint({ method: 'GET', path: '/a/:id', authorize: everybody, flow: sure })).toEqual({
    name: 'GET /a/:id',
    method: 'GET',
    path: '/a/:id',
  })
})

test('a query of a client is called as a flow is', () => {
  const api = http({ name: 'api', baseUrl: 'https://api.test' })
  const get = api.query({ name: 'get', path: '/assets/:id', response: t.type({ id: t.string }) })
  const hooks = ingress()
  hooks.endpoint({
    method: 'GET',
    path: '/assets/:id',
    authorize: everybody,
    flow: get,
    input: ({ params }) => ({ id: params.id }),
    failures: { Rejected: (e: Rejected) => (e.status === 410 ? 404 : 502) },
    otherwise: statuses(),
  })
  expect(get.name).toBe('get')
})

test('the input is inferred from the decoders, and must be what the flow begins with', () => {
  const hooks = ingress()
  const sure = flow('sure').input<{ sku: string; limit: number; who: string }>()
  hooks.endpoint({
    method: 'POST',
    path: '/p/:sku',
    params: z.object({ sku: z.string() }),
    query: Query,
    body: t.type({ n: t.number }),
    authorize: ({ header }) => ({ ok: true, caller: { id: header('x-user') ?? '' } }),
    flow: sure,
    input: (request) => {
      expectTypeOf(request.params).toEqualTypeOf<{ sku: string }>()
      expectTypeOf(request.query).toEqualTypeOf<{ limit: number }>()
      expectTypeOf(request.body).toEqualTypeOf<{ n: number }>()
      expectTypeOf(request.headers).toEqualTypeOf<undefined>()
      expectTypeOf(request.caller).toEqualTypeOf<{ id: string }>()
      return { sku: request.params.sku, limit: request.query.limit, who: request.caller.id }
    },
  })
  const missing = { method: 'GET', path: '/q/:sku', query: Query, authorize: everybody, flow: sure } as const
  // @ts-expect-error this flow does not begin with a request
  hooks.endpoint(missing)
  // @ts-expect-error the path has another parameter
  hooks.endpoint({ ...base, path: '/r/:id', failures })
  expect(hooks).toBeDefined()
})

test('who calls is inferred from authorize, also where it waits or refuses, and where the flow takes it as it is', () => {
  const mine = flow('me').input<EndpointRequest<unknown, unknown, unknown, unknown, { id: string }>>()
  const hooks = ingress()
  hooks.endpoint({
    method: 'GET',
    path: '/me',
    authorize: async ({ header }) => {
      const id = header('x-user')
      if (id === undefined) return { ok: false, reason: 'missing' }
      return { ok: true, caller: { id } }
    },
    flow: mine,
  })
  // @ts-expect-error nobody says who calls
  hooks.endpoint({ method: 'PUT', path: '/me', authorize: everybody, flow: mine })
  hooks.endpoint({
    method: 'POST',
    path: '/me',
    // @ts-expect-error who calls is something else
    authorize: ({ path }) => ({ ok: true, caller: { path } }),
    flow: mine,
  })
  const gives = flow('gives').input<{ n: number }>()
  hooks.endpoint({
    method: 'PATCH',
    path: '/me',
    authorize: everybody,
    flow: gives,
    // @ts-expect-error the flow begins with a number
    input: () => ({ n: '1' }),
  })
  expect(hooks).toBeDefined()
})

test('who may call must be said', () => {
  const { authorize: _, ...rest } = base
  // @ts-expect-error nobody said who may call
  expect(() => ingress().endpoint({ ...rest, failures })).toThrow(
    /authorize: expected a verifier or a function/,
  )
})

test('a response must take what the flow gives', () => {
  const hooks = ingress()
  hooks.endpoint({ ...base, failures, response: z.object({ sku: z.string() }) })
  hooks.endpoint({ ...base, path: '/b/:sku', failures, response: t.type({ sku: t.string }) })
  hooks.endpoint({ ...base, path: '/c/:sku', failures, response: (b) => b.price })
  // @ts-expect-error the flow gives no name
  hooks.endpoint({ ...base, path: '/d/:sku', failures, response: z.object({ name: z.string() }) })
  // @ts-expect-error the flow's price is a number
  hooks.endpoint({ ...base, path: '/e/:sku', failures, response: t.type({ price: t.string }) })
  expect(right(hooks)).toBeDefined()
})
