import { inspect } from 'node:util'
import { config, flow, secret, Secret, byKind } from '@xconnector/core'
import { testFlow } from '@xconnector/core/testing'
import { expect, test } from 'vitest'
import { http, json } from '../../src/index.js'
import { httpServer } from '../support/loopback.js'

// The URL of a chat's incoming webhook: whoever knows it may post.
const TOKEN = 'canary-XyZ0123456789'
const KEY = 'canary-key-987654321'
const env = config({ CHAT_URL: secret }, {})
const chat = http({ name: 'chat', baseUrl: env.CHAT_URL })
const say = chat.target({
  name: 'say',
  method: 'POST',
  path: '',
  body: json<{ text: string }>(),
  effect: 'idempotent',
})
const lines = flow('lines').input<{ text: string }>().to(say).otherwise(byKind())

test.each([
  '/hooks/T0/canary-XyZ0123456789',
  `/hooks/${TOKEN}/`,
  `/v1/messages?key=${KEY}&thread=a%20b`,
  '',
  '/',
])('an empty path is the secret base URL itself: %s', async (place) => {
  const seen: (string | undefined)[] = []
  await using server = await httpServer((req, res) => {
    seen.push(req.url)
    res.writeHead(204).end()
  })
  await using t = testFlow(lines, { config: { CHAT_URL: server.url + place } })
  const { pending, dead } = await t.send({ text: 'hello' })
  expect([seen, pending, dead]).toEqual([[place === '' ? '/' : place], 0, []])
})

test('the query of a secret base URL goes with every call, before its own', async () => {
  const seen: (string | undefined)[] = []
  await using server = await httpServer((req, res) => {
    seen.push(req.url)
    res.end('{}')
  })
  const client = http({ name: 'chat', baseUrl: new Secret(`${server.url}/v1?key=${KEY}`) })
  await client.query({ name: 'rooms', path: '/rooms', query: { page: 2 } }).run()
  await client.query({ name: 'room', path: '/rooms/:id' }).run({ id: 'a/b' })
  expect(seen).toEqual([`/v1/rooms?key=${KEY}&page=2`, `/v1/rooms/a%2Fb?key=${KEY}`])
})

test('a secret base URL is shown by nothing but its host, whatever the answer echoes', async () => {
  await using server = await httpServer((req, res) => {
    res
      .writeHead(404, { 'content-type': 'text/plain' })
      .end(`Cannot POST ${req.url}: no hook ${TOKEN}, ${KEY}`)
  })
  await using t = testFlow(lines, { config: { CHAT_URL: `${server.url}/hooks/T0/${TOKEN}?key=${KEY}` } })
  const { dead } = await t.send({ text: 'hello' })
  expect(dead).toMatchObject([
    { error: { _tag: 'NotFound', path: '/', message: expect.stringMatching(/^POST \/ of/) } },
  ])
  const [shown] = await t.runtime.deadLetters.dryRun([dead[0]!.id])
  expect(shown!.sends).toMatchObject({ url: expect.stringContaining(`${server.url}/[redacted]`) })
  expect(inspect([dead, shown], { depth: null }) + JSON.stringify([dead, shown])).not.toContain('canary')
})

test.each([
  ['no URL at all', `canary`],
  ['credentials in it', `https://user:canary@chat.test/`],
  ['plain http to another machine', 'http://chat.test/canary'],
])('a secret base URL with %s is refused without being quoted', (_, url) => {
  const thrown = (): unknown => http({ name: 'chat', baseUrl: new Secret(url) })
  expect(thrown).toThrow(/^http "chat" baseUrl: /)
  expect(thrown).not.toThrow(/canary/)
})

test('only a secret may have a query, and what is no URL is refused', () => {
  expect(() => http({ name: 'chat', baseUrl: 'https://chat.test/?key=a' })).toThrow(/no query/)
  expect(() => http({ name: 'chat', baseUrl: undefined as never })).toThrow(/expected an http or https URL/)
})
