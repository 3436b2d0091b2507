import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { failure, JournalUnavailable, type Accepted, type Json } from '@xconnector/core'
import { ingress, sharedToken, standardWebhooks, unsigned } from '../../src/index.js'
import { fakeIntake } from '../support/fake-intake.js'
import { httpServer, send } from '../support/loopback.js'
import { manualClock } from '../support/manual-clock.js'
import { NOW, SECRET, signed } from '../support/signed.js'

const Order = z.object({ id: z.number() })
const verify = standardWebhooks({ secret: SECRET })

describe('what a 202 means', () => {
  test('a signed webhook is given to the intake as it came, and answered with its id', async () => {
    const hooks = ingress({ basePath: '/hooks' })
    const source = hooks.webhook({ path: '/orders', body: Order, verify, headers: ['X-Event'] })
    const intake = fakeIntake({ clock: manualClock(NOW) })
    await source.start(intake)
    await using server = await httpServer(hooks.node)
    const body = '{ "type": "order.made",  "id": 1234567890123456 }'
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    const answer = await send(`${server.url}/hooks/orders?x=1`, {
      headers: {
        ...signed(body),
        traceparent,
        authorization: 'Bearer zzz',
        cookie: 'a=b',
        'x-event': 'made',
      },
      body,
    })
    expect(answer.status).toBe(202)
    expect(JSON.parse(answer.text)).toEqual({ id: 'id-1' })
    expect(intake.got).toEqual([
      {
        raw: JSON.parse(body) as Json,
        text: body,
        type: 'order.made',
        dedupe: 'msg_1',
        time: NOW,
        headers: { 'webhook-id': 'msg_1', 'webhook-timestamp': '1700000000', traceparent, 'x-event': 'made' },
        undecodable: 'dead-letter',
      },
    ])
  })

  test('a repeat is answered as the first', async () => {
    const hooks = ingress()
    const intake = fakeIntake({ clock: manualClock(NOW) })
    await hooks.webhook({ path: '/o', body: Order, verify }).start(intake)
    await using server = await httpServer(hooks.node)
    const first = await send(`${server.url}/o`, { headers: signed('{"id":1}'), body: '{"id":1}' })
    const again = await send(`${server.url}/o`, {
      headers: signed('{"id":1}', { at: NOW + 60_000 }),
      body: '{"id":1}',
    })
    expect([again.status, again.text]).toEqual([first.status, first.text])
    expect(intake.got).toHaveLength(1)
  })

  test.each(['dead', 'superseded'] as const)('what was stored as %s is safe, so it is a 202', async (as) => {
    const hooks = ingress()
    const intake = fakeIntake({ answer: () => ({ as, id: 'x' }) })
    await hooks.webhook({ path: '/o', body: Order, verify: unsigned({ because: 'a test' }) }).start(intake)
    const answer = await hooks.fetch(jsonRequest('/o', '{}'))
    expect(answer.status).toBe(202)
  })

  test('what was refused is a 400 with its issues, and without the values', async () => {
    const hooks = ingress()
    const source = hooks.webhook({
      path: '/o',
      body: Order,
      verify: unsigned({ because: 'a test' }),
      undecodable: 'refuse',
    })
    const answer = async (i: { raw: unknown; undecodable: string }): Promise<Accepted> => {
      expect(i.undecodable).toBe('refuse')
      const decoded = await source.decode(i.raw as never)
      return decoded._tag === 'Left' ? { as: 'refused', failure: decoded.left } : { as: 'accepted', id: 'no' }
    }
    await source.start(fakeIntake({ answer }))
    const response = await hooks.fetch(jsonRequest('/o', '{"id":"s3cr3t"}'))
    const text = await response.text()
    expect(response.status).toBe(400)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(JSON.parse(text)).toMatchObject({
      type: 'about:blank',
      title: 'Bad Request',
      status: 400,
      issues: [{ path: ['id'] }],
    })
    expect(text).not.toContain('s3cr3t')
  })

  test('a journal that cannot store is a 503 that says when to come again', async () => {
    const hooks = ingress()
    const answer = (): never => {
      throw new JournalUnavailable('full', 'the disk of /var/x is full')
    }
    const intake = fakeIntake({ answer })
    await hooks.webhook({ path: '/o', body: Order, verify: unsigned({ because: 'a test' }) }).start(intake)
    const response = await hooks.fetch(jsonRequest('/o', '{}'))
    expect(response.status).toBe(503)
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await response.text()).not.toContain('/var/x')
    expect(intake.said.some((s) => s.level === 'error')).toBe(true)
  })

  test('a verifier that cannot tell now is a 503 that says when to come again', async () => {
    const hooks = ingress()
    const intake = fakeIntake()
    const NoKey = failure('NoKey', 'transient')
    const unsure = { name: 'unsure', verify: () => Promise.reject(new NoKey({ message: 'hidden' })) }
    await hooks.webhook({ path: '/o', body: Order, verify: unsure }).start(intake)
    const response = await hooks.fetch(jsonRequest('/o', '{}'))
    expect(response.status).toBe(503)
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await response.text()).not.toContain('hidden')
    expect(intake.got).toEqual([])
  })

  test('anything else that throws on the way is a 500 that says nothing', async () => {
    const hooks = ingress()
    const intake = fakeIntake({ answer: () => Promise.reject(new Error('hidden')) })
    await hooks.webhook({ path: '/o', body: Order, verify: unsigned({ because: 'a test' }) }).start(intake)
    const response = await hooks.fetch(jsonRequest('/o', '{}'))
    expect([response.status, await response.text()]).toEqual([500, expect.not.stringContaining('hidden')])
  })
})

describe('what a message carries', () => {
  test('the type comes from where the webhook says', async () => {
    const hooks = ingress()
    const because = 'a test'
    const intake = fakeIntake()
    await hooks
      .webhook({ path: '/a', body: Order, verify: unsigned({ because }), type: 'fixed' })
      .start(intake)
    await hooks
      .webhook({ path: '/b', body: Order, verify: unsigned({ because }), type: { header: 'X-Type' } })
      .start(intake)
    await hooks
      .webhook({ path: '/c', body: Order, verify: unsigned({ because }), type: { field: 'event' } })
      .start(intake)
    await hooks.webhook({ path: '/d', body: Order, verify: unsigned({ because }) }).start(intake)
    const typed = (raw: Json): string => `made of ${Object.keys(raw as object).join()}`
    await hooks.webhook({ path: '/e', body: Order, verify: unsigned({ because }), type: typed }).start(intake)
    for (const path of ['/a', '/b', '/c', '/d', '/e'])
      await hooks.fetch(jsonRequest(path, '{"event":"e","toString":1}', { 'x-type': 'h' }))
    expect(intake.got.map((i) => i.type)).toEqual(['fixed', 'h', 'e', 'webhook', 'made of event,toString'])
  })

  test('the dedupe key comes from the verifier, from a header, or from nowhere', async () => {
    const hooks = ingress()
    const intake = fakeIntake({ clock: manualClock(NOW) })
    const token = sharedToken({ header: 'x-token', token: 'a long shared token' })
    await hooks.webhook({ path: '/a', body: Order, verify, dedupe: 'none' }).start(intake)
    await hooks
      .webhook({ path: '/b', body: Order, verify: token, dedupe: { header: 'X-Delivery' } })
      .start(intake)
    await hooks.webhook({ path: '/c', body: Order, verify: token }).start(intake)
    await hooks.fetch(jsonRequest('/a', '{}', signed('{}')))
    for (const path of ['/b', '/c'])
      await hooks.fetch(jsonRequest(path, '{}', { 'x-token': 'a long shared token', 'x-delivery': 'd1' }))
    expect(intake.got.map((i) => i.dedupe)).toEqual([undefined, 'd1', undefined])
  })

  test('headers that carry credentials cannot be asked for', () => {
    const hooks = ingress()
    const declare = (name: string) => () =>
      hooks.webhook({ path: `/${name}`, body: Order, verify, headers: [name] })
    for (const name of ['Authorization', 'Cookie', 'X-Hub-Signature-256', 'x-api-key'])
      expect(declare(name)).toThrow(/never stored/)
  })

  test('a malformed traceparent and an overlong header are left out', async () => {
    const hooks = ingress()
    const intake = fakeIntake()
    await hooks.webhook({ path: '/a', body: Order, verify: unsigned({ because: 'a test' }) }).start(intake)
    await hooks.fetch(
      jsonRequest('/a', '{}', { traceparent: 'x', tracestate: 'y'.repeat(2000), 'correlation-id': 'c1' }),
    )
    expect(intake.got[0]!.headers).toEqual({ 'correlation-id': 'c1' })
  })
})

const jsonRequest = (path: string, body: string, headers: Record<string, string> = {}): Request =>
  new Request(`http://service.test${path}`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
  })
