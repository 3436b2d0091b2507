import { memoryJournal, silentLogger, type DeadLetter, type Health } from '@xconnector/core'
import { fakeStack } from '@xconnector/contentstack/testing'
import { http, HttpResponse, passthrough } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hooks, publish } from '../h1-omnichannel-publish/flow.ts'
import { start } from '../serve.ts'

const stack = fakeStack({ region: 'EU', contentTypes: ['article'] })
for (const system of ['SITE', 'APP', 'PORTAL', 'SIGNAGE', 'PAGER'])
  process.env[`${system}_URL`] = `https://${system.toLowerCase()}.test`
Object.assign(process.env, {
  CS_API_KEY: stack.settings.apiKey,
  SITE_TOKEN: 'site-token',
  APP_KEY: 'app-key',
  PORTAL_TOKEN: 'portal-token',
  SIGNAGE_KEY: 'signage-key',
})

const apis = setupServer(
  http.all('http://127.0.0.1:*/*', () => passthrough()),
  http.all('https://:system.test/*', () => new HttpResponse(null, { status: 204 })),
)
beforeAll(async () => {
  apis.listen({ onUnhandledFrame: 'error' })
  apis.use(...(await stack.handlers()))
})
afterAll(() => apis.close())

test('a flow is served: webhooks come in, operators see what was put aside, and send it again', async () => {
  const refused = () => new HttpResponse(null, { status: 422 })
  apis.use(http.put('https://site.test/*', refused, { once: true }))
  const { runtime, server, url } = await start(
    { flow: publish, hooks },
    { port: 0, journal: memoryJournal(), log: silentLogger },
  )
  const page = async <A>(path: string, method = 'GET'): Promise<A> =>
    (await (await fetch(url + path, { method })).json()) as A
  const rest = async () => {
    while ((await page<Health>('/health')).pending > 0);
  }

  const { uid } = stack.entries.save('article', { title: 'A', url: '/a', teaser: 'a', body: 'A' })
  const [webhook] = await stack.send([stack.entries.publish(uid)], { url: `${url}/hooks/contentstack` })
  expect(webhook!.status).toBe(202)
  await rest()
  expect(await page<DeadLetter[]>('/dead-letters')).toMatchObject([{ hop: 'site', body: { uid } }])

  expect(await page('/replay', 'POST')).toMatchObject([{ as: 'replayed' }])
  await rest()
  expect(await page('/dead-letters')).toEqual([])
  expect((await fetch(`${url}/nowhere`)).status).toBe(404)
  server.close()
  await runtime.stop()
})
