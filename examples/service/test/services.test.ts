import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sqlite } from '@xconnector/sqlite'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { build } from '../../../packages/dev/src/command/pnpm.ts'
import { HOOK_SECRET, pay } from './support/payment.ts'
import { startService, type Service } from './support/service.ts'
import { warehouse, type Warehouse } from './support/warehouse.ts'

// The services load the packages as their users do.
beforeAll(async () => {
  const { code, output } = await build()
  expect(code, output).toBe(0)
}, 120_000)

let folder: string
let remote: Warehouse
let services: Service[]

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'xconnector-service-'))
  remote = await warehouse()
  services = []
})
afterEach(async () => {
  for (const service of services) service.kill()
  await remote.close()
  rmSync(folder, { recursive: true, maxRetries: 5, retryDelay: 50 })
})

const JOURNAL = 'shop.db'

/** What the journal's file says of the deliveries, when no service has it open. */
const books = async (): Promise<Readonly<Record<string, number>>> => {
  const journal = sqlite({ file: join(folder, JOURNAL) })
  await journal.open([])
  const counts = await journal.admin.counts()
  await journal.close()
  return Object.fromEntries(counts.flatMap(({ what, n }) => (n === 0 ? [] : [[what, n]])))
}

describe.each(['express', 'fastify'] as const)('the service on %s', (framework) => {
  const start = async (): Promise<Service> => {
    const env = { HOOK_SECRET, WAREHOUSE_URL: remote.url, JOURNAL: join(folder, JOURNAL) }
    const service = await startService(framework, env)
    services.push(service)
    return service
  }

  test('serves its own routes as before, and says that it is alive and ready', async () => {
    const { url } = await start()
    const created = await fetch(`${url}/carts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"items":["lamp"]}',
    })
    expect([created.status, await created.json()]).toEqual([201, { id: '1', items: ['lamp'] }])
    expect(await (await fetch(`${url}/carts/1`)).json()).toEqual({ id: '1', items: ['lamp'] })
    expect((await fetch(`${url}/carts/2`)).status).toBe(404)
    expect((await fetch(`${url}/health`)).status).toBe(200)
    const ready = await fetch(`${url}/ready`)
    expect([ready.status, await ready.json()]).toMatchObject([200, { status: 'ready', journal: 'ok' }])
  })

  test('delivers a signed webhook, refuses a forged one, and knows no other', async () => {
    const { url } = await start()
    expect((await pay(url, 'o-1')).status).toBe(202)
    const reservation = await remote.next()
    expect(reservation.body).toEqual({ order: 'o-1', items: ['lamp'] })
    reservation.answer(204)
    const forged = await pay(url, 'o-2', 'whsec_YW5vdGhlciBzZWNyZXQgb2YgMzIgYnl0ZXMgISE=')
    expect(forged.status).toBe(401)
    expect((await fetch(`${url}/hooks/others`, { method: 'POST' })).status).toBe(404)
  })

  test('at SIGTERM it finishes the delivery in flight, takes no new webhook, and exits with 0', async () => {
    const service = await start()
    expect((await pay(service.url, 'o-1')).status).toBe(202)
    const reservation = await remote.next()
    const ended = service.stop()
    const refuses = (): Promise<boolean> =>
      fetch(`${service.url}/health`).then(
        () => false,
        () => true,
      )
    await expect.poll(refuses, { timeout: 5000, interval: 20 }).toBe(true)
    await expect(pay(service.url, 'o-2')).rejects.toThrow('fetch failed')
    reservation.answer(204)
    expect(await ended).toEqual([0, null])
    expect(await books()).toEqual({ in: 1, delivered: 1 })
  })

  test('what could not be delivered before SIGTERM is delivered by the next process, under the same key', async () => {
    const first = await start()
    expect((await pay(first.url, 'o-1')).status).toBe(202)
    const refused = await remote.next()
    refused.answer(429)
    expect(await first.stop()).toEqual([0, null])
    expect(await books()).toEqual({ in: 1, waiting: 1 })

    const second = await start()
    const again = await remote.next()
    expect(again).toMatchObject({ key: refused.key, body: { order: 'o-1', items: ['lamp'] } })
    again.answer(204)
    expect(await second.stop()).toEqual([0, null])
    expect(await books()).toEqual({ in: 1, delivered: 1 })
  })
})
