import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { http, type HttpOptions } from '../../src/index.js'
import { undiciTransport } from '../../src/undici/index.js'
import { until } from '../support/streams.js'
import { opened, posting, TRANSPORTS, wire } from './support.js'

let child: ChildProcess
let port: number
let ca: string
const seen: { path?: string; text?: string; begun?: string }[] = []

beforeAll(async () => {
  child = fork(fileURLToPath(new URL('mockttp-server.mjs', import.meta.url)), { execArgv: [] })
  const started = await new Promise<{ port: number; ca: string }>((resolve, reject) => {
    child.once('exit', () => reject(new Error('mockttp did not start')))
    child.once('message', (message) => resolve(message as never))
  })
  port = started.port
  ca = started.ca
  child.on('message', (message) => seen.push(message as (typeof seen)[number]))
})
afterAll(() => child.disconnect())

const url = (): string => `http://127.0.0.1:${port}`
const bodies = (path: string): string[] => seen.filter((s) => s.path === path).map((s) => s.text!)
const begun = (path: string): number => seen.filter((s) => s.begun === path).length

describe.each(TRANSPORTS)('mockttp and %s', (_, factory) => {
  test('a good answer', async () => {
    seen.length = 0
    await using transport = opened(factory)
    expect(await transport.send(posting(url(), 'keyed', undefined, { url: '/ok' }))).toMatchObject({
      as: 'answered',
      status: 200,
      body: Buffer.from('{"ok":true}'),
    })
    await until(() => bodies('/ok').length === 1)
    expect(bodies('/ok')).toEqual(['{"n":1}'])
  })

  test.each(['/close', '/reset'])('%s: an unsafe effect is sent once, a keyed one twice', async (path) => {
    seen.length = 0
    await using transport = opened(factory)
    for (const [effect, times] of [
      ['unsafe', 1],
      ['keyed', 3],
    ] as const) {
      expect(await transport.send(posting(url(), effect, undefined, { url: path }))).toMatchObject({
        as: 'lost',
      })
      await until(() => bodies(path).length === times)
    }
    // What comes after it shows that nothing else came.
    await transport.send(wire(url(), { url: '/ok' }))
    await until(() => bodies('/ok').length === 1)
    expect(bodies(path)).toEqual(['{"n":1}', '{"n":1}', '{"n":1}'])
  })

  test('no answer at all', async () => {
    seen.length = 0
    await using transport = opened(factory)
    const giving = new AbortController()
    const sent = transport.send(wire(url(), { url: '/never', signal: giving.signal }))
    await until(() => begun('/never') === 1)
    giving.abort()
    expect(await sent).toEqual({ as: 'timed-out', sent: true })
  })
})

describe.each<[string, Pick<HttpOptions, 'transport'>]>([
  ['node:http', {}],
  ['undici', { transport: undiciTransport() }],
])('mockttp over TLS and %s', (_, transport) => {
  test('an issuer that is not known is refused, and one that is given is trusted', async () => {
    const baseUrl = `https://localhost:${port}`
    const strict = http({ name: 'foreign', baseUrl, ...transport })
    expect(await strict.query({ name: 'ok', path: '/ok' }).call()).toMatchObject({
      left: { _tag: 'ConnectFailed', kind: 'permanent' },
    })
    const trusting = http({ name: 'foreign', baseUrl, tls: { ca }, ...transport })
    expect(await trusting.query({ name: 'ok', path: '/ok' }).call()).toMatchObject({ _tag: 'Right' })
    strict.close()
    trusting.close()
  })
})
