import { PassThrough } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { failure, JournalUnavailable } from '@xconnector/core'
import type { ClaimStore } from '@xconnector/core/patterns'
import { SteadyBody } from '../../src/files/steady-body.js'
import { unsigned } from '../../src/index.js'
import { httpServer, opened, raw, send } from '../support/loopback.js'
import { manualClock } from '../support/manual-clock.js'
import { until } from '../support/streams.js'
import { filed, signedFile } from './filed.js'

const verify = unsigned({ because: 'a test' })
const HEAD = 'POST /files HTTP/1.1\r\nhost: x\r\n'

describe('a sender that is too slow', () => {
  test('for as long as it may say nothing is cut off, and nothing of it is kept', async () => {
    const clock = manualClock()
    await using place = await filed({ verify, idle: '20s' }, { clock })
    await using server = await httpServer(place.hooks.node)
    const answer = raw(server.port, `${HEAD}content-length: 1000000\r\n\r\nabc`)
    await until(() => clock.pending === 1)
    clock.advance(19_999)
    expect(clock.pending).toBe(1)
    clock.advance(1)
    await until(() => clock.pending === 1) // the last moment in which the answer can be read
    clock.advance(1000)
    expect(await answer).toMatch(/^HTTP\/1\.1 408 .*connection: close/is)
    expect([place.intake.got, await place.files()]).toEqual([[], []])
  })

  test('in the mean is cut off, however often it says something', async () => {
    const clock = manualClock()
    const body = new PassThrough()
    const steady = new SteadyBody(body, { idleMs: 20_000, minRate: 100 }, clock)
    const got: unknown[] = []
    while (got.at(-1) !== 'slow') {
      const next = steady.next()
      await until(() => clock.pending === 1)
      clock.advance(5000)
      if (clock.pending === 1) body.write('x'.repeat(50))
      got.push(await next)
    }
    // Four pieces of 50 bytes are two seconds' worth, beside the 20 s that everybody has.
    expect(got.map(String)).toEqual([...Array.from({ length: 4 }, () => 'x'.repeat(50)), 'slow'])
    expect([body.destroyed, clock.pending]).toEqual([false, 0])
  })

  test('a slow store is not the fault of its sender', async () => {
    const clock = manualClock()
    const slow = (store: ClaimStore): ClaimStore => ({
      ...store,
      name: store.name,
      destination: store.destination,
      open: (claim, options) => store.open(claim, options),
      remove: (claim) => store.remove(claim),
      sweep: (age) => store.sweep(age),
      put: (key, open, options) =>
        store.put(
          key,
          async function* () {
            for await (const chunk of (await open()) as AsyncIterable<Uint8Array>) {
              clock.advance(3_600_000)
              yield chunk
            }
          } as never,
          options,
        ),
    })
    await using place = await filed({ verify, idle: '1s' }, { clock }, slow)
    await using server = await httpServer(place.hooks.node)
    const answer = await send(`${server.url}/files`, { headers: {}, body: Buffer.alloc(300_000) })
    expect(answer.status).toBe(202)
  })
})

describe('what is cut short or too long', () => {
  test('leaves nothing behind', async () => {
    await using place = await filed({ verify })
    await using server = await httpServer(place.hooks.node)
    const socket = await opened(server.port, `${HEAD}content-length: 1000000\r\n\r\n${'x'.repeat(200_000)}`)
    let files: readonly string[] = []
    while (files.length === 0) files = await place.files()
    expect(files[0]).toMatch(/\.part$/)
    socket.destroy()
    while (files.length > 0) files = await place.files()
    await until(() => place.intake.said.some((s) => s.message === 'the sender of a request left'))
    expect(place.intake.got).toEqual([])
  })

  test('by its declared length is refused before it is read; in chunks when it is too long', async () => {
    await using place = await filed({ verify, maxBytes: 1000 })
    await using server = await httpServer(place.hooks.node)
    const declared = await raw(server.port, `${HEAD}content-length: 1001\r\nconnection: close\r\n\r\n`)
    expect(declared).toMatch(/^HTTP\/1\.1 413 /)
    const chunks = await raw(
      server.port,
      `${HEAD}transfer-encoding: chunked\r\n\r\n3e9\r\n${'x'.repeat(1001)}\r\n`,
    )
    expect(chunks).toMatch(/^HTTP\/1\.1 413 /)
    expect((await send(`${server.url}/files`, { headers: {}, body: 'x'.repeat(1000) })).status).toBe(202)
    expect((await place.files()).length).toBe(1)
  })

  test.each([
    ['a part of a file', { 'content-range': 'bytes 0-0/2' }, 400],
    ['an encoded file', { 'content-encoding': 'gzip' }, 415],
    ['another media type', { 'content-type': 'text/html' }, 415],
    ['no media type at all, where one is asked for', {}, 415],
    ['what is no media type', { 'content-type': 'pdf' }, 415],
  ])('%s is refused', async (_, headers, status) => {
    await using place = await filed({ verify, types: ['application/pdf', 'Image/*'] })
    await using server = await httpServer(place.hooks.node)
    const answer = await send(`${server.url}/files`, {
      headers,
      body: 'x',
    })
    expect(answer.status).toBe(status)
    if (status === 415) expect(answer.headers['accept-post']).toBe('application/pdf, image/*')
    const image = await send(`${server.url}/files`, {
      headers: { 'content-type': 'image/svg+xml' },
      body: 'x',
    })
    expect(image.status).toBe(202)
  })
})

describe('when something behind the place fails', () => {
  test('a journal that takes nothing: 503, and the file stays to be swept', async () => {
    const answer = (): never => {
      throw new JournalUnavailable('full', 'no space in /var/x')
    }
    await using place = await filed({}, { answer })
    await using server = await httpServer(place.hooks.node)
    const got = await send(`${server.url}/files`, { headers: signedFile('x'), body: 'x' })
    expect([got.status, got.headers['retry-after']]).toEqual([503, '5'])
    expect(got.text).not.toContain('/var/x')
    // Whether the message was stored is not known for sure: a message without its file must not be.
    expect((await place.files()).length).toBe(1)
    await new Promise((resolve) => setImmediate(resolve))
    expect(await place.store.sweep('1h')).toBe(0)
  })

  test('a store that is full: 503 at once, without the rest of the body', async () => {
    const Full = failure('StoreUnavailable', 'transient')
    const put = async (): Promise<never> => {
      throw new Full({ message: 'canary' })
    }
    await using place = await filed(
      { verify },
      {},
      (store) => Object.assign(Object.create(store), { put }) as ClaimStore,
    )
    await using server = await httpServer(place.hooks.node)
    const got = await raw(server.port, `${HEAD}content-length: 100000000\r\n\r\nabc`)
    expect(got).toMatch(/^HTTP\/1\.1 503 .*retry-after: 5/is)
    expect(got).not.toContain('canary')
    expect(place.intake.got).toEqual([])
  })

  test('stopping: what is being uploaded is not accepted, and leaves nothing', async () => {
    await using place = await filed({ verify })
    await using server = await httpServer(place.hooks.node)
    const socket = await opened(server.port, `${HEAD}content-length: 6\r\n\r\nabc`)
    let text = ''
    socket.on('data', (c) => (text += c.toString()))
    while ((await place.files()).length === 0);
    await place.stop()
    socket.write('def')
    await until(() => text !== '')
    expect(text).toMatch(/^HTTP\/1\.1 503 /)
    expect([place.intake.got, await place.files()]).toEqual([[], []])
    socket.destroy()
  })

  test('only so many files are read at once', async () => {
    await using place = await filed({ verify, atOnce: 2 })
    await using server = await httpServer(place.hooks.node)
    const head = `${HEAD}content-length: 2\r\n\r\na`
    const sockets = [await opened(server.port, head), await opened(server.port, head)]
    while ((await place.files()).length < 2);
    const third = await send(`${server.url}/files`, { headers: {}, body: 'xy' })
    expect([third.status, third.headers['retry-after']]).toEqual([503, '5'])
    let answers = 0
    for (const socket of sockets) socket.on('data', () => answers++).write('b')
    await until(() => answers === 2)
    expect((await send(`${server.url}/files`, { headers: {}, body: 'xy' })).status).toBe(202)
    for (const socket of sockets) socket.destroy()
  })
})
