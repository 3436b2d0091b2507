import { expect, test } from 'vitest'
import { z } from 'zod'
import { byKind, createRuntime, flow, memoryJournal } from '@xconnector/core'
import { http, ingress, json, standardWebhooks } from '../../src/index.js'
import { httpServer, send } from '../support/loopback.js'
import { manualClock } from '../support/manual-clock.js'
import { NOW, SECRET, signed } from '../support/signed.js'

test('a signed webhook goes through a flow to two targets, with the keys of their hops', async () => {
  const got = new Map<string, unknown>()
  let both = (): void => {}
  const arrived = new Promise<void>((resolve) => (both = resolve))
  await using remote = await httpServer((req, res) => {
    req.resume()
    got.set(req.url!, req.headers['idempotency-key'])
    res.end()
    if (got.size === 2) both()
  })
  const hooks = ingress({ basePath: '/hooks', clock: manualClock(NOW) })
  const Order = z.object({ id: z.number() })
  const source = hooks.webhook({
    path: '/orders',
    body: Order,
    verify: standardWebhooks({ secret: SECRET, tolerance: '9999d' }),
  })
  const site = http({ name: 'site', baseUrl: remote.url })
  const body = json<{ id: number }>()
  const runtime = createRuntime({
    flows: [
      flow('orders')
        .from(source)
        .fanOut({
          keyed: site.target({ name: 'keyed', method: 'POST', path: '/keyed', body, effect: 'keyed' }),
          unsafe: site.target({ name: 'unsafe', method: 'POST', path: '/unsafe', body, effect: 'unsafe' }),
        })
        .otherwise(byKind()),
    ],
    journal: memoryJournal(),
  })
  await runtime.start()
  await using server = await httpServer(hooks.node)
  const answer = await send(`${server.url}/hooks/orders`, { headers: signed('{"id":1}'), body: '{"id":1}' })
  const { id } = JSON.parse(answer.text) as { id: string }
  await arrived
  await runtime.stop()
  expect(answer.status).toBe(202)
  expect(Object.fromEntries(got)).toEqual({ '/keyed': `"${id}/keyed"`, '/unsafe': undefined })
  expect(
    (await send(`${server.url}/hooks/orders`, { headers: signed('{"id":1}'), body: '{"id":1}' })).status,
  ).toBe(503)
  site.close()
})
