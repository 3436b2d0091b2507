import { byKind, flow } from '@xconnector/core'
import { testFlow } from '@xconnector/core/testing'
import { http, ingress, json } from '@xconnector/http'
import { expect, test } from 'vitest'
import { contentstack, hmac, newestPerItem } from '../../src/index.js'
import { fakeStack } from '../../src/testing/index.js'

const { key, version } = newestPerItem
const entry = { uid: 'blt1', locale: 'en-us', _version: 3 }
const production = { uid: 'e1', name: 'production' }

test('an entry counts on its own in each locale and environment, and apart from an asset of its uid', () => {
  const events = [
    { data: { entry }, environment: production },
    { data: { entry: { ...entry, locale: 'de-de' } }, environment: production },
    { data: { entry }, environment: { uid: 'e2', name: 'staging' } },
    { data: { entry } },
    { data: { asset: { uid: 'blt1', _version: 3 } }, locale: 'en-us', environment: production },
  ]
  expect(new Set(events.map((e) => key(e))).size).toBe(5)
  expect(events.map((e) => version(e))).toEqual([3, 3, 3, 3, 3])
})

test('an older version of one locale is superseded, that of another is not', async () => {
  const stack = fakeStack({
    contentTypes: ['article'],
    locales: ['en-us', 'de-de'],
    clock: () => t.clock,
  })
  const hooks = ingress()
  const source = contentstack(stack.settings).webhook(hooks, {
    path: '/cms',
    on: 'entry.publish',
    signature: hmac(stack.webhookSecret),
  })
  const put = http({ name: 'site', baseUrl: 'https://site.test' }).target({
    name: 'put',
    method: 'PUT',
    path: '/pages',
    body: json<string>(),
    effect: 'idempotent',
  })
  const publish = flow('publish')
    .from(source, { latest: newestPerItem })
    .to(put.with((e) => `${e.data.entry.locale} ${e.data.entry.title}`))
    .otherwise(byKind())
  await using t = testFlow(publish, { ingress: hooks, replace: { put: () => undefined } })
  await t.settle()
  const { uid } = stack.entries.save('article', { title: 'One' })
  const one = stack.entries.publish(uid)
  stack.entries.save('article', { title: 'Two' }, { uid })
  const two = stack.entries.publish(uid)
  stack.entries.save('article', { title: 'Eins' }, { uid, locale: 'de-de' })
  const german = stack.entries.publish(uid, { locale: 'de-de' })
  await stack.send([two, german, one], { url: 'https://me.test/cms', fetch: hooks.fetch, signing: 'hmac' })
  const { delivered } = await t.settle()
  expect(new Set(delivered.map((d) => d.input))).toEqual(new Set(['de-de Eins', 'en-us Two']))
})
