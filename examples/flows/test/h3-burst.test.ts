import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Health } from '@xconnector/core'
import { sqlite } from '@xconnector/sqlite'
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { build } from '../../../packages/dev/src/command/pnpm.ts'
import { startService, startSystems, type Service } from './h3-process.ts'
import { secrets, senders, sent } from '../h3-webhook-trigger/signing.ts'

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

/** The messages in the journal's file: the id of each, and that of the event that it was made of. */
const stored = async (file: string): Promise<readonly (readonly [id: string, event: string])[]> => {
  const journal = sqlite({ file, thread: 'main' })
  await journal.open([])
  const found = await journal.admin.find({ flow: 'after-order', limit: 100_000 })
  await journal.close()
  const roots = found.filter(({ id }) => !id.includes('/'))
  return roots.map(({ id, body }) => [id, (JSON.parse(body) as { id: string }).id])
}

test('of a burst beyond its capacity, with kills in its midst, every 202 is in the journal exactly once, and done once', async () => {
  await using systems = await startSystems()
  const file = join(folder, 'webhook-trigger.db')
  const start = async () => {
    const urls = Object.fromEntries(
      ['CHAT', 'TASKS', 'CRM', 'PAGER'].map((name) => [`${name}_URL`, systems.url]),
    )
    const service = await startService({
      ...secrets,
      ...urls,
      JOURNAL: file,
      MAX_PENDING: String(CAPACITY),
    })
    services.push(service)
    return service
  }
  const orders = Array.from({ length: ORDERS }, (_, i) => i + 1)

  // The systems hold everything, so that it piles up. The service is killed twice: while it stores what comes, and when it
  // is full and refuses. Senders come again with what has no answer.
  const acknowledged = new Map<number, string>()
  const unanswered = new Set<number>()
  const refused = new Set<number>()
  for (const killedAt of [40, 300]) {
    const service = await start()
    let heard = 0
    const rest = orders.filter((n) => !acknowledged.has(n))
    const answers = await burst(service.url, rest, ({ status }) => {
      if (status !== 0 && ++heard === killedAt) void service.kill()
    })
    for (const { n, status, id } of answers) {
      if (status === 202) acknowledged.set(n, id!)
      if (status === 503) refused.add(n)
      if (status === 0) unanswered.add(n)
    }
    expect(answers.map(({ status }) => status).filter((status) => ![0, 202, 503].includes(status))).toEqual(
      [],
    )
    expect(answers.filter(({ status, retryAfter }) => status === 503 && !(retryAfter >= 1))).toEqual([])

    await service.kill()
    const rows = await stored(file)
    const byEvent = new Map(rows.map(([id, event]) => [event, id]))
    expect(byEvent.size).toBe(rows.length)
    expect([...acknowledged].filter(([n, id]) => byEvent.get(`event-${n}`) !== id)).toEqual([])
    const onlyRefused = [...refused].filter((n) => !acknowledged.has(n) && !unanswered.has(n))
    expect(onlyRefused.filter((n) => byEvent.has(`event-${n}`))).toEqual([])
  }
  expect([acknowledged.size, unanswered.size, refused.size].map((n) => n > 30)).toEqual([true, true, true])

  // The systems answer again, and the senders come with what was not taken, and with what was: until all have their 202.
  const last = await start()
  systems.open()
  for (let rest = orders; rest.length > 0;) {
    const again = await burst(last.url, rest)
    rest = again.filter(({ status }) => status !== 202).map(({ n }) => n)
    if (rest.length > 0) await wait(100)
  }
  const tasks = () => systems.got.filter(({ path }) => path === '/tasks')
  const synced = () => systems.got.filter(({ path }) => path.startsWith('/orders/'))
  const done = () => [
    new Set(tasks().map(({ body }) => body.about)),
    new Set(synced().map(({ path }) => path)),
  ]
  const pending = async () => ((await (await fetch(`${last.url}/health`)).json()) as Health).pending
  await expect.poll(pending, { timeout: 60_000 }).toBe(0)
  expect(done().map(({ size }) => size)).toEqual([ORDERS, ORDERS])

  // A repeat under the same key is one task: those that were in the hands of the killed came twice.
  const keys = new Set(tasks().map(({ body, key }) => `${body.about} ${key}`))
  expect(keys.size).toBe(ORDERS)
}, 120_000)
