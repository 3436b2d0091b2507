import { inspect } from 'node:util'
import type { Alert, Logger } from '@xconnector/core'
import { testFlow, type FlowTest, type TestOptions } from '@xconnector/core/testing'
import { signStandardWebhook } from '@xconnector/http'
import { http, HttpResponse } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { bookOrders, clarify, closeIncidents, hooks } from '../h7-error-routing/flow.ts'

const config = {
  SHOP_HOOK_SECRET: 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3',
  ERP_URL: 'https://erp.test',
  ERP_TOKEN: 'canary-erp-token',
  DESK_URL: 'https://desk.test',
  DESK_TOKEN: 'canary-desk-token',
  CHAT_URL: 'https://chat.test/hooks/T0/canary-chat-token',
  PAGER_URL: 'https://pager.test',
  PAGER_KEY: 'canary-pager-key',
}
const order = (n: number) => ({ id: `o-${n}`, customer: 'c-1', lines: [{ sku: 'boots', quantity: n }] })
const orders = (n: number) => Array.from({ length: n }, (_, i) => order(i + 1))
const ids = (n: number) =>
  orders(n)
    .map(({ id }) => id)
    .toSorted()
const minute = 60_000
const hour = 60 * minute

// Every system takes everything, unless a test says otherwise. What each was sent is kept.
const told: string[] = []
const tickets: unknown[] = []
const incidents = new Map<string, Alert & { readonly key: string }>()
const done = () => new HttpResponse(null, { status: 204 })
const systems = setupServer(
  http.post('https://erp.test/orders', () => new HttpResponse(null, { status: 201 })),
  http.post('https://desk.test/tickets', async ({ request }) => (tickets.push(await request.json()), done())),
  http.post(config.CHAT_URL, async ({ request }) => {
    told.push(((await request.json()) as { text: string }).text)
    return done()
  }),
  http.get('https://pager.test/incidents', () => HttpResponse.json([...incidents.values()])),
  http.put('https://pager.test/incidents/:key', async ({ request }) => {
    const incident = (await request.json()) as Alert & { key: string }
    incidents.set(incident.key, incident)
    return done()
  }),
  http.put('https://pager.test/incidents/:key/resolved', ({ params }) => {
    incidents.delete(String(params['key']))
    return done()
  }),
)
const erp = (answer: (request: Request) => Response | Promise<Response>) =>
  systems.use(http.post('https://erp.test/orders', ({ request }) => answer(request)))

const start = (options: TestOptions = {}): FlowTest => {
  const t: FlowTest = testFlow(bookOrders, {
    config,
    flows: [clarify, closeIncidents((which) => t.runtime.deadLetters.list(which))],
    sources: 'real', // incidents are looked at each minute
    ...options,
  })
  return t
}

/** On to the next full minute, at which incidents are looked at, and until that is done. */
const nextMinute = async (t: FlowTest) => {
  await t.run(minute - (t.clock.now() % minute))
  return t.settle()
}

beforeAll(() => systems.listen({ onUnhandledFrame: 'error' }))
beforeEach(() => {
  systems.resetHandlers()
  told.length = tickets.length = 0
  incidents.clear()
})
afterAll(() => systems.close())

test('1,000 orders for a dead ERP: it is asked 300 times in two hours, and one incident tells of all', async () => {
  let asked = 0
  erp(() => (asked++, new HttpResponse(null, { status: 503 })))
  await using t = start()
  const parked: unknown[] = []
  t.runtime.events.on('parked', ({ destination, why }) => parked.push(`${destination} ${why}`))
  const { dead, pending, alerts } = await t.sendAll(orders(1000))

  // 16 at once, with the quick retries that the budget has; from then on one a minute, with its quick retry.
  expect(asked).toBeLessThanOrEqual(16 + 11 + 2 * (2 * 60 + 7))
  expect(new Set(parked)).toEqual(new Set(['erp failing']))
  expect([dead.length, pending]).toEqual([1000, 0])
  expect(new Set(dead.map((d) => d.error._tag))).toEqual(new Set(['DeadlineExceeded']))

  expect(alerts.map((a) => [a.tag, a.count])).toEqual([
    ['DeadlineExceeded', 1],
    ['DeadlineExceeded', 1000],
  ])
  expect([...incidents.keys()]).toEqual(['book-orders/book-order/DeadlineExceeded'])
  expect(told).toEqual([])
})

test('it is back after half an hour: released in a ramp, and each order is booked once', async () => {
  let inside = 0
  const seen: { readonly inside: number; readonly booked: number }[] = []
  const booked: string[] = []
  await using t = start()
  const back = t.clock.now() + hour / 2
  erp(async (request) => {
    if (t.clock.now() < back) return new HttpResponse(null, { status: 503 })
    seen.push({ inside: ++inside, booked: booked.length })
    await new Promise((resolve) => setTimeout(resolve, 5)) // so that others may come meanwhile
    booked.push(((await request.json()) as { id: string }).id)
    inside--
    return new HttpResponse(null, { status: 201 })
  })
  const { dead, pending, alerts } = await t.sendAll(orders(1000))

  expect(booked.toSorted()).toEqual(ids(1000))
  expect([dead, pending, alerts, told]).toEqual([[], 0, [], []])
  // One at first; each good answer may double how many there are, up to its 16 places.
  expect(seen.filter((s) => s.inside > Math.min(16, 2 ** s.booked))).toEqual([])
  expect([seen[0]!.inside, Math.max(...seen.map((s) => s.inside))]).toEqual([1, 16])
})

test('an ERP that fails every second time gets no storm: in any ten seconds repeats stay within the budget', async () => {
  const calls: { readonly at: number; readonly repeat: boolean }[] = []
  const seen = new Set<string>()
  await using t = start()
  erp((request) => {
    const key = request.headers.get('idempotency-key')!
    calls.push({ at: t.clock.now(), repeat: seen.has(key) })
    seen.add(key)
    return new HttpResponse(null, { status: calls.length % 2 === 0 ? 201 : 500 })
  })
  const { dead, pending } = await t.sendAll(orders(300))

  expect([dead, pending, seen.size]).toEqual([[], 0, 300])
  const repeats = calls.filter((c) => c.repeat)
  expect(repeats.length).toBeGreaterThanOrEqual(150)
  for (const { at } of repeats) {
    // A tenth of the first calls, and one a second. It counts in whole seconds: of ten seconds nine are sure to be in one count.
    const of = (list: typeof calls, ms: number) => list.filter((c) => c.at > at - ms && c.at <= at).length
    const firsts = of(calls, 10_000) - of(repeats, 10_000)
    expect(of(repeats, 9000)).toBeLessThanOrEqual(10 + 0.1 * firsts)
  }
})

test('1,000 orders that are rejected are 1,000 dead letters and two lines in the chat', async () => {
  erp(() => HttpResponse.json({ detail: 'no such article' }, { status: 422 }))
  await using t = start()
  const { dead, alerts } = await t.sendAll(orders(1000))

  expect(dead.map((d) => [d.error._tag, d.attempts])).toEqual(dead.map(() => ['Rejected', 1]))
  expect([dead.length, alerts.map((a) => a.count)]).toEqual([1000, [1, 1000]])
  expect(told.map((text) => text.split('\n')[0])).toEqual([
    '**1 × Rejected** at `book-orders/book-order`: dead, 00:00:00 to 00:00:00 UTC',
    '**1000 × Rejected** at `book-orders/book-order`: dead, 00:00:00 to 00:00:00 UTC',
  ])
  expect([...incidents]).toEqual([])
})

test('a token that ran out wakes somebody; once its dead letters are replayed, the incident is over', async () => {
  erp(() => new HttpResponse(null, { status: 401 }))
  await using t = start()
  await t.sendAll(orders(3))
  await nextMinute(t)
  expect([...incidents.values()]).toMatchObject([{ key: 'book-orders/book-order/Unauthorized', count: 3 }])

  systems.resetHandlers() // somebody makes a new one
  const { replay } = [...incidents.values()][0]!
  expect(replay).toBe(
    'runtime.deadLetters.replay({"flow":"book-orders","hop":"book-order","tag":"Unauthorized"})',
  )
  await t.runtime.deadLetters.replay({ flow: 'book-orders', hop: 'book-order', tag: 'Unauthorized' })
  const { dead, delivered } = await nextMinute(t)
  expect([dead, delivered.filter((d) => d.target === 'book-order').length]).toEqual([[], 3])
  expect([...incidents]).toEqual([])
})

test('an incident stays open as long as one of its dead letters is left', async () => {
  erp(() => new HttpResponse(null, { status: 401 }))
  await using t = start()
  const { dead } = await t.sendAll(orders(2))
  systems.resetHandlers()
  await t.replay(dead[0]!.id)
  await nextMinute(t)
  expect([...incidents.keys()]).toEqual(['book-orders/book-order/Unauthorized'])
  await t.runtime.deadLetters.discard([dead[1]!.id], 'booked by hand')
  await nextMinute(t)
  expect([...incidents]).toEqual([])
})

test('orders that were late are booked by the replay that their incident names, under the key that they had', async () => {
  const keys: (string | null)[] = []
  erp(
    (request) => (keys.push(request.headers.get('idempotency-key')), new HttpResponse(null, { status: 503 })),
  )
  await using t = start()
  const { dead } = await t.send(order(1))
  expect(dead).toMatchObject([{ error: { _tag: 'DeadlineExceeded' } }])

  erp(
    (request) => (keys.push(request.headers.get('idempotency-key')), new HttpResponse(null, { status: 201 })),
  )
  const after = await t.replay(dead[0]!.id)
  expect([after.dead, after.pending, new Set(keys)]).toEqual([[], 0, new Set(['"o-1"'])])
})

test('an unknown customer is a matter of sales: a ticket with the order, and no dead letter', async () => {
  erp(() =>
    HttpResponse.json(
      { type: 'urn:erp:customer-unknown', detail: 'no customer c-1' },
      { status: 422, headers: { 'content-type': 'application/problem+json' } },
    ),
  )
  await using t = start()
  const { dead, alerts } = await t.send(order(1))
  expect(tickets).toEqual([
    {
      team: 'sales',
      subject: 'CustomerUnknown: no customer c-1',
      text: JSON.stringify({ from: 'book-orders/book-order', order: order(1) }, undefined, 2),
    },
  ])
  expect([dead, alerts]).toEqual([[], []])
})

test('an order that the ERP has already is done', async () => {
  erp(() => new HttpResponse(null, { status: 409 }))
  await using t = start()
  const { dead, pending } = await t.send(order(1))
  expect([dead, pending, told]).toEqual([[], 0, []])
})

test('poison is put aside with what came in, costs no attempt, and holds nobody up', async () => {
  await using t = start({ ingress: hooks })
  const post = (id: string, body: string, secret = config.SHOP_HOOK_SECRET) => {
    const signed = signStandardWebhook({ secret, id, timestamp: Math.floor(t.clock.now() / 1000), body })
    const headers = { 'content-type': 'application/json', ...signed }
    return t.deliver(new Request('https://us.test/hooks/orders', { method: 'POST', body, headers }))
  }
  await t.settle() // started
  const bad = await post('m1', '{"id":"o-1","customer":7}')
  const good = await post('m2', JSON.stringify(order(2)))
  const forged = await post('m3', JSON.stringify(order(3)), 'whsec_OTg3NjU0MzIxMDk4NzY1NDMyMTA5ODc2')

  expect([bad, good, forged].map((r) => r.response.status)).toEqual([202, 202, 401])
  expect(forged.dead).toMatchObject([
    { body: { id: 'o-1', customer: 7 }, error: { _tag: 'DecodeFailed', kind: 'poison' } },
  ])
  expect(forged.delivered).toMatchObject([{ target: 'book-order', attempts: 1, input: order(2) }])
  expect(told).toMatchObject([expect.stringContaining('**1 × DecodeFailed**')])
})

test('a dead letter shows what came in, each attempt with its answer, and the request; none of it with a secret', async () => {
  const lines: unknown[] = []
  const keep = (data: object, message: string) => void lines.push([data, message])
  const log: Logger = { debug: keep, info: keep, warn: keep, error: keep }
  // Whatever they are sent, they say it back.
  const echo = (request: Request) =>
    HttpResponse.text(`${request.url} ${JSON.stringify([...request.headers])}`, {
      status: request.url.startsWith('https://erp.test') ? 401 : 404,
    })
  let times = 0
  erp((request) => (times++ < 2 ? new HttpResponse('busy', { status: 503 }) : echo(request)))
  systems.use(http.put('https://pager.test/*', ({ request }) => echo(request)))
  await using t = start({ log })
  await t.send(order(1), { headers: { 'x-request-id': 'r-1' } })
  const [letter] = await t.runtime.deadLetters.list({ flow: 'book-orders', hop: 'book-order' })
  const report = await t.runtime.deadLetters.show(letter!.id)

  expect(report).toMatchObject({
    attempts: 2,
    message: { source: '/hooks/orders', raw: order(1), headers: { 'x-request-id': 'r-1' } },
    errors: [
      { attempt: 1, _tag: 'Unavailable', method: 'POST', path: '/orders', status: 503, answer: 'busy' },
      { attempt: 2, _tag: 'Unauthorized', status: 401, answer: expect.stringMatching(/Bearer \[\w+\]/) },
    ],
    again: {
      target: 'book-order',
      sends: {
        method: 'POST',
        url: 'https://erp.test/orders',
        headers: { authorization: '[redacted]', 'idempotency-key': '"o-1"' },
        body: order(1),
      },
    },
  })
  const everything = [await t.runtime.deadLetters.list(), report, lines, told]
  expect(lines.length).toBeGreaterThan(1)
  expect(inspect(everything, { depth: null }) + JSON.stringify(everything)).not.toContain('canary')
})

test('a chat that is down holds up no order, and gets its line when it is back; its URL is shown nowhere', async () => {
  let times = 0
  systems.use(
    http.post(config.CHAT_URL, ({ request }) =>
      times++ < 12 ? HttpResponse.text(`no hook ${request.url}`, { status: 503 }) : undefined,
    ),
  )
  erp(async (request) => {
    const { id } = (await request.json()) as { id: string }
    return new HttpResponse(null, { status: id === 'o-1' ? 422 : 201 })
  })
  const failed: unknown[] = []
  await using t = start()
  const begin = t.clock.now()
  t.runtime.events.on('retry', ({ error }) => failed.push(error))
  const { delivered, virtualMs } = await t.sendAll(orders(2))

  expect(delivered).toMatchObject([{ target: 'book-order', attempts: 1, at: begin }])
  expect(virtualMs).toBeGreaterThan(1000)
  expect(failed.length).toBeGreaterThanOrEqual(6)
  expect(failed).toMatchObject(
    failed.map(() => ({ _tag: 'Unavailable', answer: 'no hook https://chat.test/[redacted]' })),
  )
  expect(told).toMatchObject([expect.stringContaining('**1 × Rejected**')])
})
