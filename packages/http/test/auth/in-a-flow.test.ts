import { afterEach, expect, test } from 'vitest'
import { byKind, deadLetter, flow, retry } from '@xconnector/core'
import { testFlow } from '@xconnector/core/testing'
import { clientCredentials, http, json } from '../../src/index.js'
import { oauthServer } from '../support/oauth-server.js'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

test('an authorization server that is down for a while delays messages, and loses none', async () => {
  const server = await oauthServer({ expiresIn: 3600 })
  const client = http({
    name: 'api',
    baseUrl: server.url,
    auth: clientCredentials({
      tokenEndpoint: `${server.url}/token`,
      client: { id: 'c1', secret: 's3cret' },
    }),
  })
  closing.push(
    () => client.close(),
    () => server[Symbol.asyncDispose](),
  )
  const put = client.target({
    name: 'put',
    method: 'PUT',
    path: '/',
    body: json<{ n: number }>(),
    effect: 'idempotent',
  })
  const send = flow('send').input<{ n: number }>().to(put)
  const tested = testFlow(send.otherwise(byKind({ transient: retry({ upTo: '1h' }).orElse(deadLetter()) })))
  for (let i = 0; i < 6; i++) server.odd.push({ status: 503, body: '{}' })
  const reports = []
  for (let n = 0; n < 5; n++) reports.push(await tested.send({ n }))
  const last = reports.at(-1)!
  expect(last.dead).toEqual([])
  expect(last.pending).toBe(0)
  expect(server.called.map((c) => c.body).sort()).toEqual([0, 1, 2, 3, 4].map((n) => `{"n":${n}}`))
  expect(server.asked.length).toBeLessThan(12)
})

test('a client that is refused for good makes dead letters that say why, without the secret', async () => {
  const server = await oauthServer()
  const client = http({
    name: 'api',
    baseUrl: server.url,
    auth: clientCredentials({
      tokenEndpoint: `${server.url}/token`,
      client: { id: 'c1', secret: 'pl4nted-secret' },
    }),
  })
  closing.push(
    () => client.close(),
    () => server[Symbol.asyncDispose](),
  )
  server.odd.push({
    status: 401,
    body: '{"error":"invalid_client","error_description":"not pl4nted-secret"}',
  })
  const get = client.target({ name: 'put', method: 'PUT', path: '/', effect: 'idempotent' })
  const send = flow('send').input<void>().to(get)
  const report = await testFlow(send.otherwise(byKind())).send(undefined)
  expect(report.dead).toHaveLength(1)
  const text = JSON.stringify(report.dead)
  expect(text).toContain('Unauthorized')
  expect(text).toContain('invalid_client')
  expect(text).not.toContain('pl4nted')
})
