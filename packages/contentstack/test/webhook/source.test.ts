import * as t from 'io-ts'
import { expect, expectTypeOf, test } from 'vitest'
import { config, secret, text, type Source } from '@xconnector/core'
import { contentstack, hmac, type Entry, type StackEvent } from '../../src/index.js'
import { fakeStack } from '../../src/testing/index.js'
import { ingress, unsigned } from '@xconnector/http'
import { collecting, sceneOf, until } from '../support/scene.js'

test('a published entry starts a flow: its type, its time and its body are the event', async () => {
  await using scene = await sceneOf()
  const { stack, cms, hooks, url } = scene
  const source = cms.webhook(hooks, { path: '/cms', on: 'entry.publish' })
  await using flow = await collecting(source)
  const event = stack.entries.publish(stack.entries.save('article', { title: 'A' }).uid)
  const response = await hooks.fetch(stack.request(event, { url }))
  await until(() => flow.got.length === 1)
  expect(response.status).toBe(202)
  const { triggered_at: at } = event.bodies.full as { triggered_at: string }
  expect(flow.got[0]).toMatchObject({
    type: 'entry.publish',
    time: Date.parse(at),
    body: { type: 'entry.publish', data: { entry: { uid: event.uid, _version: 1 } } },
  })
  expectTypeOf(source).toEqualTypeOf<Source<StackEvent<'entry.publish', Entry>>>()
})

test('events that are not in `on`, and other content types, are answered 204 and not stored', async () => {
  await using scene = await sceneOf()
  const { stack, cms, hooks, url } = scene
  const on = ['entry.publish', 'asset.publish'] as const
  await using flow = await collecting(cms.webhook(hooks, { path: '/cms', on, contentTypes: ['article'] }))
  const article = stack.entries.save('article', { title: 'A' })
  const author = stack.entries.save('author', { title: 'B' })
  const asset = stack.assets.save({ filename: 'a.txt', type: 'text/plain', file: Buffer.from('a') })
  const events = [
    article,
    stack.entries.publish(author.uid),
    stack.entries.publish(article.uid),
    stack.assets.publish(asset.uid),
  ]
  const sent = await stack.send(events, { url, fetch: hooks.fetch })
  await until(() => flow.got.length === 2)
  expect(sent.map((s) => s.status)).toEqual([204, 204, 202, 202])
  expect(flow.got.map((m) => m.type)).toEqual(['entry.publish', 'asset.publish'])
})

test('an event that is sent twice starts one message, and gets one answer', async () => {
  await using scene = await sceneOf()
  const { stack, cms, hooks, url } = scene
  await using flow = await collecting(cms.webhook(hooks, { path: '/cms', on: 'entry.create' }))
  const event = stack.entries.save('article', { title: 'A' })
  const answers = [
    await hooks.fetch(stack.request(event, { url })),
    await hooks.fetch(stack.request(event, { url })),
  ]
  expect(await answers[1]!.text()).toBe(await answers[0]!.text())
  await until(() => flow.got.length > 0)
  expect(flow.got.length).toBe(1)
})

test('an event of another stack of the region is genuine, and forbidden', async () => {
  await using scene = await sceneOf()
  const { stack, hooks, url } = scene
  const other = contentstack({ apiKey: 'blt-of-another-stack' })
  const signature = hmac(stack.webhookSecret)
  await using flow = await collecting(other.webhook(hooks, { path: '/cms', on: 'entry.create', signature }))
  const event = stack.entries.save('article', { title: 'A' })
  expect((await hooks.fetch(stack.request(event, { url, signing: 'hmac' }))).status).toBe(403)
  expect(flow.got).toEqual([])
})

test('forged and unsigned requests are answered 401', async () => {
  await using scene = await sceneOf()
  const { stack, cms, hooks, url } = scene
  await using flow = await collecting(cms.webhook(hooks, { path: '/cms', on: 'entry.create' }))
  const event = stack.entries.save('article', { title: 'A' })
  const body = JSON.stringify(event.bodies.full)
  const bare = new Request(url, { method: 'POST', body, headers: { 'content-type': 'application/json' } })
  const genuine = stack.request(event, { url })
  const forged = new Request(url, {
    method: 'POST',
    headers: genuine.headers,
    body: body.replace('"A"', '"B"'),
  })
  expect([(await hooks.fetch(bare)).status, (await hooks.fetch(forged)).status]).toEqual([401, 401])
  expect((await hooks.fetch(genuine)).status).toBe(202)
  await until(() => flow.got.length === 1)
})

test('an event that cannot be judged, for the key is not to be had, is not answered 2xx nor refused for good', async () => {
  await using scene = await sceneOf()
  const { stack, cms, hooks, url } = scene
  await using flow = await collecting(cms.webhook(hooks, { path: '/cms', on: 'entry.create' }))
  const event = stack.entries.save('article', { title: 'A' })
  stack.fail({ with: 404, match: '/.well-known/' })
  expect((await hooks.fetch(stack.request(event, { url }))).status).toBe(503)
  expect((await hooks.fetch(stack.request(event, { url }))).status).toBe(202)
  await until(() => flow.got.length === 1)
})

test('a codec of the content type reads the entries of created, updated and published events', async () => {
  await using scene = await sceneOf()
  const { stack, cms, hooks, url } = scene
  const Article = t.type({ uid: t.string, title: t.string, price: t.number })
  const source = cms.webhook(hooks, { path: '/cms', on: ['entry.update', 'entry.delete'], entry: Article })
  await using flow = await collecting(source)
  const { uid } = stack.entries.save('article', { title: 'A' })
  const good = stack.entries.save('article', { title: 'A', price: 1 }, { uid })
  const bad = stack.entries.save('article', { title: 'A', price: 'much' }, { uid })
  const gone = stack.entries.remove(uid)
  const sent = await stack.send([good, bad, gone], { url, fetch: hooks.fetch })
  await until(() => flow.got.length === 2)
  expect(sent.map((s) => s.status)).toEqual([202, 202, 202])
  expect(flow.got.map((m) => m.type)).toEqual(['entry.update', 'entry.delete'])
  const letters = await flow.runtime.deadLetters.list({})
  expect(letters.map((l) => (l.errors.at(-1) as { message: string }).message)).toEqual([
    'data.entry.price: expected number',
  ])
  expectTypeOf(flow.got[0]!.body).toExtend<
    StackEvent<'entry.update' | 'entry.delete', t.TypeOf<typeof Article>>
  >()
})

test('the api key and the secret come from configuration, and are checked at start', async () => {
  const stack = fakeStack({ contentTypes: ['article'] })
  const hooks = ingress({ basePath: '/hooks' })
  const variables: Record<string, string> = {}
  const env = config({ CS_KEY: text, CS_HOOK: secret }, variables)
  const cms = contentstack({ apiKey: env.CS_KEY })
  const source = cms.webhook(hooks, { path: '/cms', on: 'entry.create', signature: hmac(env.CS_HOOK) })
  await expect(collecting(source)).rejects.toThrow(/CS_HOOK.*CS_KEY/s)
  variables['CS_KEY'] = stack.settings.apiKey
  variables['CS_HOOK'] = stack.webhookSecret
  await using flow = await collecting(source)
  const event = stack.entries.save('article', { title: 'A' })
  const request = stack.request(event, { url: 'https://me.example/hooks/cms', signing: 'hmac' })
  expect((await hooks.fetch(request)).status).toBe(202)
  await until(() => flow.got.length === 1)
})

test('`on` must name events', () => {
  const hooks = ingress()
  const cms = contentstack({ apiKey: 'blt1' })
  const signature = unsigned({ because: 'a test' })
  expect(() => cms.webhook(hooks, { path: '/a', on: [], signature })).toThrow(
    /webhook \/a on: expected one or several of/,
  )
  expect(() => cms.webhook(hooks, { path: '/b', on: 'asset.published' as never, signature })).toThrow(
    /got "asset.published"/,
  )
})
