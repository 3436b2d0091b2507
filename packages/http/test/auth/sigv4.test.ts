import { createHash, createHmac } from 'node:crypto'
import { afterEach, expect, test } from 'vitest'
import { systemClock, type Clock } from '@xconnector/core'
import { http, type Auth, type AuthCall } from '../../src/index.js'
import { httpServer } from '../support/loopback.js'

// AWS Signature Version 4 by the `Auth` port alone: what a user would write.

const hash = (what: string | Uint8Array): string => createHash('sha256').update(what).digest('hex')
const mac = (key: string | Buffer, what: string): Buffer => createHmac('sha256', key).update(what).digest()

const sigV4 = (options: {
  readonly id: string
  readonly secret: string
  readonly region: string
  readonly service: string
}): Auth => ({
  headers: ['authorization', 'x-amz-date'],
  credentials: () => ({ headers: {}, secrets: [] }),
  sign({ method, url, body }, _config, { clock }) {
    if (body === 'stream') throw new TypeError('a stream cannot be signed')
    const time = new Date(clock.now()).toISOString().replaceAll(/[-:]|\.\d{3}/g, '')
    const scope = [time.slice(0, 8), options.region, options.service, 'aws4_request'].join('/')
    const query = [...url.searchParams]
      .map(([k, v]) => `${encodeURIComponent(k)}=${encodeURIComponent(v)}`)
      .sort()
      .join('&')
    const signedHeaders = 'host;x-amz-date'
    const canonical = [
      method,
      url.pathname,
      query,
      `host:${url.host}\nx-amz-date:${time}\n`,
      signedHeaders,
      hash(body ?? ''),
    ].join('\n')
    const toSign = ['AWS4-HMAC-SHA256', time, scope, hash(canonical)].join('\n')
    const key = scope.split('/').reduce<string | Buffer>((k, part) => mac(k, part), `AWS4${options.secret}`)
    const signature = mac(key, toSign).toString('hex')
    return {
      headers: {
        'x-amz-date': time,
        authorization: `AWS4-HMAC-SHA256 Credential=${options.id}/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`,
      },
      secrets: [options.secret, signature],
    }
  },
})

const auth = sigV4({
  id: 'AKIDEXAMPLE',
  secret: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  region: 'us-east-1',
  service: 'service',
})

const signatureOf = async (method: string, url: string): Promise<string | undefined> => {
  const call = { clock: { now: () => Date.UTC(2015, 7, 30, 12, 36) } } as AuthCall
  const { headers } = await auth.sign!({ method, url: new URL(url), headers: {}, body: undefined }, {}, call)
  return /Signature=(\w+)$/.exec(headers['authorization']!)?.[1]
}

// The cases of that name in AWS's published test suite.
test.each([
  ['get-vanilla', 'GET', '/', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
  ['post-vanilla', 'POST', '/', '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
])('%s', async (_, method, path, signature) => {
  expect(await signatureOf(method, `https://example.amazonaws.com${path}`)).toBe(signature)
})

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

test('each time on the wire has a date of its own', async () => {
  const dates: unknown[] = []
  const server = await httpServer((req, res) => {
    dates.push(req.headers['x-amz-date'])
    res.writeHead(dates.length === 1 ? 503 : 200).end('{}')
  })
  let now = Date.UTC(2015, 7, 30, 12, 36)
  const clock: Clock = {
    ...systemClock,
    now: () => now,
    sleep() {
      now += 1_000
      return Promise.resolve()
    },
  }
  const client = http({ name: 'aws', baseUrl: server.url, auth, ports: { clock } })
  closing.push(
    () => client.close(),
    () => server[Symbol.asyncDispose](),
  )
  await client.query({ name: 'q', path: '/' }).run()
  expect(dates).toEqual(['20150830T123600Z', '20150830T123601Z'])
})
