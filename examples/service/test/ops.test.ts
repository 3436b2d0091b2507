import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createRuntime, memoryJournal, silentLogger, type Runtime } from '@xconnector/core'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { shop as onExpress } from '../src/express/shop.ts'
import { shop as onFastify } from '../src/fastify/shop.ts'
import { orders } from '../src/orders.ts'
import { HOOK_SECRET, pay } from './support/payment.ts'
import { warehouse, type Warehouse } from './support/warehouse.ts'

const TOKEN = 'a-token-of-whoever-is-on-call'

let remote: Warehouse
let runtime: Runtime

beforeEach(async () => {
  vi.stubEnv('OPS_TOKEN', TOKEN)
  remote = await warehouse()
  runtime = createRuntime({
    flows: [orders],
    journal: memoryJournal(),
    config: { HOOK_SECRET, WAREHOUSE_URL: remote.url },
    log: silentLogger,
  })
  await runtime.start()
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await runtime.stop()
  await remote.close()
})

const SHOPS = {
  async express() {
    const server = onExpress(runtime).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    return { url, close: () => (server.closeAllConnections(), server.close()) }
  },
  async fastify() {
    const app = onFastify(runtime)
    return { url: await app.listen({ port: 0, host: '127.0.0.1' }), close: () => app.close() }
  },
}

test.each(Object.entries(SHOPS))(
  'an order that was refused is found and sent again, on %s',
  async (_, start) => {
    const { url, close } = await start()
    const ask = (path: string, body?: object): Promise<Response> =>
      fetch(`${url}/ops${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
    const dead = async () =>
      ((await (await ask('/dead')).json()) as { letters: { id: string; tag: string }[] }).letters

    expect((await fetch(`${url}/ops/readyz`)).status).toBe(200)
    expect((await fetch(`${url}/ops/dead`)).status).toBe(401)
    expect((await pay(url, 'o-1')).status).toBe(202)
    const refused = await remote.next()
    refused.answer(422)
    await expect.poll(dead, { timeout: 10_000 }).toMatchObject([{ hop: 'reserve', tag: 'Rejected' }])
    const [letter] = await dead()
    const story = (await (await ask(`/dead/${letter!.id}`)).json()) as { again: { sends: { body: unknown } } }
    expect(story.again.sends.body).toEqual({ order: 'o-1', items: ['lamp'] })
    expect((await ask('/dead/replay', { ids: [letter!.id] })).status).toBe(200)
    const again = await remote.next()
    expect([again.key, again.body]).toEqual([refused.key, refused.body])
    again.answer(204)
    const delivered = async (): Promise<number | undefined> =>
      (await runtime.counts()).find((c) => c.what === 'delivered')?.n
    await expect.poll(delivered, { timeout: 10_000 }).toBe(1)
    expect(await (await ask('/metrics')).text()).toMatch(
      /^xconnector_entries_total\{flow="orders",hop="reserve",outcome="delivered"\} 1$/m,
    )
    // What was there before is as it was.
    expect((await fetch(`${url}/carts/2`)).status).toBe(404)
    await close()
  },
)
