import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { failure, flow, OutcomeUnknown } from '@xconnector/core'
import {
  memoryIdempotency,
  statuses,
  type EndpointRequest,
  type IdempotencyOptions,
  type IdempotencyStore,
} from '../../src/index.js'
import { everybody, kit, turns, type Told } from '../support/endpoint-kit.js'

class Down extends failure('Down', 'transient')<object> {}
class Refused extends failure('Refused', 'permanent')<object> {}

type Order = EndpointRequest<unknown, unknown, unknown, { n: number }, { id: string }>

/** An endpoint whose flow counts what it did, and does what it is told to. */
const shop = (options: Partial<IdempotencyOptions<Order>> = {}, timeout: '30s' | '1s' = '30s') => {
  const k = kit()
  const done: { readonly n: number; readonly key: string }[] = []
  const next: (() => unknown)[] = []
  const orders = flow('orders')
    .input<Order>()
    .map('charge', async ({ body }, ctx) => {
      done.push({ n: body.n, key: ctx.key })
      const how = next.shift()
      return ((await how?.()) ?? { id: done.length }) as { id: number } | Down | Refused
    })
  k.hooks.endpoint({
    method: 'POST',
    path: '/orders',
    body: z.object({ n: z.number() }),
    authorize: ({ header }) => ({ ok: true, caller: { id: header('x-user') ?? 'u' } }),
    flow: orders,
    failures: { Down: 502, Refused: 410 },
    otherwise: statuses(),
    timeout,
    reply: (b) => ({ status: 201, headers: { location: `/orders/${b.id}` } }),
    idempotency: { store: memoryIdempotency(), scope: ({ caller }) => caller.id, ...options },
  })
  const order = (key: string | undefined, n = 1, headers: Record<string, string> = {}): Promise<Told> =>
    k.ask('POST', '/orders', {
      body: { n },
      headers: { ...(key !== undefined && { 'idempotency-key': key }), ...headers },
    })
  return { ...k, done, next, order }
}

const gate = () => {
  let open = (): void => {}
  const passed = new Promise<undefined>((resolve) => (open = () => resolve(undefined)))
  return { open, wait: () => passed }
}

describe('a request with an idempotency key', () => {
  test('is done once: a repeat gets the same status, headers and body', async () => {
    const { order, done } = shop()
    const first = await order('"k1"')
    const again = await order('"k1"')
    expect([first.status, first.headers['location'], first.json]).toEqual([201, '/orders/1', { id: 1 }])
    expect(again).toEqual(first)
    expect([done.length, (await order('"k2"')).json]).toEqual([1, { id: 2 }])
  })

  test('with another payload is refused with 422, also another path parameter or query', async () => {
    const { order, ask, done } = shop()
    await order('"k"')
    expect((await order('"k"', 2)).status).toBe(422)
    const query = await ask('POST', '/orders?dry', { body: { n: 1 }, headers: { 'idempotency-key': '"k"' } })
    expect([query.status, done.length]).toEqual([422, 1])
  })

  test('whose first is under way is refused with 409, and when to come again', async () => {
    const { order, next, done } = shop()
    const g = gate()
    next.push(g.wait)
    const first = order('"k"')
    await turns()
    const second = await order('"k"')
    expect([second.status, second.headers['retry-after'], done.length]).toEqual([409, '1', 1])
    g.open()
    expect(await order('"k"').then((r) => r.status)).toBeOneOf([201, 409])
    expect((await first).status).toBe(201)
    expect((await order('"k"')).json).toEqual({ id: 1 })
  })

  test('of another caller is another one', async () => {
    const { order, done } = shop()
    await order('"k"', 1, { 'x-user': 'a' })
    expect((await order('"k"', 2, { 'x-user': 'b' })).json).toEqual({ id: 2 })
    expect(done.map((d) => d.n)).toEqual([1, 2])
  })

  test('gives its flow one key of its own for all tries, which does not show it', async () => {
    const { order, next, done } = shop()
    next.push(() => new Down({}))
    expect((await order('"the-key"')).status).toBe(502)
    expect((await order('"the-key"')).status).toBe(201)
    await order('"other"')
    expect(done[0]!.key).toBe(done[1]!.key)
    expect(done[2]!.key).not.toBe(done[0]!.key)
    expect(done[0]!.key).not.toContain('the-key')
  })

  test.each([
    ['a failure of 5xx', () => new Down({}), 502, 2],
    ['one that throws', () => Promise.reject(new Error('x')), 500, 2],
    ['a failure of 4xx', () => new Refused({}), 410, 1],
    ['an effect that nobody knows of', () => new OutcomeUnknown('x', {}), 502, 1],
    ['an answer that cannot be made', () => ({ id: 'a\r\nb' }), 500, 1],
  ])('that ends with %s is tried again only where that may help', async (_, how, status, tries) => {
    const { order, next, done } = shop()
    next.push(how)
    const first = await order('"k"')
    const again = await order('"k"')
    expect([first.status, done.length]).toEqual([status, tries])
    if (tries === 1) expect(again).toEqual(first)
    else expect(again.status).toBe(201)
  })

  test('that was refused for its shape did not use the key', async () => {
    const { order, ask, done } = shop()
    const bad = await ask('POST', '/orders', { body: { n: 'x' }, headers: { 'idempotency-key': '"k"' } })
    expect([bad.status, (await order('"k"')).status, done.length]).toEqual([400, 201, 1])
  })

  test('goes on when its caller leaves, who finds the answer when it comes back', async () => {
    const { hooks, order, next, done } = shop()
    const g = gate()
    next.push(g.wait)
    const controller = new AbortController()
    const headers = { 'idempotency-key': '"k"', 'content-type': 'application/json' }
    void hooks.fetch(
      new Request('http://shop.test/orders', {
        method: 'POST',
        headers,
        body: '{"n":1}',
        signal: controller.signal,
      }),
    )
    await turns()
    controller.abort()
    g.open()
    await turns()
    expect([(await order('"k"')).json, done.length]).toEqual([{ id: 1 }, 1])
  })

  test('that took too long is 504, 409 while it goes on, and then its answer', async () => {
    const { order, next, clock, done } = shop({}, '1s')
    const g = gate()
    next.push(g.wait)
    const first = order('"k"')
    await turns()
    clock.advance(1000)
    expect((await first).status).toBe(504)
    // Longer than its lease: a process that lives renews it.
    for (let i = 0; i < 10; i++) {
      clock.advance(10_000)
      await turns(2)
    }
    expect((await order('"k"')).status).toBe(409)
    g.open()
    await turns()
    expect([(await order('"k"')).json, done.length, clock.pending]).toEqual([{ id: 1 }, 1, 0])
  })

  test('is forgotten when its time has come', async () => {
    const { order, clock } = shop({ ttl: '1h' })
    await order('"k"')
    clock.advance(3_599_999)
    expect((await order('"k"')).json).toEqual({ id: 1 })
    clock.advance(1)
    expect((await order('"k"', 2)).json).toEqual({ id: 2 })
  })

  test('whose answer is too large is done once, and its repeats are told so', async () => {
    const { order, done } = shop({ maxBytes: 5 })
    expect((await order('"k"')).status).toBe(201)
    const again = await order('"k"')
    expect([again.status, again.headers['retry-after'], done.length]).toEqual([409, undefined, 1])
  })
})

describe('the key', () => {
  test('is asked for where it is required, and not elsewhere', async () => {
    expect((await shop({ required: true }).order(undefined)).status).toBe(400)
    const { order, done } = shop()
    await order(undefined)
    await order(undefined)
    expect(done.length).toBe(2)
  })

  test.each([
    [
      'quoted',
      ['"a b"', '"\\"q\\""', '"k";a=1'],
      ['k', '', '""', '"a', '"a" b', '"a", "b"', ':aGk=:', '?1', '1', `"${'x'.repeat(256)}"`],
    ],
    ['bare', ['k', 'a-b_c.d:e', 'x'.repeat(255)], ['', '"k"', 'a b', 'a,b', 'x'.repeat(256)]],
    ['either', ['k', '"k"'], ['"k', 'a"b']],
  ] as const)('of the form %s', async (form, good, bad) => {
    const { order } = shop({ form })
    for (const key of good) expect((await order(key)).status, key).toBe(201)
    for (const key of bad) expect((await order(key)).status, key).toBe(400)
  })

  test('is the same whichever way it is written', async () => {
    const { order, done } = shop({ form: 'either' })
    await order('k')
    await order('"k"')
    expect(done.length).toBe(1)
  })
})

describe('a store that fails', () => {
  const failing = (at: keyof IdempotencyStore): IdempotencyStore => {
    const store = memoryIdempotency()
    return { ...bound(store), [at]: () => Promise.reject(new Down({}, 'password=s3cret')) }
  }
  const bound = (store: IdempotencyStore): IdempotencyStore => ({
    reserve: (a) => store.reserve(a),
    renew: (h, u) => store.renew(h, u),
    keep: (h, a, e) => store.keep(h, a, e),
    free: (h) => store.free(h),
  })

  test('before the work: 503, and nothing is done', async () => {
    const { order, done, said } = shop({ store: failing('reserve') })
    const told = await order('"k"')
    expect([told.status, told.headers['retry-after'], done.length]).toEqual([503, '5', 0])
    expect([JSON.stringify(said).includes('s3cret'), told.text.includes('s3cret'), said.length]).toEqual([
      false,
      false,
      1,
    ])
  })

  test('after the work: the answer is given, and a repeat waits for the lease', async () => {
    const { order, done, said, clock } = shop({ store: failing('keep'), lease: '10s' })
    expect((await order('"k"')).status).toBe(201)
    expect([(await order('"k"')).status, said.map((s) => s.level)]).toEqual([409, ['error']])
    clock.advance(10_000)
    expect([(await order('"k"')).status, done.length, new Set(done.map((d) => d.key)).size]).toEqual([
      201, 2, 1,
    ])
  })
})

test('options that make no sense are named', () => {
  for (const [options, message] of [
    [{ store: {} }, 'endpoint POST /orders idempotency store'],
    [{ scope: 'caller' }, 'idempotency scope'],
    [{ form: 'raw' }, 'idempotency form'],
    [{ lease: '1s' }, 'idempotency lease'],
    [{ ttl: 'ever' }, 'idempotency ttl'],
    [{ maxBytes: -1 }, 'idempotency maxBytes'],
  ] as const)
    expect(() => shop(options as never)).toThrow(message)
  const { hooks } = kit()
  const get = {
    method: 'GET',
    path: '/',
    authorize: everybody,
    flow: flow('x').input<EndpointRequest>(),
  } as const
  expect(() =>
    hooks.endpoint({ ...get, idempotency: { store: memoryIdempotency(), scope: () => '' } }),
  ).toThrow('a GET has no effect')
})

test('a scope that throws or gives no text is 500, and nothing is done', async () => {
  for (const scope of [
    () => 7 as never,
    () => {
      throw new Error('s3cret')
    },
  ]) {
    const { order, done } = shop({ scope })
    expect([(await order('"k"')).status, done.length]).toEqual([500, 0])
  }
})
