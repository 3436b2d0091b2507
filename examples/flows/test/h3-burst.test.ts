import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Health } from '@xconnector/core'
import { sqlite } from '@xconnector/sqlite'
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { build } from '../../../packages/dev/src/command/pnpm.ts'
import { startService, startSystems, type Service } from './h3-process.ts'
import { config, senders, sent } from './h3-senders.ts'

// The service loads the packages as its users do.
beforeAll(async () => {
  const { code, output } = await build()
  expect(code, output).toBe(0)
}, 180_000)

let folder: string
let services: Service[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'xconnector-burst-'))
  services = []
})
afterEach(async () => {
  await Promise.all(services.map((service) => service.kill()))
  rmSync(folder, { recursive: true, maxRetries: 5, retryDelay: 50 })
})

const ORDERS = 600
const CAPACITY = 200
const AT_ONCE = 60

/** What a sender was told of an order; status 0: nothing, for the service was killed. */
interface Answer {
  readonly n: number
  readonly status: number
  readonly retryAfter: number
  readonly id: string | undefined
}

const post = async (origin: string, n: number): Promise<Answer> => {
  try {
    const response = await fetch(sent(senders.shop, n, { now: Date.now() }, { origin }))
    const { status, headers } = response
    const { id } = (await response.json()) as { id?: string }
    return { n, status, retryAfter: Number(headers.get('retry-after') ?? 0), id }
  } catch {
    return { n, status: 0, retryAfter: 0, id: undefined }
  }
}

/** All of them, as fast as they are answered. */
const burst = async (origin: string, orders: readonly number[], heard: (a: Answer) => void = () => {}) => {
  const rest = orders.values()
  const answers: Answer[] = []
  const work = async () => {
    for (const n of rest) {
      const answer = await post(origin, n)
      answers.push(answer)
      heard(answer)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return answers
}

/** The orders whose message is in the journal's file, by the id of the message: once for each time. */
const stored = async (file: string): Promise<readonly (readonly [id: string, order: string])[]> => {
  const journal = sqlite({ file, thread: 'main' })
  await journal.open([])
  const found = await journal.admin.find({ flow: 'after-order', limit: 100_000 })
  await journal.close()
  return found.flatMap(({ id, dedupe }) =>
    dedupe === undefined ? [] : [[id, dedupe.key.split('\n').at(-1)!] as const],
  )
}

test('of a burst beyond its capacity, with a kill in its midst, every 202 is in the journal exactly once, and done once', async () => {
  await using systems = await startSystems()
  const file = join(folder, 'webhook-trigger.db')
  const start = async () => {
    const urls = Object.fromEntries(
      ['CHAT', 'TASKS', 'CRM', 'PAGER'].map((name) => [`${name}_URL`, systems.url]),
    )
    const service = await startService({
      ...config,
      ...urls,
      JOURNAL: file,
      MAX_PENDING: String(CAPACITY),
    })
    services.push(service)
    return service
  }
  const orders = Array.from({ length: ORDERS }, (_, i) => i + 1)

  // The systems hold everything, so that it piles up; somewhere after its capacity the service is killed.
  const first = await start()
  let heard = 0
  const answers = await burst(first.url, orders, ({ status }) => {
    if (status !== 0 && ++heard === ORDERS / 2) void first.kill()
  })
  const acknowledged = answers.filter(({ status }) => status === 202)
  const refused = answers.filter(({ status }) => status === 503)
  const unanswered = answers.filter(({ status }) => status === 0)
  expect(acknowledged.length).toBeGreaterThan(CAPACITY / 10)
  expect(refused.length).toBeGreaterThan(0)
  expect(unanswered.length).toBeGreaterThan(0)
  expect(acknowledged.length + refused.length + unanswered.length).toBe(ORDERS)
  expect(refused.filter(({ retryAfter }) => !(retryAfter >= 1))).toEqual([])

  await first.kill()
  const rows = await stored(file)
  const byOrder = new Map(rows.map(([id, order]) => [order, id]))
  expect(byOrder.size).toBe(rows.length)
  expect(acknowledged.filter(({ n, id }) => byOrder.get(`event-${n}`) !== id)).toEqual([])
  const refusedEvents = new Set(refused.map(({ n }) => `event-${n}`))
  expect(rows.filter(([, order]) => refusedEvents.has(order))).toEqual([])

  // The senders come again with what was not taken, and with what was: until all have their 202.
  const second = await start()
  systems.open()
  for (let rest = orders; rest.length > 0; ) {
    const again = await burst(second.url, rest)
    rest = again.filter(({ status }) => status !== 202).map(({ n }) => n)
    if (rest.length > 0) await wait(100)
  }
  const pending = async () => ((await (await fetch(`${second.url}/health`)).json()) as Health).pending
  while ((await pending()) > 0) await wait(20)

  const keys = new Map<string, Set<string>>()
  for (const { path, body, key } of systems.got) {
    if (path !== '/tasks') continue
    keys.set(body.about!, (keys.get(body.about!) ?? new Set()).add(key!))
  }
  const wanted = orders.map((n) => `order-${n}`)
  expect([...keys.keys()].toSorted()).toEqual(wanted.toSorted())
  expect([...keys.values()].filter((of) => of.size !== 1)).toEqual([])
  const synced = new Set(systems.got.filter(({ path }) => path.startsWith('/orders/')).map(({ path }) => path))
  expect(synced.size).toBe(ORDERS)
}, 120_000)
