import * as t from 'io-ts'
import { expect, expectTypeOf, test } from 'vitest'
import { byKind, flow } from '@xconnector/core'
import { testFlow } from '@xconnector/core/testing'
import { contentstack, type Asset, type Entry } from '../../src/index.js'
import { sceneOf } from '../support/scene.js'

const fast = { destinations: { management: { rate: { limit: 100, per: '1s' } } } } as const

test('the management API gives what is saved, the delivery API what the environment shows', async () => {
  await using scene = await sceneOf({}, fast)
  const { stack, cms } = scene
  const { uid } = stack.entries.save('article', { title: 'one' })
  stack.entries.publish(uid)
  stack.entries.save('article', { title: 'two' }, { uid })
  const saved = await cms.management.entry.run({ contentType: 'article', uid })
  const first = await cms.management.entry.run({ contentType: 'article', uid, version: 1 })
  const shown = await cms.delivery.entry.run({ contentType: 'article', uid })
  expect([saved, first, shown].map((e) => [e.title, e._version])).toEqual([
    ['two', 2],
    ['one', 1],
    ['one', 1],
  ])
  expectTypeOf(saved).toEqualTypeOf<Entry>()
})

test('an entry is read in a locale', async () => {
  await using scene = await sceneOf({ locales: ['en-us', 'de-de'] }, fast)
  const { stack, cms } = scene
  const { uid } = stack.entries.save('article', { title: 'Hello' })
  stack.entries.save('article', { title: 'Hallo' }, { uid, locale: 'de-de' })
  const read = await cms.management.entry.run({ contentType: 'article', uid, locale: 'de-de' })
  expect([read.title, read.locale]).toEqual(['Hallo', 'de-de'])
})

test('an asset is read from both APIs', async () => {
  await using scene = await sceneOf({}, fast)
  const { stack, cms } = scene
  const { uid } = stack.assets.save({ filename: 'a.png', type: 'image/png', file: Buffer.from('12345') })
  stack.assets.publish(uid)
  const saved = await cms.management.asset.run({ uid })
  const shown = await cms.delivery.asset.run({ uid })
  expect([saved.file_size, shown.filename, shown.content_type]).toEqual(['5', 'a.png', 'image/png'])
  expectTypeOf(shown).toEqualTypeOf<Asset>()
})

test('a codec reads the entries of a content type; what does not fit is a BadResponse that says where', async () => {
  await using scene = await sceneOf()
  const { stack, cms } = scene
  const article = cms.delivery.entryOf('article', t.type({ uid: t.string, price: t.number }))
  const good = stack.entries.save('article', { title: 'A', price: 1 }).uid
  const bad = stack.entries.save('article', { title: 'B' }).uid
  stack.entries.publish(good)
  stack.entries.publish(bad)
  const read = await article.run({ uid: good })
  expectTypeOf(read).toEqualTypeOf<{ uid: string; price: number }>()
  expect(read).toMatchObject({ uid: good, price: 1 })
  expect(await article.call({ uid: bad })).toMatchObject({
    left: { _tag: 'BadResponse', issues: [{ path: ['entry', 'price'] }] },
  })
})

test('what does not exist, or is not shown, is ItemNotFound with what Contentstack said', async () => {
  await using scene = await sceneOf({}, fast)
  const { stack, cms } = scene
  const { uid } = stack.entries.save('article', { title: 'A' })
  const failures = await Promise.all([
    cms.management.entry.call({ contentType: 'article', uid: 'blt0' }),
    cms.management.entry.call({ contentType: 'none', uid }),
    cms.management.entry.call({ contentType: 'article', uid, version: 9 }),
    cms.delivery.entry.call({ contentType: 'article', uid }),
    cms.delivery.asset.call({ uid: 'blt0' }),
  ])
  expect(
    failures.map((f) =>
      f._tag === 'Left' ? [f.left._tag, (f.left as { errorCode?: number }).errorCode] : f,
    ),
  ).toEqual([
    ['ItemNotFound', 141],
    ['ItemNotFound', 118],
    ['ItemNotFound', 141],
    ['ItemNotFound', 141],
    ['ItemNotFound', 141],
  ])
})

test('a key or a token that is not known is StackRejected and Unauthorized', async () => {
  await using scene = await sceneOf()
  const { stack } = scene
  const { hosts } = (await stack.listen()).settings
  const input = { contentType: 'article', uid: 'blt0' }
  const keyless = contentstack({ ...stack.settings, hosts, apiKey: 'blt-unknown' })
  const tokenless = contentstack({ ...stack.settings, hosts, managementToken: 'wrong' })
  expect(await keyless.management.entry.call(input)).toMatchObject({
    left: {
      _tag: 'StackRejected',
      kind: 'permanent',
      status: 412,
      errorCode: 109,
      errors: { api_key: ['is not valid.'] },
    },
  })
  expect(await tokenless.management.entry.call(input)).toMatchObject({
    left: { _tag: 'Unauthorized', scope: 'destination' },
  })
})

test('the branch, the api key and the tokens are sent as Contentstack wants them', async () => {
  await using scene = await sceneOf({}, { branch: 'dev' })
  const { stack, cms } = scene
  const seen: Headers[] = []
  stack.fail({ with: 500, times: 9, match: (request) => (seen.push(request.headers), false) })
  const { uid } = stack.entries.save('article', { title: 'A' })
  await cms.management.entry.run({ contentType: 'article', uid })
  await cms.delivery.asset.call({ uid: 'a b/c' })
  const { apiKey, managementToken, delivery } = stack.settings
  expect(
    seen.map((h) =>
      ['api_key', 'authorization', 'access_token', 'branch', 'x-user-agent'].map((n) => h.get(n)),
    ),
  ).toEqual([
    [apiKey, managementToken, null, 'dev', 'xconnector'],
    [apiKey, null, delivery.token, 'dev', 'xconnector'],
  ])
  expect(stack.log.at(-1)).toMatchObject({ path: '/v3/assets/a%20b%2Fc', query: '?environment=production' })
})

test('reads of the management API keep within ten a second, so that none meets the limit', async () => {
  await using scene = await sceneOf()
  const { stack, cms } = scene
  const { uid } = stack.entries.save('article', { title: 'A' })
  const reads = Array.from({ length: 11 }, () => cms.management.entry.call({ contentType: 'article', uid }))
  const results = await Promise.all(reads)
  expect(results.every((r) => r._tag === 'Right')).toBe(true)
  expect(stack.log.filter((r) => r.status === 429)).toEqual([])
})

test('beyond the limit a read is RateLimited', async () => {
  await using scene = await sceneOf({ readsPerSecond: 1 }, { ...fast, timeout: '500ms' })
  const { stack, cms } = scene
  const { uid } = stack.entries.save('article', { title: 'A' })
  stack.fail({ with: 429, match: '/v3/content_types' })
  expect(await cms.management.entry.call({ contentType: 'article', uid })).toMatchObject({
    left: { _tag: 'RateLimited', kind: 'transient' },
  })
})

test('management and delivery need their tokens', () => {
  const cms = contentstack({ apiKey: 'blt1' })
  expect(() => cms.management).toThrow('contentstack management: it needs the option managementToken')
  expect(() => cms.delivery).toThrow(
    'contentstack delivery: it needs the option delivery: { token, environment }',
  )
  expect(() => contentstack({ apiKey: ' ' })).toThrow(
    /contentstack apiKey: expected a secret, got an empty text/,
  )
  expect(() => contentstack({ apiKey: 'blt1', managementToken: '' })).toThrow(
    /managementToken: expected a secret, got an empty text/,
  )
})

test('a read is a step of a flow', async () => {
  await using scene = await sceneOf()
  const { stack, cms } = scene
  const { uid } = stack.entries.save('article', { title: 'A' })
  stack.entries.publish(uid)
  const titles: string[] = []
  const read = flow('read')
    .input<{ contentType: string; uid: string }>()
    .via(cms.delivery.entry)
    .map('title', (entry) => {
      titles.push(entry.title)
      return { title: entry.title }
    })
    .otherwise(byKind())
  await using t = testFlow(read)
  const { dead } = await t.sendAll([
    { contentType: 'article', uid },
    { contentType: 'article', uid: 'blt0' },
  ])
  expect(titles).toEqual(['A'])
  expect(dead.map((d) => (d.error as { _tag: string })._tag)).toEqual(['ItemNotFound'])
})
