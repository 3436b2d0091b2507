import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import {
  CallContext,
  config,
  createRuntime,
  deadLetter,
  flow,
  memoryJournal,
  Secret,
  secret,
  silentLogger,
  systemClock,
  systemRandom,
  text,
  url,
  uuidv7,
} from '@xconnector/core'
import { apiKey, bearer, http, ingress, sharedToken, standardWebhooks } from '../../src/index.js'
import { fakeIntake } from '../support/fake-intake.js'
import { httpServer } from '../support/loopback.js'
import { manualClock } from '../support/manual-clock.js'
import { NOW, SECRET, signed } from '../support/signed.js'

const env = config({ URL: url, TOKEN: secret, KEY: secret, HEADER: text, HOOK: secret }, {})
const contextOf = (overrides: Readonly<Record<string, string>>): CallContext =>
  new CallContext(
    { clock: systemClock, ids: uuidv7(systemClock, systemRandom), log: silentLogger, config: overrides },
    'f',
    {},
  )

describe('a client from configuration', () => {
  test('reads its URL, credentials and headers when they are needed, from the overrides of the context', async () => {
    const seen: NodeJS.Dict<string | string[]>[] = []
    await using server = await httpServer((req, res) => {
      seen.push(req.headers)
      res.end()
    })
    const client = http({
      name: 'c',
      baseUrl: env.URL,
      auth: bearer(env.TOKEN),
      headers: { 'x-h': env.HEADER },
    })
    const ping = client.query({ name: 'ping', path: '/' })
    const result = await ping.call(undefined, contextOf({ URL: server.url, TOKEN: 't1', HEADER: 'h1' }))
    expect(result._tag).toBe('Right')
    await ping.call(undefined, contextOf({ URL: server.url, TOKEN: 't2', HEADER: 'h2' }))
    expect(seen.map((h) => [h.authorization, h['x-h']])).toEqual([
      ['Bearer t1', 'h1'],
      ['Bearer t2', 'h2'],
    ])
    client.close()
  })

  test('a token may be asked for before each call', async () => {
    const seen: unknown[] = []
    await using server = await httpServer((req, res) => {
      seen.push(req.headers['authorization'])
      res.end()
    })
    let n = 0
    const client = http({
      name: 'c',
      baseUrl: server.url,
      auth: bearer(async () => new Secret(`token-${++n}`)),
    })
    const ping = client.query({ name: 'ping', path: '/' })
    await ping.run()
    await ping.run()
    expect(seen).toEqual(['Bearer token-1', 'Bearer token-2'])
    client.close()
  })

  test('a variable that is missing fails the call, by its name', async () => {
    const client = http({ name: 'c', baseUrl: env.URL })
    expect(await client.query({ name: 'q', path: '/' }).call()).toMatchObject({
      left: { _tag: 'StepFailed', message: expect.stringContaining('URL') },
    })
    const keyed = http({
      name: 'c',
      baseUrl: 'http://127.0.0.1:1',
      auth: apiKey({ header: 'x-k', key: env.KEY }),
    })
    expect(await keyed.query({ name: 'q', path: '/' }).call()).toMatchObject({
      left: { code: 'CREDENTIALS' },
    })
  })

  test.each([
    ['http://shop.example', /URL is wrong, .*plaintext: true/],
    ['https://shop.example/?a=b', /URL is wrong, .*no query/],
  ])('a base URL that no call could be made to is said at start: %s', async (baseUrl, message) => {
    const target = http({ name: 'c', baseUrl: env.URL }).target({
      name: 't',
      method: 'PUT',
      path: '/',
      effect: 'idempotent',
    })
    const runtime = createRuntime({
      flows: [flow('f').input<void>().to(target).otherwise(deadLetter())],
      journal: memoryJournal(),
      config: { URL: baseUrl },
    })
    await expect(runtime.start()).rejects.toThrow(message)
    await expect(runtime.start()).rejects.not.toThrow('a=b')
  })
})

describe('a verifier from configuration', () => {
  test('reads its secret when a runtime starts the webhook', async () => {
    const hooks = ingress()
    const intake = fakeIntake({ clock: manualClock(NOW), config: { HOOK: SECRET } })
    await hooks
      .webhook({ path: '/o', body: z.unknown(), verify: standardWebhooks({ secret: env.HOOK }) })
      .start(intake)
    const send = (headers: Record<string, string>): Promise<Response> =>
      hooks.fetch(new Request('https://x.test/o', { method: 'POST', body: '{}', headers }))
    expect((await send(signed('{}'))).status).toBe(202)
    expect((await send(signed('{} '))).status).toBe(401)
  })

  test.each([
    ['missing', {}, /HOOK/],
    ['blank', { HOOK: ' ' }, /empty text from the variable HOOK/],
    ['too short', { HOOK: 'whsec_YQ==' }, /24 to 64 bytes/],
  ])('a secret that is %s does not let the webhook start', (_, overrides, message) => {
    const hooks = ingress()
    const source = hooks.webhook({
      path: '/o',
      body: z.unknown(),
      verify: standardWebhooks({ secret: env.HOOK }),
    })
    expect(() => source.start(fakeIntake({ config: overrides }))).toThrow(message)
  })

  test('a shared token too', () => {
    const verifier = sharedToken({ header: 'x-t', token: env.TOKEN })
    expect(() => verifier.start!({})).toThrow(/TOKEN/)
    expect(verifier.start!({ TOKEN: 'abc' }).name).toBe('shared-token')
  })
})
