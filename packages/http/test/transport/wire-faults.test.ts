import { describe, expect, test } from 'vitest'
import { wireFaults, type WireFault } from '../../src/testing/index.js'
import { opened, raw, send } from '../support/loopback.js'
import { manualClock } from '../support/manual-clock.js'
import { until } from '../support/streams.js'

const GET = 'GET /a?b=c HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n'

describe('a server of wireFaults', () => {
  test('goes by its script first, then by paths, then by what holds otherwise', async () => {
    const status = (n: number): WireFault => ({ as: 'answer', answer: { status: n } })
    await using server = await wireFaults({
      script: [status(201), status(202)],
      paths: { '/a': status(203) },
      otherwise: status(404),
    })
    const got: number[] = []
    for (const path of ['/a', '/b', '/a?x=1', '/b', '/toString'])
      got.push((await send(server.url + path, {})).status)
    expect(got).toEqual([201, 202, 203, 404, 404])
    server.next(status(205), status(206))
    expect((await send(`${server.url}/a`, {})).status).toBe(205)
    server.reset()
    expect((await send(`${server.url}/a`, {})).status).toBe(203)
    expect(server.received).toHaveLength(1)
  })

  test('tells what came: method, path, headers, connection, bytes, and whether that was all', async () => {
    await using server = await wireFaults()
    await send(`${server.url}/a?b=c`, { method: 'PUT', body: 'hellö', headers: { 'x-a': '1' } })
    expect(server.received).toMatchObject([
      {
        method: 'PUT',
        path: '/a?b=c',
        headers: { 'x-a': '1' },
        connection: 1,
        bytes: 6,
        whole: true,
        text: 'hellö',
      },
    ])
    const socket = await opened(server.port, 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n1234')
    await until(() => server.received[1]?.bytes === 4)
    expect(server.received[1]).toMatchObject({ whole: false, text: '1234', connection: 2 })
    expect([server.connections, server.open > 0]).toEqual([2, true])
    socket.destroy()
    await until(() => server.open === 0)
  })

  test.each<[string, WireFault, string | RegExp]>([
    ['reset', { as: 'reset' }, ''],
    ['close', { as: 'close', after: 'head' }, ''],
    ['cut in the head', { as: 'cut', in: 'head', bytes: 12 }, 'HTTP/1.1 200'],
    ['cut in the body', { as: 'cut', in: 'body', bytes: 4 }, /content-length: 11\r\n\r\n\{"ok$/],
    ['garbage', { as: 'garbage', bytes: 'x' }, 'x'],
    ['a bad chunk', { as: 'bad-chunk' }, /chunked\r\n\r\n2\r\n\{"\r\nzz\r\n$/],
    ['a wrong length', { as: 'wrong-length', by: 3 }, /content-length: 14\r\n\r\n\{"ok":true\}$/],
    [
      'an answer without a frame',
      { as: 'answer', answer: { framed: false, body: 'abc', status: 418 } },
      /^HTTP\/1\.1 418 I'm a Teapot\r\n.*connection: close\r\n\r\nabc$/s,
    ],
  ])('sends %s as it is', async (_, fault, expected) => {
    await using server = await wireFaults({ otherwise: fault })
    const got = await raw(server.port, GET)
    if (typeof expected === 'string') expect(got).toBe(expected)
    else expect(got).toMatch(expected)
  })

  test('sends interim answers, and a second answer that nobody asked for', async () => {
    await using server = await wireFaults({
      script: [
        { as: 'interim', statuses: [103], answer: { framed: false, body: 'a' } },
        { as: 'twice', answer: { body: 'a' }, second: { framed: false, body: 'b' } },
      ],
    })
    expect(await raw(server.port, GET)).toMatch(
      /^HTTP\/1\.1 103 Interim\r\n\r\nHTTP\/1\.1 200 OK.*\r\n\r\na$/s,
    )
    const socket = await opened(server.port, GET)
    let text = ''
    socket.on('data', (piece) => (text += String(piece)))
    await until(() => text.endsWith('b'))
    expect(text.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2)
    socket.destroy()
  })

  test('waits by the clock that it was given, and no timer outlives a connection', async () => {
    const clock = manualClock()
    await using server = await wireFaults({
      paths: { '/slow': { as: 'slow', ms: 1_000 }, '/drip': { as: 'drip', in: 'body', everyMs: 10 } },
      clock,
    })
    let slow: number | undefined
    const sent = send(`${server.url}/slow`, {}).then((answer) => (slow = answer.status))
    await until(() => clock.pending === 1)
    clock.advance(999)
    expect(slow).toBeUndefined()
    clock.advance(1)
    await sent
    const socket = await opened(server.port, GET.replace('/a', '/drip'))
    await until(() => clock.pending === 1)
    socket.destroy()
    await until(() => clock.pending === 0)
  })

  test('closing ends what is under way, and nothing listens any more', async () => {
    const server = await wireFaults({ otherwise: { as: 'black-hole' } })
    const sent = send(server.url, {})
    const failed = expect(sent).rejects.toThrow()
    await until(() => server.received.length === 1)
    await server.close()
    await failed
    await expect(send(server.url, {})).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })
})
