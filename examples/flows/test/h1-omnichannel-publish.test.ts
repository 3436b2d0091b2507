import { testFlow } from '@xconnector/core/testing'
import { fakeStack } from '@xconnector/contentstack/testing'
import { http, HttpResponse } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { hooks, publish } from '../h1-omnichannel-publish/flow.ts'

const stack = fakeStack({ region: 'EU', contentTypes: ['article'], locales: ['en-us', 'de-de'] })
const config = {
  CS_API_KEY: stack.settings.apiKey,
  SITE_URL: 'https://site.test',
  SITE_TOKEN: 'site-token',
  APP_URL: 'https://app.test',
  APP_KEY: 'app-key',
  PORTAL_URL: 'https://portal.test',
  PORTAL_TOKEN: 'portal-token',
  SIGNAGE_URL: 'https://signage.test',
  SIGNAGE_KEY: 'signage-key',
  PAGER_URL: 'https://pager.test',
}
const article = { title: 'Moon landing', url: '/moon', teaser: 'They did it', body: '<p>Today</p>' }

// Every system takes everything, unless a test says otherwise.
const done = () => new HttpResponse(null, { status: 204 })
const apis = setupServer(http.all('https://:system.test/*', done))
const sent: string[] = []
apis.events.on('request:start', ({ request }) => sent.push(`${request.method} ${request.url}`))

beforeAll(() => apis.listen({ onUnhandledFrame: 'error' }))
beforeEach(() => {
  apis.resetHandlers()
  sent.length = 0
})
afterAll(() => apis.close())

test('each system gets a published article once, in its own form', async () => {
  await using t = testFlow(publish, { config })
  const { uid } = stack.entries.save('article', article)
  const { delivered } = await t.send(stack.entries.publish(uid).bodies.full)

  expect(Object.fromEntries(delivered.map((d) => [d.target, d.input]))).toEqual({
    'put-page': { uid, locale: 'en-us', path: '/moon', html: '<h1>Moon landing</h1><p>Today</p>' },
    'post-card': { article: uid, language: 'en-us', headline: 'Moon landing', text: 'They did it' },
    'put-document': { id: `${uid}.en-us`, revision: 1, title: 'Moon landing', content: '<p>Today</p>' },
    'show-slide': { slot: uid, line: 'Moon landing' },
  })
  expect(sent.toSorted()).toEqual([
    'POST https://app.test/cards',
    `PUT https://portal.test/documents/${uid}.en-us`,
    `PUT https://signage.test/slides/${uid}`,
    `PUT https://site.test/pages/en-us/${uid}`,
  ])
})

test('while the portal is down the others get the article at once, and a replay goes to the portal alone', async () => {
  apis.use(http.put('https://portal.test/*', () => new HttpResponse(null, { status: 503 })))
  await using t = testFlow(publish, { config })
  const start = t.clock.now()
  const { uid } = stack.entries.save('article', article)
  const { delivered, dead, alerts } = await t.send(stack.entries.publish(uid).bodies.full)

  expect(delivered.map((d) => d.target).toSorted()).toEqual(['post-card', 'put-page', 'show-slide'])
  expect(delivered.filter((d) => d.at > start)).toEqual([])
  expect(dead).toMatchObject([{ hop: 'portal', attempts: 24, error: { _tag: 'Unavailable', status: 503 } }])
  expect(alerts).toMatchObject([{ hop: 'portal', tag: 'Unavailable', verdict: 'dead' }])
  expect(sent.filter((request) => request.includes('site.test'))).toHaveLength(1)

  apis.resetHandlers() // the portal is back
  sent.length = 0
  const after = await t.replay(dead[0]!.id)
  expect(sent).toEqual([`PUT https://portal.test/documents/${uid}.en-us`])
  expect([after.dead.length, after.pending]).toEqual([0, 0])
})

test('the app asks for ten minutes: it gets the article after ten minutes, the others at once', async () => {
  const tooMany = () => new HttpResponse(null, { status: 429, headers: { 'retry-after': '600' } })
  apis.use(http.post('https://app.test/cards', tooMany, { once: true }))
  await using t = testFlow(publish, { config })
  const { uid } = stack.entries.save('article', article)
  const { delivered, virtualMs } = await t.send(stack.entries.publish(uid).bodies.full)

  expect(delivered.map((d) => [d.target, d.attempts]).at(-1)).toEqual(['post-card', 2])
  expect(delivered.filter((d) => d.attempts === 1)).toHaveLength(3)
  expect(virtualMs).toBeGreaterThanOrEqual(600_000)
})

test('the portal asks to wait, then is down: it alone is asked again, then parked; its article is kept for a replay', async () => {
  apis.use(http.put('https://portal.test/*', () => new HttpResponse(null, { status: 503 })))
  const tooMany = () => new HttpResponse(null, { status: 429, headers: { 'retry-after': '60' } })
  apis.use(http.put('https://portal.test/*', tooMany, { once: true }))
  await using t = testFlow(publish, { config })
  const start = t.clock.now()
  const parked: unknown[] = []
  t.runtime.events.on('parked', ({ destination, why, at, until }) => {
    parked.push([destination, why, why === 'asked' && until - at >= 60_000])
  })
  const { uid } = stack.entries.save('article', article)
  const { delivered, dead } = await t.send(stack.entries.publish(uid).bodies.full)

  expect(delivered.map((d) => [d.target, d.at] as const).toSorted(([a], [b]) => a.localeCompare(b))).toEqual([
    ['post-card', start],
    ['put-page', start],
    ['show-slide', start],
  ])
  expect(parked[0]).toEqual(['portal', 'asked', true])
  expect(parked.slice(1)).toContainEqual(['portal', 'failing', false])
  expect(sent.filter((request) => !request.includes('portal.test'))).toHaveLength(4) // with the one to the pager
  const { errors } = (await t.runtime.deadLetters.list())[0]!
  expect([errors[0]!._tag, errors[1]!._tag, dead[0]!.attempts]).toEqual(['RateLimited', 'Unavailable', 24])

  apis.resetHandlers() // the portal is back
  const after = await t.replay(dead[0]!.id)
  expect(after.delivered.at(-1)).toMatchObject({ target: 'put-document', key: dead[0]!.id })
  expect([after.dead.length, after.pending]).toEqual([0, 0])
})

test('an article that the site rejects is put aside at once, and replayed when the site is mended', async () => {
  const refused = () => HttpResponse.json({ code: 'unknown-section' }, { status: 422 })
  apis.use(http.put('https://site.test/*', refused))
  await using t = testFlow(publish, { config })
  const { uid } = stack.entries.save('article', article)
  const { dead } = await t.send(stack.entries.publish(uid).bodies.full)
  expect(dead).toMatchObject([{ hop: 'site', attempts: 1, error: { _tag: 'Rejected', status: 422 } }])

  apis.resetHandlers() // somebody adds the section
  const after = await t.replay(dead[0]!.id)
  expect(after.delivered.at(-1)).toMatchObject({ target: 'put-page', input: { uid } })
  expect([after.dead.length, after.pending]).toEqual([0, 0])
})

test('a version that comes after a newer one goes nowhere; another language is another article', async () => {
  await using t = testFlow(publish, { config })
  const { uid } = stack.entries.save('article', article)
  const older = stack.entries.publish(uid)
  stack.entries.save('article', { title: 'Moon landing, corrected' }, { uid })
  await t.send(stack.entries.publish(uid).bodies.full)

  const late = await t.send(older.bodies.full)
  expect(late.accepted).toMatchObject([{ as: 'superseded' }])
  expect(late.delivered).toHaveLength(4)

  stack.entries.save('article', article, { uid, locale: 'de-de' })
  const german = await t.send(stack.entries.publish(uid, { locale: 'de-de' }).bodies.full)
  expect(german.delivered).toHaveLength(8)
})

test('what the screens do not take in five tries is dropped, and is no dead letter', async () => {
  apis.use(http.put('https://signage.test/*', () => new HttpResponse(null, { status: 503 })))
  await using t = testFlow(publish, { config })
  const { uid } = stack.entries.save('article', article)
  const { delivered, dead, pending } = await t.send(stack.entries.publish(uid).bodies.full)
  expect([delivered.length, dead.length, pending]).toEqual([3, 0, 0])
})

test('a webhook is taken with the signature of Contentstack, sent twice delivered once, and forged refused', async () => {
  await using t = testFlow(publish, { config, ingress: hooks })
  const ours = fakeStack({ region: 'EU', contentTypes: ['article'], clock: t.clock })
  apis.use(...(await ours.handlers())) // they publish the key that signatures are verified by
  const { uid } = ours.entries.save('article', article)
  const webhook = ours.request(ours.entries.publish(uid), { url: 'https://us.test/hooks/contentstack' })

  const first = await t.deliver(webhook.clone())
  const again = await t.deliver(webhook.clone())
  expect([first.response.status, again.response.status, again.delivered.length]).toEqual([202, 202, 4])

  const body = (await webhook.clone().text()).replace('Moon', 'Mars')
  const forged = new Request(webhook, { method: 'POST', body })
  expect((await t.deliver(forged)).response.status).toBe(401)
})
