import { getEventListeners } from 'node:events'
import { createServer as createHttp2Server, connect as connectHttp2 } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { right } from '@xconnector/core'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { ingress, unsigned } from '../../src/index.js'
import { backendServer } from '../gateway/backend-server.js'
import { fronted, transports, until } from '../gateway/fronted.js'
import { everybody, kit, turns } from '../support/endpoint-kit.js'
import { fakeIntake } from '../support/fake-intake.js'

describe('callers that leave', () => {
  test('leave no listener on a signal, nor a timer, and give back their place', async () => {
    const { hooks, clock } = kit()
    hooks.endpoint({
      method: 'GET',
      path: '/wait',
      authorize: everybody,
      concurrency: 1,
      flow: {
        name: 'wait',
        call: (_: unknown, options?: { readonly signal?: AbortSignal }) =>
          new Promise<ReturnType<typeof right<string>>>((resolve) => {
            options!.signal!.addEventListener('abort', () => resolve(right('left')), { once: true })
          }),
      },
    })
    for (let i = 0; i < 50; i++) {
      const leaving = new AbortController()
      const request = new Request('http://a/wait', { signal: leaving.signal })
      const answer = hooks.fetch(request)
      await turns(2)
      expect(getEventListeners(request.signal, 'abort').length).toBeGreaterThan(0)
      leaving.abort()
      expect((await answer).status).not.toBe(504)
      expect(getEventListeners(request.signal, 'abort')).toHaveLength(0)
    }
    expect(clock.pending).toBe(0)
  })

  test('those that stay for their answer leave no listener either', async () => {
    const { hooks, clock } = kit()
    hooks.endpoint({
      method: 'GET',
      path: '/now',
      authorize: everybody,
      flow: { name: 'now', call: async () => right('now') },
    })
    const request = new Request('http://a/now')
    expect((await hooks.fetch(request)).status).toBe(200)
    expect(getEventListeners(request.signal, 'abort')).toHaveLength(0)
    expect(clock.pending).toBe(0)
  })

  describe.each(transports)('of a gateway over %s', (_, transport) => {
    test('give back the slot of the backend, also those that leave while they wait for one', async () => {
      let answering = false
      await using backend = await backendServer((_request, response) => {
        if (answering) response.end('ok')
      })
      await using gate = await fronted({
        ...transport,
        backends: { a: { baseUrl: backend.url, concurrency: 2, queue: 100, circuit: false } },
        routes: [{ path: '/**', to: 'a' }],
        cache: {},
      })
      const leaving = new AbortController()
      const all = Array.from({ length: 20 }, (_, i) =>
        gate.gateway.fetch(new Request(`http://a.example/${i}`, { signal: leaving.signal })),
      )
      await until(() => backend.requests.length === 2)
      leaving.abort()
      await Promise.all(all)
      answering = true
      await turns()
      for (let i = 0; i < 5; i++) expect((await gate.get(`/again/${i}`)).status).toBe(200)
      expect(gate.clock.pending).toBe(0)
    })
  })
})

test('bodies over HTTP/2, which no header announces, are counted as those that are held', async () => {
  const hooks = ingress({ maxBodies: 1 })
  const intake = fakeIntake()
  await hooks
    .webhook({ path: '/o', body: z.unknown(), verify: unsigned({ because: 'a test' }) })
    .start(intake)
  const server = createHttp2Server(hooks.node as never)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const session = connectHttp2(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  try {
    const post = () => {
      const stream = session.request({
        ':method': 'POST',
        ':path': '/o',
        'content-type': 'application/json',
      })
      const status = new Promise<unknown>((resolve, reject) => {
        stream.on('response', (headers) => resolve(headers[':status']))
        stream.on('error', reject)
      })
      stream.resume()
      return { stream, status }
    }
    const first = post()
    first.stream.write('{')
    await turns(50)
    const second = post()
    second.stream.end('{}')
    expect(await second.status).toBe(503)
    first.stream.end('}')
    expect(await first.status).toBe(202)
    expect(intake.got).toHaveLength(1)
  } finally {
    session.destroy()
    await new Promise((resolve) => server.close(resolve))
  }
})
