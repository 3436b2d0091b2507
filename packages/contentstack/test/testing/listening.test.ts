import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { byKind, createRuntime, flow, memoryJournal, silentLogger } from '@xconnector/core'
import { ingress } from '@xconnector/http'
import { contentstack } from '../../src/index.js'
import { fakeStack } from '../../src/testing/index.js'
import { until } from '../support/scene.js'

test('events go over the network to an ingress on a server, which fetches the key from the stack', async () => {
  const stack = fakeStack({ contentTypes: ['article'] })
  await using listening = await stack.listen()
  const cms = contentstack(listening.settings)
  const hooks = ingress()
  const titles: string[] = []
  const collect = flow('collect')
    .from(cms.webhook(hooks, { path: '/cms', on: 'entry.create' }))
    .map('title', (e) => void titles.push(e.data.entry.title))
    .otherwise(byKind())
  const runtime = createRuntime({ flows: [collect], journal: memoryJournal(), log: silentLogger })
  await runtime.start()
  const server = createServer(hooks.node)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const events = ['A', 'Zoë', 'C'].map((title) => stack.entries.save('article', { title }))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/cms`
  const sent = await stack.send(events, { url, concurrency: 2, twice: true })
  await until(() => titles.length === 3)
  await runtime.stop()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  expect(sent.map((s) => s.status)).toEqual([202, 202, 202, 202, 202, 202])
  expect(titles.toSorted()).toEqual(['A', 'C', 'Zoë'])
})

test('a webhook that nobody takes has no status', async () => {
  const stack = fakeStack({ contentTypes: ['article'] })
  const event = stack.entries.save('article', { title: 'A' })
  const sent = await stack.send([event], { url: 'http://127.0.0.1:1/', signing: 'hmac' })
  expect(sent).toEqual([{ event, status: 0, tries: 1 }])
})

test('a server that is closed ends requests that hang', async () => {
  const stack = fakeStack({ contentTypes: ['article'] })
  const server = await stack.listen()
  stack.fail({ with: 'hang' })
  const asked = fetch(`${server.url}/v3/content_types`).then(
    () => 'answered',
    () => 'broken',
  )
  await until(() => stack.log.length === 1)
  await server.close()
  expect(await asked).toBe('broken')
})

test('once a stack listens its files are there', async () => {
  const stack = fakeStack()
  const file = { filename: 'a b.txt', type: 'text/plain', file: Buffer.from('text') }
  const urlOf = (event: ReturnType<typeof stack.assets.save>): string =>
    (event.bodies.full as unknown as { data: { asset: { url: string } } }).data.asset.url
  expect(urlOf(stack.assets.save(file))).toMatch(/^https:\/\/images\.contentstack\.io\/v3\/assets\//)
  await using server = await stack.listen()
  const url = urlOf(stack.assets.save(file))
  const response = await fetch(url)
  expect([url.startsWith(server.url), await response.text(), response.headers.get('content-type')]).toEqual([
    true,
    'text',
    'text/plain',
  ])
})
