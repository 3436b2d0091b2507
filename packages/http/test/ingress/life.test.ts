import type { IncomingMessage, ServerResponse } from 'node:http'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { Accepted } from '@xconnector/core'
import { ingress, standardWebhooks, unsigned } from '../../src/index.js'
import { fakeIntake } from '../support/fake-intake.js'
import { httpServer, send } from '../support/loopback.js'
import { manualClock } from '../support/manual-clock.js'

const verify = unsigned({ because: 'a test' })
const JSON_TYPE = { 'content-type': 'application/json' }

describe('the life of a webhook', () => {
  test('it answers 503 before it is started and after it is stopped', async () => {
    const hooks = ingress()
    const source = hooks.webhook({ path: '/o', body: z.unknown(), verify })
    const statusNow = async (): Promise<[number, string | null]> => {
      const r = await hooks.fetch(post('/o', '{}'))
      return [r.status, r.headers.get('retry-after')]
    }
    expect(await statusNow()).toEqual([503, '5'])
    const running = await source.start(fakeIntake())
    expect(await statusNow()).toEqual([202, null])
    await running.stop()
    expect(await statusNow()).toEqual([503, '5'])
    await source.start(fakeIntake())
    expect(await statusNow()).toEqual([202, null])
  })

  test('stop waits for what is being accepted, and lets nothing more in', async () => {
    const hooks = ingress()
    let store: (accepted: Accepted) => void = () => {}
    const intake = fakeIntake({ answer: () => new Promise<Accepted>((resolve) => (store = resolve)) })
    const running = await hooks.webhook({ path: '/o', body: z.unknown(), verify }).start(intake)
    const answer = hooks.fetch(post('/o', '{}'))
    await turns()
    let stopped = false
    const stopping = Promise.resolve(running.stop()).then(() => (stopped = true))
    await turns()
    expect(stopped).toBe(false)
    store({ as: 'accepted', id: 'a' })
    expect((await answer).status).toBe(202)
    await stopping
  })

  test('a body that was still coming when it was stopped is not accepted', async () => {
    const hooks = ingress()
    const intake = fakeIntake()
    const running = await hooks.webhook({ path: '/o', body: z.unknown(), verify }).start(intake)
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
    const init = { method: 'POST', headers: JSON_TYPE, body: readable, duplex: 'half' }
    const answer = hooks.fetch(new Request('http://x.test/o', init as RequestInit))
    const writer = writable.getWriter()
    await writer.write(new TextEncoder().encode('{'))
    await running.stop()
    await writer.write(new TextEncoder().encode('}'))
    await writer.close()
    expect((await answer).status).toBe(503)
    expect(intake.got).toEqual([])
  })

  test('with too much pending the body is not read: 503, and when to come again', async () => {
    const hooks = ingress()
    const intake = fakeIntake({ load: () => ({ retryAfter: 6.2 }) })
    await hooks.webhook({ path: '/o', body: z.unknown(), verify }).start(intake)
    const request = post('/o', '{}')
    const answer = await hooks.fetch(request)
    expect([answer.status, answer.headers.get('retry-after'), request.bodyUsed]).toEqual([503, '7', false])
  })

  test('two runtimes cannot start one webhook, and two webhooks cannot share a place', async () => {
    const hooks = ingress()
    const source = hooks.webhook({ path: '/o', body: z.unknown(), verify })
    await source.start(fakeIntake())
    expect(() => source.start(fakeIntake())).toThrow(/webhook \/o is started already/)
    expect(() => hooks.webhook({ path: '/o', body: z.unknown(), verify })).toThrow(
      /POST \/o is declared twice/,
    )
    expect(hooks.webhook({ path: '/o', method: 'put', body: z.unknown(), verify }).name).toBe('/o')
  })
})

describe('options that make no sense', () => {
  test.each([
    [() => ingress({ basePath: 'hooks' }), /ingress basePath/],
    [() => ingress({ basePath: '/hooks/' }), /ingress basePath/],
    [() => ingress({ maxBytes: 0 }), /ingress maxBytes/],
    [() => ingress({ timeout: '-1s' as never }), /ingress timeout/],
    [() => ingress().webhook({ path: 'o', body: z.unknown(), verify }), /webhook path/],
    [
      () => ingress().webhook({ path: '/o', body: z.unknown() } as never),
      /webhook \/o verify: expected a verifier/,
    ],
    [() => ingress().webhook({ path: '/o', body: {} as never, verify }), /decoder: expected/],
  ])('%# is named', (make, message) => expect(make).toThrow(message))
})

describe('mounted in a server of the user', () => {
  test('as a middleware, what is no webhook goes on', async () => {
    const hooks = ingress({ basePath: '/hooks' })
    await hooks.webhook({ path: '/o', body: z.unknown(), verify }).start(fakeIntake())
    await using server = await httpServer((req, res) => hooks.node(req, res, () => res.writeHead(418).end()))
    expect((await send(`${server.url}/else`, { headers: {}, body: '' })).status).toBe(418)
    expect((await send(`${server.url}/hooks/o`, { headers: JSON_TYPE, body: '{}' })).status).toBe(202)
  })

  test('under a mount path that the framework cuts off, the whole path counts', async () => {
    const hooks = ingress({ basePath: '/hooks' })
    await hooks.webhook({ path: '/o', body: z.unknown(), verify }).start(fakeIntake())
    await using server = await httpServer(
      (req: IncomingMessage & { originalUrl?: string }, res: ServerResponse) => {
        req.originalUrl = req.url!
        req.url = req.url!.slice('/hooks'.length)
        hooks.node(req, res)
      },
    )
    expect((await send(`${server.url}/hooks/o`, { headers: JSON_TYPE, body: '{}' })).status).toBe(202)
  })

  test.each([
    [
      'a parser that has read the body',
      async (req: IncomingMessage & { body?: unknown }) => {
        let text = ''
        for await (const chunk of req) text += String(chunk)
        req.body = JSON.parse(text)
      },
    ],
    [
      'a body that is there already',
      async (req: IncomingMessage & { body?: unknown }) => {
        req.body = { id: 1 }
      },
    ],
  ])('after %s it says so, and how to mend it, once to the log', async (_, parse) => {
    const hooks = ingress()
    const intake = fakeIntake({ clock: manualClock() })
    await hooks
      .webhook({
        path: '/o',
        body: z.unknown(),
        verify: standardWebhooks({ secret: `whsec_${'A'.repeat(32)}` }),
      })
      .start(intake)
    await using server = await httpServer((req, res) => void parse(req).then(() => hooks.node(req, res)))
    for (let i = 0; i < 2; i++) {
      const answer = await send(`${server.url}/o`, { headers: JSON_TYPE, body: '{"id":1}' })
      expect(answer.status).toBe(500)
      expect((JSON.parse(answer.text) as { detail: string }).detail).toMatch(
        /body parser.*Mount the ingress before any body parser/,
      )
    }
    expect(intake.said.filter((s) => s.level === 'error')).toHaveLength(1)
  })

  test('an empty object that a parser left on a body it did not read does no harm', async () => {
    const hooks = ingress()
    const intake = fakeIntake()
    await hooks.webhook({ path: '/o', body: z.unknown(), verify }).start(intake)
    await using server = await httpServer((req: IncomingMessage & { body?: unknown }, res) => {
      req.body = {}
      hooks.node(req, res)
    })
    expect((await send(`${server.url}/o`, { headers: JSON_TYPE, body: '{"id":1}' })).status).toBe(202)
    expect(intake.got[0]!.raw).toEqual({ id: 1 })
  })

  test('as a fetch handler: too large, used, and missing bodies', async () => {
    const hooks = ingress({ maxBytes: 8 })
    await hooks.webhook({ path: '/o', body: z.unknown(), verify }).start(fakeIntake())
    const used = post('/o', '{}')
    await used.text()
    const empty = new Request('http://x.test/o', { method: 'POST', headers: JSON_TYPE })
    const lying = new Request('http://x.test/o', {
      method: 'POST',
      body: '{}',
      headers: { ...JSON_TYPE, 'content-length': 'x' },
    })
    const all = await Promise.all(
      [post('/o', '"123456789"'), used, empty, lying, post('/p', '{}')].map((r) => hooks.fetch(r)),
    )
    expect(all.map((r) => r.status)).toEqual([413, 500, 400, 400, 404])
  })
})

const post = (path: string, body: string): Request =>
  new Request(`http://x.test${path}`, { method: 'POST', headers: JSON_TYPE, body })

const turns = async (): Promise<void> => {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve))
}
