import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { manualClock, testFlow } from '@xconnector/core/testing'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { content, contentGateway, published } from '../h5-content-gateway/flow.ts'

// The CMS has one article. Its answers are fresh for a minute.
let down = false
let asked = 0
const cms = createServer((_request, response) => {
  asked++
  const headers = { 'cache-control': 'max-age=60', 'surrogate-key': 'entry-moon', vary: 'accept-language' }
  if (down) response.writeHead(503).end()
  else response.writeHead(200, headers).end('{"title":"Moon landing"}')
}).listen(0, '127.0.0.1')
const config: Record<string, string> = {
  CMS_KEY: 'cms-key',
  CMS_HOOK_SECRET: 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3',
}

beforeAll(async () => {
  if (!cms.listening) await once(cms, 'listening')
  config['CMS_URL'] = `http://127.0.0.1:${(cms.address() as AddressInfo).port}`
})
beforeEach(() => {
  down = false
  asked = 0
})
afterAll(() => {
  cms.close()
  cms.closeAllConnections()
})

/** A front of its own, with an empty cache and a clock that is moved by hand. */
const front = () => {
  const clock = manualClock(Date.now())
  const { fetch } = contentGateway({ clock, config })
  return { clock, moon: () => fetch(new Request('https://www.test/content/articles/moon')) }
}
const minute = 60_000

test('a thousand requests that come at once are one request to the CMS', async () => {
  const { moon } = front()
  const answers = await Promise.all(Array.from({ length: 1000 }, moon))
  const bodies = await Promise.all(answers.map((answer) => answer.text()))
  expect(new Set(bodies)).toEqual(new Set(['{"title":"Moon landing"}']))
  expect(asked).toBe(1)
})

test('while the CMS is down its pages are there for an hour', async () => {
  const { clock, moon } = front()
  const before = await (await moon()).text()
  down = true
  clock.advance(50 * minute)
  const meanwhile = await moon()
  expect([meanwhile.status, await meanwhile.text()]).toEqual([200, before])
  expect(Number(meanwhile.headers.get('age'))).toBeGreaterThanOrEqual(50 * 60)

  clock.advance(20 * minute)
  expect((await moon()).status).toBe(503)
})

test('what the CMS tells of is purged by its tag, and nothing else', async () => {
  const purged: unknown[] = []
  await using t = testFlow(published, {
    config,
    replace: { [content.purge.name]: (what) => void purged.push(what) },
  })
  await t.send({ type: 'published', entry: { id: 'moon' } })
  await t.send({ type: 'withdrawn', entry: { id: 'sun' } })
  const { dead } = await t.send({ type: 'viewed', entry: { id: 'mars' } })
  expect(purged).toEqual([{ tag: 'entry-moon' }, { tag: 'entry-sun' }])
  expect(dead).toMatchObject([{ error: { _tag: 'DecodeFailed' } }])
})
