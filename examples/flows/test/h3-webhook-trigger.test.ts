import { testFlow, type FlowTest } from '@xconnector/core/testing'
import { http, HttpResponse } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { afterApproval, afterForm, afterOrder, afterProfile } from '../h3-webhook-trigger/flow.ts'
import { hooks } from '../h3-webhook-trigger/senders.ts'
import { FORGED, secrets, senders, sent, type Sender } from '../h3-webhook-trigger/signing.ts'

const config = {
  ...secrets,
  CHAT_URL: 'https://chat.test',
  TASKS_URL: 'https://tasks.test',
  CRM_URL: 'https://crm.test',
  PAGER_URL: 'https://pager.test',
}

// The systems take everything, unless a test says otherwise.
const apis = setupServer(http.all('https://:system.test/*', () => new HttpResponse(null, { status: 204 })))
const asked: string[] = []
apis.events.on('request:start', ({ request }) => asked.push(`${request.method} ${request.url}`))

beforeAll(() => apis.listen({ onUnhandledFrame: 'error' }))
beforeEach(() => {
  apis.resetHandlers()
  asked.length = 0
})
afterAll(() => apis.close())

/** The service: four flows behind one ingress. */
const service = (runtime?: { maxPending: number }): FlowTest =>
  testFlow(afterApproval, {
    flows: [afterOrder, afterForm, afterProfile],
    ingress: hooks,
    config,
    ...(runtime && { runtime }),
  })
/** Event 1 of a sender, sent now. */
const now = (t: FlowTest, sender: Sender) => sent(sender, 1, { now: t.clock.now() })
const MINUTE = 60_000

const followUps = {
  library: ['POST https://chat.test/messages', 'PUT https://crm.test/assets/asset-1'],
  shop: ['POST https://tasks.test/tasks', 'PUT https://crm.test/orders/order-1'],
  forms: ['POST https://tasks.test/tasks', 'PUT https://crm.test/leads/submission-1'],
  accounts: ['PUT https://crm.test/contacts/profile-1'],
}
const all = Object.keys(followUps) as (keyof typeof followUps)[]

describe.each(all)('an event of the %s', (name) => {
  const sender = senders[name]

  test('is followed up once, however often it comes, also by a service that was killed', async () => {
    await using t = service()
    const first = await t.deliver(now(t, sender))
    const again = await t.deliver(now(t, sender))
    await t.restart()
    const later = await t.deliver(now(t, sender))

    expect([first, again, later].map(({ response }) => response.status)).toEqual([202, 202, 202])
    const ids = await Promise.all([first, again, later].map(({ response }) => response.text()))
    expect(new Set(ids).size).toBe(1)
    expect(asked.toSorted()).toEqual(followUps[name])
  })

  test('that is forged is refused with 401, and nothing is told of the reason', async () => {
    await using t = service()
    const { response } = await t.deliver(sent(sender, 1, { now: t.clock.now(), key: FORGED }))
    expect(response.status).toBe(401)
    expect(await response.json()).toEqual({ type: 'about:blank', title: 'Unauthorized', status: 401 })
    expect(asked).toEqual([])
  })

  test('without any of its proofs is refused with 401', async () => {
    await using t = service()
    const { body, url } = now(t, sender)
    const bare = new Request(url, { method: 'POST', body, duplex: 'half' })
    expect((await t.deliver(bare)).response.status).toBe(401)
  })

  test('that is malformed is refused with 400, and of another media type with 415', async () => {
    await using t = service()
    const time = { now: t.clock.now() }
    const malformed = sent(sender, 1, time, { body: sender.malformed })
    const foreign = sent(sender, 1, time, { type: 'application/xml' })
    expect((await t.deliver(malformed)).response.status).toBe(400)
    expect((await t.deliver(foreign)).response.status).toBe(415)
    expect(asked).toEqual([])
  })

  test('that is oversized is refused with 413, genuine or not', async () => {
    await using t = service()
    const body = sender.event(1).padEnd(64 * 1024 + 1, ' ')
    const { response, delivered } = await t.deliver(sent(sender, 1, { now: t.clock.now() }, { body }))
    expect([response.status, delivered.length]).toEqual([413, 0])
  })
})

describe('a captured request', () => {
  test.each([
    ['library', 5],
    ['shop', 5],
    ['accounts', 10],
  ] as const)(
    'of the %s is refused when its time is more than %i minutes ago or ahead',
    async (name, minutes) => {
      await using t = service()
      const start = t.clock.now()
      const captured = () => sent(senders[name], 1, { now: start })
      const ahead = sent(senders[name], 2, { now: start + (minutes + 1) * MINUTE })
      expect((await t.deliver(ahead)).response.status).toBe(401)
      expect((await t.deliver(captured())).response.status).toBe(202)
      await t.run((minutes - 1) * MINUTE)
      expect((await t.deliver(captured())).response.status).toBe(202)
      await t.run(2 * MINUTE)
      expect((await t.deliver(captured())).response.status).toBe(401)
      expect(asked.toSorted()).toEqual(followUps[name])
    },
  )

  test('of the forms, which sign no time, is known for days by its submission', async () => {
    await using t = service()
    await t.deliver(now(t, senders.forms))
    await t.run(3 * 24 * 60 * MINUTE)
    await t.deliver(now(t, senders.forms))
    expect(asked.toSorted()).toEqual(followUps.forms)
  })
})

describe('what is authentic and does not have the expected shape', () => {
  test('is put aside with its raw body, for its sender cannot mend it, and somebody is told', async () => {
    await using t = service()
    const body = '{"id":"event-1","type":"order.placed","order":{"number":7}}'
    const { response, dead, alerts } = await t.deliver(
      sent(senders.shop, 1, { now: t.clock.now() }, { body }),
    )
    expect(response.status).toBe(202)
    expect(dead).toMatchObject([
      { flow: 'after-order', error: { _tag: 'DecodeFailed' }, body: JSON.parse(body) },
    ])
    expect(alerts).toMatchObject([{ flow: 'after-order', tag: 'DecodeFailed', verdict: 'dead' }])
  })

  test('is refused with 400 where the sender can: the form service is told which fields, never their values', async () => {
    await using t = service()
    const body = 'submission=submission-1&form=contact&name=Grace&email=nonsense&message=hello'
    const { response, dead } = await t.deliver(sent(senders.forms, 1, { now: t.clock.now() }, { body }))
    const told = await response.text()
    expect([response.status, dead]).toEqual([400, []])
    expect(JSON.parse(told)).toMatchObject({ issues: [{ path: ['email'] }] })
    expect(told).not.toContain('nonsense')
  })

  test('an event that nobody asked for is answered with 204, and not stored', async () => {
    await using t = service()
    const body = '{"type":"asset.viewed","asset":{"id":"asset-1"}}'
    const { response, pending } = await t.deliver(sent(senders.library, 1, { now: t.clock.now() }, { body }))
    expect([response.status, pending, asked]).toEqual([204, 0, []])
  })
})

describe('follow-ups', () => {
  test('wait for nobody: while the chat is down the CRM has the asset, and people are told when it is back', async () => {
    apis.use(http.post('https://chat.test/messages', () => new HttpResponse(null, { status: 503 })))
    await using t = service()
    const { delivered, dead } = await t.deliver(now(t, senders.library))
    expect(delivered.map((d) => d.target)).toEqual(['put-record'])
    expect(dead).toMatchObject([{ hop: 'notify', attempts: 24, error: { _tag: 'Unavailable' } }])

    apis.resetHandlers() // the chat is back
    asked.length = 0
    const after = await t.replay(dead[0]!.id)
    expect(asked).toEqual(['POST https://chat.test/messages'])
    expect([after.dead.length, after.pending]).toEqual([0, 0])
  })

  test('of a form: no task is made before the lead is there', async () => {
    let down = true
    const lead = () => new HttpResponse(null, { status: down ? 503 : 204 })
    apis.use(http.put('https://crm.test/leads/*', lead))
    await using t = service()
    const held = t.deliver(now(t, senders.forms))
    await t.run(MINUTE)
    expect(asked.filter((request) => request.includes('tasks'))).toEqual([])
    down = false
    const { delivered } = await held
    expect(delivered.map((d) => d.target)).toEqual(['put-record', 'create-task'])
  })

  test('only of a large order are the sales told', async () => {
    await using t = service()
    const large = senders.shop.event(2).replace('2000', '500000')
    await t.deliver(now(t, senders.shop))
    await t.deliver(sent(senders.shop, 2, { now: t.clock.now() }, { body: large }))
    expect(asked.filter((request) => request.includes('chat'))).toHaveLength(1)
  })

  test('of profiles: the CRM ends with the newest revision when an older one comes late', async () => {
    await using t = service()
    const revision = (n: number) =>
      sent(
        senders.accounts,
        n,
        { now: t.clock.now() },
        {
          body: JSON.stringify({
            event: `event-${n}`,
            profile: { id: 'p', revision: n, name: `name ${n}`, email: 'e', country: 'DE' },
          }),
        },
      )
    await t.deliver(revision(2))
    const late = await t.deliver(revision(1))
    expect(late.response.status).toBe(202)
    expect(late.delivered.map((d) => d.input)).toMatchObject([{ revision: 2 }])
  })
})

test('beyond its capacity the service answers 503 with Retry-After before it reads, and takes more when it has caught up', async () => {
  let open = (): void => {}
  const opened = new Promise<void>((resolve) => (open = resolve))
  apis.use(
    http.put('https://crm.test/*', async () => {
      await opened
      return new HttpResponse(null, { status: 204 })
    }),
  )
  await using t = service({ maxPending: 20 })
  await t.settle() // started
  const post = (n: number) => hooks.fetch(sent(senders.accounts, n, { now: t.clock.now() }))
  const answers = []
  for (let n = 1; n <= 40; n++) answers.push(await post(n))
  const statuses = answers.map(({ status }) => status)
  expect(statuses.filter((status) => status === 202)).toHaveLength(20)
  expect(answers.filter((a) => a.status === 503 && Number(a.headers.get('retry-after')) >= 1)).toHaveLength(
    20,
  )

  open()
  const { delivered } = await t.settle()
  const ids = delivered.map((d) => (d.input as { id: string }).id)
  expect(ids.toSorted()).toEqual(Array.from({ length: 20 }, (_, i) => `profile-${i + 1}`).toSorted())
  expect((await post(40)).status).toBe(202)
})

test('a captured request of the accounts does nothing under another id, which is not signed', async () => {
  await using t = service()
  await t.deliver(now(t, senders.accounts))
  const replayed = now(t, senders.accounts)
  replayed.headers.set('accounts-delivery-id', 'delivery-2')
  expect((await t.deliver(replayed)).response.status).toBe(202)
  expect(asked).toEqual(['PUT https://crm.test/contacts/profile-1'])
})
