import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { systemClock, type Clock } from '@xconnector/core'
import { http, json, type HttpOptions } from '../../src/index.js'
import { httpServer, tcpServer } from '../support/loopback.js'
import { manualClock } from '../support/manual-clock.js'

// Its quick retries do not wait; all else is the platform's.
const hasty: Clock = { ...systemClock, sleep: () => Promise.resolve() }

const clientOf = (url: string, options: Partial<HttpOptions> = {}) => {
  const client = http({ name: 'site', baseUrl: url, ports: { clock: hasty }, ...options })
  const body = json<{ n: number }>()
  const common = { method: 'POST', path: '/things', body, response: z.object({ n: z.number() }) } as const
  return {
    unsafe: client.target({ name: 'unsafe', ...common, effect: 'unsafe' }),
    keyed: client.target({ name: 'keyed', ...common, effect: 'keyed' }),
    idempotent: client.target({ name: 'idempotent', ...common, effect: 'idempotent' }),
    get: client.query({ name: 'get', path: '/things', response: z.object({ n: z.number() }) }),
    close: () => client.close(),
  }
}

const OK = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 7\r\n\r\n{"n":1}'
const CUT = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"n"'

describe('a connection that dies after the request was read', () => {
  test.each([
    ['reset', (s: Socket) => s.resetAndDestroy()],
    ['closed', (s: Socket) => s.end()],
    ['closed within the answer', (s: Socket) => s.end(CUT)],
    ['answered with noise', (s: Socket) => s.end('POTATO\r\n\r\n')],
  ])('%s: an unsafe target sends exactly once, the others twice at most', async (_, fault) => {
    await using server = await tcpServer(fault)
    const { unsafe, keyed, idempotent, get, close } = clientOf(server.url)
    expect(await unsafe.call({ n: 1 })).toMatchObject({
      _tag: 'Left',
      left: { _tag: 'OutcomeUnknown', kind: 'unknown' },
    })
    expect(server.requests).toHaveLength(1)
    for (const step of [keyed, idempotent, get]) {
      server.requests.length = 0
      const result = await step.call({ n: 1 } as never)
      expect(result).toMatchObject({ left: { _tag: 'ConnectionLost', kind: 'transient' } })
      expect(server.requests).toHaveLength(2)
    }
    close()
  })

  test('the second attempt is the first one again: the same key, the same body', async () => {
    await using server = await tcpServer((socket) => {
      if (server.requests.length === 1) socket.resetAndDestroy()
      else socket.end(OK)
    })
    const { keyed, close } = clientOf(server.url)
    expect(await keyed.run({ n: 1 }, { key: 'k1' })).toEqual({ n: 1 })
    const [first, second] = server.requests
    expect(second).toBe(first)
    expect(first).toContain('"k1"')
    expect(first).toMatch(/\r\n\r\n\{"n":1\}$/)
    close()
  })

  test('the wire sees at most two attempts for each of core', async () => {
    await using server = await tcpServer((socket) => socket.resetAndDestroy())
    const { keyed, close } = clientOf(server.url, { destination: { circuit: false } })
    for (let i = 0; i < 5; i++) await keyed.call({ n: 1 })
    expect(server.requests).toHaveLength(10)
    close()
  })

  test('while its destination is parked nothing is sent again', async () => {
    await using server = await tcpServer((socket) => socket.resetAndDestroy())
    const client = http({ name: 'site', baseUrl: server.url, ports: { clock: hasty } })
    const get = client.query({ name: 'get', path: '/' })
    const leave = (await client.destination.gate(hasty).enter(undefined, 'now')) as (seen: object) => void
    const call = get.call()
    leave({ as: 'refused', retryAt: hasty.now() + 60_000 })
    await call
    expect(server.requests).toHaveLength(1)
    client.close()
  })
})

test('a request without a body has no content type', async () => {
  await using server = await tcpServer((socket) => socket.end(OK))
  const client = http({ name: 'site', baseUrl: server.url })
  await client.target({ name: 'post', method: 'POST', path: '/', effect: 'unsafe' }).run()
  expect(server.requests).toEqual([expect.not.stringMatching(/content-type/i)])
  client.close()
})

describe('what was never sent', () => {
  test('a closed port is ConnectFailed, transient, even for an unsafe target', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as AddressInfo
    await new Promise((resolve) => server.close(resolve))
    const { unsafe } = clientOf(`http://127.0.0.1:${port}`)
    expect(await unsafe.call({ n: 1 })).toMatchObject({
      left: { _tag: 'ConnectFailed', kind: 'transient', code: 'ECONNREFUSED', scope: 'destination' },
    })
  })

  test('a name that does not resolve is ConnectFailed', async () => {
    const { unsafe } = clientOf('https://nowhere.invalid')
    expect(await unsafe.call({ n: 1 })).toMatchObject({ left: { _tag: 'ConnectFailed', kind: 'transient' } })
  })

  test('a TLS handshake that breaks is ConnectFailed: the request was not sent yet', async () => {
    await using server = await tcpServer(() => {})
    const plain = await httpServer((_, res) => res.end())
    const { unsafe, close } = clientOf(plain.url.replace('http:', 'https:'))
    expect(await unsafe.call({ n: 1 })).toMatchObject({ left: { _tag: 'ConnectFailed', kind: 'permanent' } })
    close()
    await plain[Symbol.asyncDispose]()
    expect(server.requests).toEqual([])
  })
})

describe('time', () => {
  test('a remote that never answers: TimedOut at the timeout, by the clock that was given', async () => {
    const clock = manualClock()
    await using server = await tcpServer(() => {})
    const { unsafe, get, close } = clientOf(server.url, { timeout: '5s', ports: { clock } })
    const unsure = unsafe.call({ n: 1 })
    await until(() => server.requests.length === 1)
    clock.advance(5_000)
    expect(await unsure).toMatchObject({ left: { _tag: 'OutcomeUnknown' } })
    const read = get.call()
    await until(() => server.requests.length === 2)
    clock.advance(5_000)
    expect(await read).toMatchObject({ left: { _tag: 'TimedOut', kind: 'transient', durationMs: 5_000 } })
    expect(clock.pending).toBe(0)
    close()
  })

  test('a timer that fires before the clock says so does not make a sent request an unsent one', async () => {
    const clock = manualClock()
    const start = clock.now()
    await using server = await tcpServer(() => {})
    const { unsafe, close } = clientOf(server.url, {
      timeout: '5s',
      ports: { clock: { ...clock, now: () => start } },
    })
    const call = unsafe.call({ n: 1 })
    await until(() => server.requests.length === 1)
    clock.advance(5_000)
    expect(await call).toMatchObject({ left: { _tag: 'OutcomeUnknown' } })
    close()
  })

  test('a body that drips does not outlive the deadline', async () => {
    const clock = manualClock()
    let drops = 0
    await using server = await tcpServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n')
      const drip = setInterval(() => {
        drops++
        socket.write(' ')
        clock.advance(100)
      }, 1)
      socket.on('close', () => clearInterval(drip))
    })
    const { get, close } = clientOf(server.url, { timeout: '1s', ports: { clock } })
    expect(await get.call()).toMatchObject({ left: { _tag: 'TimedOut', durationMs: 1_000 } })
    expect(drops).toBeLessThan(20)
    close()
  })

  test('time up before a connection stood: nothing was sent, transient even when unsafe', async () => {
    const clock = manualClock()
    // One connection in use, and no second one allowed: the request waits inside the agent.
    const { default: axios } = await import('axios')
    const { Agent } = await import('node:http')
    const agent = new Agent({ maxSockets: 1, keepAlive: true })
    await using server = await tcpServer(() => {})
    const own = axios.create({ httpAgent: agent })
    const { unsafe } = clientOf(server.url, { timeout: '1s', ports: { clock }, axios: own })
    const first = unsafe.call({ n: 1 })
    await until(() => server.requests.length === 1)
    const second = unsafe.call({ n: 2 })
    await turns()
    clock.advance(1_000)
    expect(await first).toMatchObject({ left: { _tag: 'OutcomeUnknown' } })
    expect(await second).toMatchObject({ left: { _tag: 'TimedOut', kind: 'transient' } })
    expect(server.requests).toHaveLength(1)
    agent.destroy()
  })

  test('a call that waits for a parked destination ends with its time, and was never sent', async () => {
    const clock = manualClock()
    const client = http({ name: 'site', baseUrl: 'http://127.0.0.1:1', ports: { clock } })
    const leave = (await client.destination.gate(clock).enter(undefined, 'now')) as (seen: object) => void
    leave({ as: 'refused', retryAt: clock.now() + 3_600_000 })
    const call = client.query({ name: 'get', path: '/' }).call(undefined, { timeout: '10s' })
    await turns()
    clock.advance(10_000)
    expect(await call).toMatchObject({ left: { _tag: 'TimedOut', kind: 'transient', durationMs: 10_000 } })
  })

  test('where it fails when parked, it is CircuitOpen', async () => {
    const clock = manualClock()
    const client = http({
      name: 'site',
      baseUrl: 'http://127.0.0.1:1',
      ports: { clock },
      destination: { whenParked: 'fail' },
    })
    const leave = (await client.destination.gate(clock).enter(undefined, 'now')) as (seen: object) => void
    leave({ as: 'refused', retryAt: clock.now() + 1_000 })
    const result = await client.query({ name: 'get', path: '/' }).call()
    expect(result).toMatchObject({ left: { _tag: 'CircuitOpen' } })
  })

  test("the caller's own signal rejects with its reason, and the request ends", async () => {
    await using server = await tcpServer(() => {})
    const { get, close } = clientOf(server.url)
    const controller = new AbortController()
    const call = get.call(undefined, { signal: controller.signal })
    await until(() => server.requests.length === 1)
    controller.abort(new Error('enough'))
    await expect(call).rejects.toThrow('enough')
    close()
  })

  test('a hint of 35 days parks for 30 and sends nothing at once', async () => {
    await using server = await tcpServer((socket) =>
      socket.end('HTTP/1.1 503 No\r\nretry-after: 3024000\r\ncontent-length: 0\r\n\r\n'),
    )
    const clock = manualClock()
    const { get, close } = clientOf(server.url, { ports: { clock } })
    expect(await get.call()).toMatchObject({
      left: { _tag: 'Unavailable', retryAt: clock.now() + 30 * 86_400_000 },
    })
    expect(server.requests).toHaveLength(1)
    close()
  })
})

test('sixty-four calls at once share kept-alive connections', async () => {
  let connections = 0
  await using server = await httpServer((req, res) => {
    if (req.socket.listenerCount('mark') === 0) {
      connections++
      req.socket.on('mark', () => {})
    }
    res.setHeader('content-type', 'application/json').end('{"n":1}')
  })
  const { get, close } = clientOf(server.url, { destination: { concurrency: 8 } })
  const all = await Promise.all(Array.from({ length: 64 }, () => get.run()))
  expect([all.length, connections]).toEqual([64, 8])
  close()
})

const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}

const turns = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve))
}
