import { createServer, type AddressInfo, type Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { wireFaults } from '../../src/testing/index.js'
import { manualClock } from '../support/manual-clock.js'
import { until } from '../support/streams.js'
import { opened, posting, TRANSPORTS, wire } from './support.js'

const turns = async (n = 30): Promise<void> => {
  for (let i = 0; i < n; i++) await new Promise((resolve) => setImmediate(resolve))
}

describe.each(TRANSPORTS)('over %s', (_, factory) => {
  test('one connection serves one call after the other', async () => {
    await using server = await wireFaults()
    await using transport = opened(factory)
    for (let i = 0; i < 5; i++) {
      await transport.send(posting(server.url, 'keyed'))
      await turns()
    }
    expect([server.received.length, server.connections]).toEqual([5, 1])
  })

  test('no more than so many to one host', async () => {
    await using server = await wireFaults()
    await using transport = opened(factory, {
      connections: { perHost: 2, maxAgeMs: 60_000, idleMs: 4_000 },
    })
    await Promise.all(Array.from({ length: 12 }, () => transport.send(wire(server.url))))
    expect([server.received.length, server.connections]).toEqual([12, 2])
  })

  test('a call that waits for a connection can be given up: it was not sent, and the next one is', async () => {
    await using server = await wireFaults({ script: [{ as: 'black-hole' }] })
    await using transport = opened(factory, {
      connections: { perHost: 1, maxAgeMs: 60_000, idleMs: 4_000 },
    })
    const [first, second] = [new AbortController(), new AbortController()]
    const stuck = transport.send(wire(server.url, { signal: first.signal }))
    await until(() => server.received.length === 1)
    const waiting = transport.send(posting(server.url, 'unsafe', undefined, { signal: second.signal }))
    await turns()
    second.abort()
    expect(await waiting).toEqual({ as: 'timed-out', sent: false })
    first.abort()
    expect(await stuck).toEqual({ as: 'timed-out', sent: true })
    expect(await transport.send(wire(server.url, { url: '/next' }))).toMatchObject({ as: 'answered' })
    expect(server.received.map((r) => r.path)).toEqual(['/things', '/next'])
  })

  test('one that is old is not used again, so that a change of DNS is seen', async () => {
    const clock = manualClock()
    await using server = await wireFaults()
    await using transport = opened(factory, {
      clock,
      connections: { perHost: 1, maxAgeMs: 60_000, idleMs: 4_000 },
    })
    const connections: number[] = []
    for (const wait of [0, 59_000, 2_000, 0, 0]) {
      clock.advance(wait)
      await transport.send(wire(server.url))
      await turns()
      connections.push(server.received.at(-1)!.connection)
    }
    // Some learn of an age when they send, and some when they have been answered.
    expect(connections[1]).toBe(1)
    expect(connections.at(-1)).toBe(2)
  })

  test('one that is not used is closed after a while', async () => {
    const open = new Set<Socket>()
    const server = createServer((socket) => {
      open.add(socket)
      socket.on('close', () => open.delete(socket)).on('error', () => {})
      socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    await using transport = opened(factory, {
      connections: { perHost: 1, maxAgeMs: 60_000, idleMs: 20 },
    })
    await transport.send(wire(`http://127.0.0.1:${port}`))
    expect(open.size).toBe(1)
    await until(() => open.size === 0)
    await new Promise((resolve) => server.close(resolve))
  })

  test('one that the server closes while it is idle costs nobody a call', async () => {
    await using server = await wireFaults({ otherwise: { as: 'idle-close', ms: 0 } })
    await using transport = opened(factory)
    for (let i = 0; i < 10; i++) {
      expect(await transport.send(posting(server.url, 'unsafe'))).toMatchObject({ as: 'answered' })
      await until(() => server.open === 0)
    }
    expect([server.received.length, server.connections]).toEqual([10, 10])
  })

  test('one that it closes just then: what is called never sent was not received', async () => {
    await using server = await wireFaults({ otherwise: { as: 'idle-close', ms: 0 } })
    await using transport = opened(factory)
    const once = { mayRepeat: () => false }
    for (let i = 0; i < 60; i++) {
      const exchange = await transport.send(
        posting(server.url, 'unsafe', undefined, { ...once, url: `/${i}` }),
      )
      const came = server.received.some((r) => r.path === `/${i}`)
      if (exchange.as === 'never-sent') expect(came).toBe(false)
      else if (exchange.as === 'answered') expect(came).toBe(true)
      else expect(exchange).toMatchObject({ as: 'lost' })
    }
    const paths = server.received.map((r) => r.path)
    expect(new Set(paths).size).toBe(paths.length)
  })

  test.each(['with the answer', 'later'])(
    'an answer that nobody asked for, %s, is not taken for that of the next call',
    async (when) => {
      const clock = manualClock()
      const second = { body: 'STALE' }
      await using server = await wireFaults({
        paths: { '/first': { as: 'twice', second, ...(when === 'later' && { ms: 50 }) } },
        otherwise: { as: 'answer', answer: { body: 'right' } },
        clock,
      })
      await using transport = opened(factory)
      for (let i = 0; i < 5; i++) {
        const first = await transport.send(wire(server.url, { url: '/first' }))
        expect(first).toMatchObject({ as: 'answered', body: Buffer.from('{"ok":true}') })
        await turns()
        clock.advance(50)
        await turns()
        expect(await transport.send(wire(server.url, { url: '/next' }))).toMatchObject({
          as: 'answered',
          body: Buffer.from('right'),
        })
      }
    },
  )

  test('closing lets what is under way finish, and calls afterwards open new ones', async () => {
    await using server = await wireFaults({ script: [{ as: 'answer' }, { as: 'slow', ms: 10 }] })
    await using transport = opened(factory)
    await transport.send(wire(server.url))
    const slow = transport.send(wire(server.url))
    await until(() => server.received.length === 2)
    transport.close()
    expect(await slow).toMatchObject({ as: 'answered' })
    expect(await transport.send(wire(server.url))).toMatchObject({ as: 'answered' })
  })

  test('given up before it began: nothing is sent', async () => {
    await using server = await wireFaults()
    await using transport = opened(factory)
    expect(await transport.send(wire(server.url, { signal: AbortSignal.abort() }))).toEqual({
      as: 'timed-out',
      sent: false,
    })
    expect(server.connections).toBe(0)
  })
})
