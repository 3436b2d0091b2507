import { createServer } from 'node:http'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, test } from 'vitest'
import { failure, systemClock, type Clock } from '@xconnector/core'
import { bytes, http, json, type Auth, type HttpOptions } from '../../src/index.js'
import { httpServer, tcpServer } from '../support/loopback.js'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

const hasty: Clock = { ...systemClock, sleep: () => Promise.resolve() }

/** Gives `t1`, `t2`, …: another one after each refusal. */
const counting = (more: Partial<Auth> = {}): Auth & { readonly refused: string[] } => {
  const refused: string[] = []
  return {
    headers: ['authorization'],
    refused,
    credentials: () => ({
      headers: { authorization: `Bearer t${refused.length + 1}` },
      secrets: [`t${refused.length + 1}`],
    }),
    renew(credentials) {
      refused.push(credentials.headers['authorization']!)
      return true
    },
    ...more,
  }
}

/** An API that answers by the token that it was sent. */
const apiOf = async (
  auth: Auth,
  answer: (token: string, n: number) => number,
  more: Partial<HttpOptions> = {},
) => {
  const seen: {
    readonly token: string
    readonly body: string
    readonly key: unknown
    readonly status: number
  }[] = []
  const server = await httpServer((req, res) => {
    const token = (req.headers.authorization ?? '').replace('Bearer ', '')
    void text(req).then((body) => {
      const status = answer(token, seen.length)
      seen.push({ token, body, key: req.headers['idempotency-key'], status })
      if (status === 0) return void req.socket.destroy()
      res.writeHead(status, { 'content-type': 'application/json' }).end('{"ok":true}')
    })
  })
  const client = http({ name: 'api', baseUrl: server.url, auth, ports: { clock: hasty }, ...more })
  closing.push(
    () => client.close(),
    () => server[Symbol.asyncDispose](),
  )
  const common = { method: 'POST', path: '/', body: json<object>() } as const
  return {
    seen,
    client,
    unsafe: client.target({ name: 'unsafe', ...common, effect: 'unsafe' }),
    keyed: client.target({ name: 'keyed', ...common, effect: 'keyed' }),
    query: client.query({ name: 'query', path: '/' }),
  }
}

const second = (token: string): number => (token === 't1' ? 401 : 200)

describe('after a 401 the call is sent once more', () => {
  test('with the same body and the same key', async () => {
    const { seen, keyed } = await apiOf(counting(), second)
    await keyed.run({ n: 1 }, { key: 'k1' })
    expect(seen).toEqual([
      { token: 't1', body: '{"n":1}', key: '"k1"', status: 401 },
      { token: 't2', body: '{"n":1}', key: '"k1"', status: 200 },
    ])
  })

  test('an upload too: its stream is opened anew', async () => {
    const { seen, client } = await apiOf(counting(), second)
    let opened = 0
    const put = client.target({
      name: 'put',
      method: 'PUT',
      path: '/',
      effect: 'unsafe',
      body: bytes((size: number) => {
        opened++
        return { stream: Readable.from([Buffer.alloc(size, 97)], { objectMode: false }), length: size }
      }),
    })
    expect(await put.call(100_000)).toMatchObject({ _tag: 'Right' })
    expect(opened).toBe(2)
    expect(seen.map((s) => [s.token, s.body.length])).toEqual([
      ['t1', 100_000],
      ['t2', 100_000],
    ])
  })

  test('an upload that was answered before its end', async () => {
    let opened = 0
    const destroyed: boolean[] = []
    const server = createServer((req, res) => {
      const refused = req.headers.authorization === 'Bearer t1'
      if (refused) {
        res.writeHead(401, { connection: 'close' }).end()
        return
      }
      req.resume().on('end', () => res.writeHead(200).end('{}'))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as { port: number }
    const client = http({ name: 'api', baseUrl: `http://127.0.0.1:${port}`, auth: counting() })
    closing.push(
      () => client.close(),
      () => server.closeAllConnections(),
      () => new Promise((resolve) => server.close(resolve)),
    )
    const streams: Readable[] = []
    const put = client.target({
      name: 'put',
      method: 'PUT',
      path: '/',
      effect: 'unsafe',
      body: bytes(() => {
        opened++
        const stream = Readable.from(
          (function* () {
            for (let i = 0; i < 200; i++) yield Buffer.alloc(65_536)
          })(),
          { objectMode: false },
        )
        streams.push(stream)
        return { stream }
      }),
    })
    const result = await put.call(undefined)
    for (const s of streams) destroyed.push(s.destroyed)
    // The refusal may be lost to a connection that closes while we write: then there was no 401 to go by.
    if (result._tag === 'Right') expect(opened).toBe(2)
    else expect(result.left).toMatchObject({ _tag: 'ConnectionLost' })
    expect(destroyed.every(Boolean)).toBe(true)
  })

  test('a download too', async () => {
    const { seen, client } = await apiOf(counting(), second)
    const { body } = await client.download({ name: 'd', path: '/' }).run()
    expect(await text(body)).toBe('{"ok":true}')
    expect(seen.map((s) => s.token)).toEqual(['t1', 't2'])
  })

  test('where a client refines the failure of a 401', async () => {
    class Gone extends failure('Gone', 'permanent')<{ status: number }> {}
    const { seen, query } = await apiOf(counting(), second, {
      refine: () => new Gone({ status: 401 }),
    } as never)
    expect(await query.call()).toMatchObject({ _tag: 'Right' })
    expect(seen).toHaveLength(2)
  })
})

describe('the 401 stands', () => {
  test('when the second one is a 401 too: there is no loop', async () => {
    const auth = counting()
    const { seen, unsafe } = await apiOf(auth, () => 401)
    expect(await unsafe.call({})).toMatchObject({ left: { _tag: 'Unauthorized', status: 401 } })
    expect(seen.map((s) => s.token)).toEqual(['t1', 't2'])
    expect(auth.refused).toEqual(['Bearer t1'])
  })

  test.each([
    ['says no', () => false],
    [
      'throws',
      () => {
        throw new Error('pl4nted')
      },
    ],
    ['rejects', () => Promise.reject(new Error('pl4nted'))],
  ])('when the auth %s', async (_, renew) => {
    const { seen, unsafe } = await apiOf(counting({ renew }), () => 401)
    const result = await unsafe.call({})
    expect(result).toMatchObject({ left: { _tag: 'Unauthorized' } })
    expect(JSON.stringify(result)).not.toContain('pl4nted')
    expect(seen).toHaveLength(1)
  })
})

describe('a call is at most twice on the wire', () => {
  test('where the quick retry was used up, there is no second sending, but the auth is told', async () => {
    const auth = counting()
    const { seen, keyed } = await apiOf(auth, (_, n) => (n === 0 ? 503 : 401))
    expect(await keyed.call({})).toMatchObject({ left: { _tag: 'Unauthorized' } })
    expect(seen.map((s) => s.status)).toEqual([503, 401])
    expect(auth.refused).toEqual(['Bearer t1'])
  })

  test('and the second sending has no quick retry', async () => {
    const { seen, keyed } = await apiOf(counting(), (_, n) => (n === 0 ? 401 : 503))
    expect(await keyed.call({})).toMatchObject({ left: { _tag: 'Unavailable' } })
    expect(seen.map((s) => s.status)).toEqual([401, 503])
  })

  test.each(['lost', 503, 401, 429] as const)('whatever comes, such as %s each time', async (fault) => {
    const { seen, keyed, unsafe, query } = await apiOf(counting(), () => (fault === 'lost' ? 0 : fault))
    for (const one of [() => keyed.call({}), () => unsafe.call({}), () => query.call()]) {
      const before = seen.length
      await one()
      expect(seen.length - before).toBeLessThanOrEqual(2)
    }
  })
})

test('the destination hears of the answer, not of the credentials that were not to be had afterwards', async () => {
  let asked = 0
  const auth = counting({
    credentials() {
      if (++asked > 1) throw new Error('pl4nted')
      return { headers: { authorization: 'Bearer t1' }, secrets: [] }
    },
  })
  await using server = await tcpServer((socket) => socket.end('HTTP/1.1 401 U\r\ncontent-length: 0\r\n\r\n'))
  const client = http({ name: 'api', baseUrl: server.url, auth })
  closing.push(() => client.close())
  const result = await client.query({ name: 'q', path: '/' }).call()
  expect(result).toMatchObject({ left: { _tag: 'ConnectFailed', code: 'CREDENTIALS' } })
  expect(server.requests).toHaveLength(1)
})
