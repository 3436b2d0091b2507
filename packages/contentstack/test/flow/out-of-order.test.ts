import { expect, test } from 'vitest'
import { byKind, flow, seededRandom } from '@xconnector/core'
import { testFlow } from '@xconnector/core/testing'
import { http, ingress, json } from '@xconnector/http'
import { contentstack, hmac } from '../../src/index.js'
import { fakeStack } from '../../src/testing/index.js'

test('published assets and entries that come twice, late and in disorder leave each receiver with the newest version', async () => {
  const stack = fakeStack({ contentTypes: ['article'], clock: () => t.clock })
  const cms = contentstack(stack.settings)
  const hooks = ingress()
  const site = http({ name: 'site', baseUrl: 'https://site.example' })
  const put = site.target({
    name: 'put',
    method: 'PUT',
    path: '/items',
    body: json<{ uid: string; version: number; file?: string }>(),
    effect: 'idempotent',
  })
  const publish = flow('publish')
    .from(
      cms.webhook(hooks, {
        path: '/cms',
        on: ['entry.publish', 'asset.publish'],
        signature: hmac(stack.webhookSecret),
      }),
      {
        latest: {
          key: ({ data }) => ('asset' in data ? data.asset.uid : data.entry.uid),
          version: ({ data }) => ('asset' in data ? data.asset._version : data.entry._version),
        },
      },
    )
    .map('item', (e) =>
      e.type === 'asset.publish'
        ? { uid: e.data.asset.uid, version: e.data.asset._version, file: cms.assets.file(e.data.asset).id }
        : { uid: e.data.entry.uid, version: e.data.entry._version },
    )
    .to(put)
    .otherwise(byKind())
  await using t = testFlow(publish, { ingress: hooks, replace: { put: () => undefined } })
  await t.settle()

  const items = Array.from({ length: 8 }, (_, i) =>
    i % 2 === 0
      ? stack.entries.save('article', { title: `A${i}` }).uid
      : stack.assets.save({ filename: `${i}.txt`, type: 'text/plain', file: Buffer.from(`${i}`) }).uid,
  )
  const events = [1, 2, 3, 4].flatMap((version) =>
    items.map((uid, i) => {
      if (i % 2 === 0) {
        if (version > 1) stack.entries.save('article', { title: `A${i}.${version}` }, { uid })
        return stack.entries.publish(uid)
      }
      const file = Buffer.from(`${i}.${version}`)
      if (version > 1) stack.assets.save({ filename: `${i}.txt`, type: 'text/plain', file }, { uid })
      return stack.assets.publish(uid)
    }),
  )
  const sent = await stack.send(events, {
    url: 'https://me.example/cms',
    signing: 'hmac',
    fetch: hooks.fetch,
    twice: 0.5,
    order: 'shuffled',
    random: seededRandom(11),
  })
  const { delivered, dead, pending } = await t.settle()
  expect(sent.every((s) => s.status === 202)).toBe(true)
  expect(sent.length).toBeGreaterThan(events.length)
  const newest = new Map<string, number>()
  for (const { input } of delivered as unknown as { input: { uid: string; version: number } }[]) {
    expect(input.version).toBeGreaterThan(newest.get(input.uid) ?? 0)
    newest.set(input.uid, input.version)
  }
  expect([...newest.keys()].toSorted()).toEqual(items.toSorted())
  expect([...newest.values()]).toEqual(items.map(() => 4))
  expect([dead, pending]).toEqual([[], 0])
})
