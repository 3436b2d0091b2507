import { expect, test } from 'vitest'
import {
  byKind,
  CallContext,
  deadLetter,
  discard,
  flow,
  retry,
  silentLogger,
  systemClock,
} from '@xconnector/core'
import { testFlow } from '@xconnector/core/testing'
import {
  memoryEndpoints,
  standardWebhooks,
  webhookSender,
  type MemoryEndpoints,
  type WebhookSender,
} from '../../src/index.js'
import { requestOf } from '../support/senders.js'
import { endpointAt, receiver } from './receiver.js'

interface Placed {
  readonly order: string
}

const setup = (
  store: MemoryEndpoints,
  concurrency = 4,
): { sender: WebhookSender; placed: ReturnType<typeof flowOf> } => {
  const sender = webhookSender({
    name: 'partners',
    endpoints: store,
    addresses: 'any',
    concurrency,
    ports: { log: silentLogger },
  })
  return { sender, placed: flowOf(sender) }
}

const flowOf = (sender: WebhookSender) => {
  const notify = sender.target({
    name: 'notify',
    endpoint: (n: { to: string; event: Placed }) => n.to,
    body: (n) => n.event,
  })
  return flow('placed')
    .input<Placed>()
    .split(
      'endpoints',
      async (event) => (await sender.subscribers('order.placed')).map((to) => ({ to, event })),
      notify,
    )
    .on('EndpointDisabled', discard('the endpoint is disabled'))
    .otherwise(
      byKind({
        transient: retry({ delays: ['5s', '5m'], jitter: 'none', upTo: '1d' }),
        permanent: deadLetter(),
      }),
    )
}

test('each endpoint gets its own delivery; one that fails is tried again alone, under the same id and a new time', async () => {
  await using good = await receiver()
  await using bad = await receiver()
  const store = memoryEndpoints([endpointAt(good.url, { id: 'good' }), endpointAt(bad.url, { id: 'bad' })])
  bad.answer = (_, n) => ({ status: n < 3 ? 500 : 200 })
  const { sender, placed } = setup(store)
  await using t = testFlow(placed)
  const report = await t.send({ order: 'o-1' })
  expect(report.dead).toEqual([])
  expect(good.got).toHaveLength(1)
  expect(new Set(bad.got.map((g) => g.headers['webhook-id'])).size).toBe(1)
  expect(good.got[0]!.headers['webhook-id']).not.toBe(bad.got[0]!.headers['webhook-id'])
  const times = bad.got.map((g) => Number(g.headers['webhook-timestamp']))
  expect(times.at(-1)! - times[0]!).toBeGreaterThanOrEqual(5)
  const secret = store.get('bad')!.secrets[0]!.secret as string
  for (const got of bad.got) {
    const at = Number(got.headers['webhook-timestamp']) * 1000
    expect(standardWebhooks({ secret }).verify(requestOf(got.body, got.headers, at))).toMatchObject({
      ok: true,
    })
  }
  expect(store.get('bad')!.failing).toBeUndefined()
  sender.close()
})

test('410 discards what waits for that endpoint, with the reason, and nothing for others', async () => {
  await using good = await receiver()
  await using gone = await receiver()
  const store = memoryEndpoints([endpointAt(good.url, { id: 'good' }), endpointAt(gone.url, { id: 'gone' })])
  gone.answer = () => ({ status: 410 })
  const { sender, placed } = setup(store)
  await using t = testFlow(placed)
  await t.send({ order: 'o-1' })
  const report = await t.send({ order: 'o-2' })
  expect(report.dead).toEqual([])
  expect([good.got.length, gone.got.length]).toEqual([2, 1])
  expect(await sender.subscribers()).toEqual(['good'])
  sender.close()
})

test('an endpoint that says when to come again is left alone until then, and holds back no other', async () => {
  await using good = await receiver()
  await using busy = await receiver()
  const store = memoryEndpoints([endpointAt(busy.url, { id: 'busy' }), endpointAt(good.url, { id: 'good' })])
  busy.answer = (_, n) => (n === 1 ? { status: 429, headers: { 'retry-after': '60' } } : { status: 200 })
  const { sender, placed } = setup(store)
  await using t = testFlow(placed)
  const from = t.clock.now()
  for (const order of ['o-1', 'o-2', 'o-3']) await t.send({ order })
  expect(good.got).toHaveLength(3)
  expect(busy.got).toHaveLength(4)
  expect(Number(busy.got[1]!.headers['webhook-timestamp']) * 1000 - from).toBeGreaterThanOrEqual(59_000)
  sender.close()
})

test('an endpoint that has its hands full sends the rest back to wait, and spends none of their attempts', async () => {
  await using slow = await receiver()
  const store = memoryEndpoints([endpointAt(slow.url, { id: 'slow' })])
  let inside = 0
  let most = 0
  const waiting: (() => void)[] = []
  slow.answer = async () => {
    most = Math.max(most, ++inside)
    await new Promise<void>((resolve) => waiting.push(resolve))
    inside--
    return { status: 200 }
  }
  const { sender } = setup(store, 2)
  const notify = sender.target({ name: 'notify', endpoint: () => 'slow', body: (n: number) => ({ n }) })
  const many = flow('many')
    .input<number>()
    .split('n', (n) => Array.from({ length: n }, (_, i) => i), notify)
    .otherwise(byKind({ transient: deadLetter() }))
  await using t = testFlow(many)
  const sent = t.send(12)
  while (slow.got.length < 12) {
    waiting.shift()?.()
    await new Promise((resolve) => setImmediate(resolve))
  }
  for (const go of waiting) go()
  const report = await sent
  expect(report.dead).toEqual([])
  expect(new Set(slow.got.map((g) => g.body)).size).toBe(12)
  expect(slow.got).toHaveLength(12)
  expect(most).toBe(2)
  sender.close()
})

test('a dry run shows what would be sent, without a signature and without the secrets of a URL', async () => {
  const store = memoryEndpoints([
    endpointAt('https://a.example/hook/canary?token=canary', { id: 'a' }),
    endpointAt('https://b.example', { id: 'off', disabled: { why: 'asked', since: 0 } }),
  ])
  const { sender } = setup(store)
  const notify = sender.target({ name: 'notify', endpoint: (to: string) => to, body: (to) => ({ to }) })
  const ctx = new CallContext(
    { clock: systemClock, ids: { next: () => 'm' }, log: silentLogger, config: {} },
    'a test',
    {},
    { key: 'k' },
  )
  const shown = async (to: string): Promise<unknown> => notify.preview!(to, ctx)
  expect(await shown('a')).toMatchObject({
    endpoint: 'a',
    method: 'POST',
    url: 'https://a.example',
    body: { to: 'a' },
  })
  expect(JSON.stringify(await shown('a'))).not.toMatch(/v1,|canary/)
  expect(await shown('off')).toMatchObject({ endpoint: 'off', sent: false })
  sender.close()
})
