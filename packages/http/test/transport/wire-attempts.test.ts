import { Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import type { Effect } from '@xconnector/core'
import { overNodeHttp, wireFaults, type WireFault } from '../../src/testing/index.js'
import { undiciTransport } from '../../src/undici/index.js'
import { axiosTransport } from '../../src/client/axios-transport.js'
import { hasty, opened, posting, TRANSPORTS, wire } from './support.js'

const BROKEN: readonly (readonly [string, WireFault])[] = [
  ['reset when the head was read', { as: 'reset', after: 'head' }],
  ['reset when all was read', { as: 'reset' }],
  ['closed when all was read', { as: 'close' }],
  ['cut within the head', { as: 'cut', in: 'head', bytes: 9 }],
  ['cut within the body', { as: 'cut', in: 'body', bytes: 2 }],
  ['garbage', { as: 'garbage' }],
  ['a bad chunk', { as: 'bad-chunk' }],
  ['503', { as: 'answer', answer: { status: 503 } }],
  ['502', { as: 'answer', answer: { status: 502 } }],
  ['429 with a hint', { as: 'answer', answer: { status: 429, headers: { 'retry-after': '1' } } }],
]
const FINAL: readonly (readonly [string, WireFault])[] = [
  ['200', { as: 'answer' }],
  ['404', { as: 'answer', answer: { status: 404 } }],
  ['500', { as: 'answer', answer: { status: 500 } }],
  ['429 without a hint', { as: 'answer', answer: { status: 429 } }],
  [
    '503 with a hint of 35 days',
    { as: 'answer', answer: { status: 503, headers: { 'retry-after': '3024000' } } },
  ],
  ['a bomb', { as: 'bomb', bytes: 8_000_000 }],
  ['what is no gzip', { as: 'answer', answer: { headers: { 'content-encoding': 'gzip' } } }],
]
const REPEATABLE: readonly Effect[] = ['none', 'idempotent', 'keyed']

describe.each(TRANSPORTS)('over %s', (_, factory) => {
  describe.each(BROKEN)('after %s', (__, fault) => {
    test('an unsafe effect is sent once, the others twice, each time whole', async () => {
      await using server = await wireFaults({ otherwise: fault })
      await using transport = opened(factory)
      await transport.send(posting(server.url, 'unsafe'))
      expect(server.received).toMatchObject([{ text: '{"n":1}' }])
      for (const effect of REPEATABLE) {
        server.reset()
        await transport.send(posting(server.url, effect))
        const times = server.received.length
        expect([effect, times]).toEqual([effect, 2])
        if (!('after' in fault)) expect(server.received.map((r) => r.text)).toEqual(['{"n":1}', '{"n":1}'])
      }
    })

    test('a stream is sent once at most, and never empty', async () => {
      await using server = await wireFaults({ otherwise: fault })
      await using transport = opened(factory)
      for (const effect of [...REPEATABLE, 'unsafe'] as const) {
        server.reset()
        const body = Readable.from([Buffer.from('abc'), Buffer.from('def')])
        await transport.send(posting(server.url, effect, body))
        expect(server.received).toHaveLength(1)
        if (!('after' in fault)) expect(server.received[0]).toMatchObject({ bytes: 6, text: 'abcdef' })
      }
    })

    test('a destination whose budget is used up, or which is parked, gets no second one', async () => {
      await using server = await wireFaults({ otherwise: fault })
      await using transport = opened(factory)
      await transport.send(posting(server.url, 'keyed', undefined, { mayRepeat: () => false }))
      await transport.send(posting(server.url, 'keyed', undefined, { parkedUntil: () => Infinity }))
      expect(server.received).toHaveLength(2)
    })

    test('the second attempt may mend it', async () => {
      await using server = await wireFaults({ script: [fault] })
      await using transport = opened(factory)
      expect(await transport.send(posting(server.url, 'keyed'))).toMatchObject({
        as: 'answered',
        status: 200,
      })
    })
  })

  test.each(FINAL)('%s is final: sent once whatever the effect', async (__, fault) => {
    await using server = await wireFaults({ otherwise: fault })
    await using transport = opened(factory)
    for (const effect of [...REPEATABLE, 'unsafe'] as const) {
      server.reset()
      await transport.send(posting(server.url, effect))
      expect(server.received).toHaveLength(1)
    }
  })

  test('what was never sent is tried twice, an unsafe effect too', async () => {
    const server = await wireFaults()
    await server.close()
    await using transport = opened(factory)
    let asked = 0
    const mayRepeat = (): boolean => ++asked > 0
    expect(await transport.send(posting(server.url, 'unsafe', undefined, { mayRepeat }))).toEqual({
      as: 'never-sent',
      code: 'ECONNREFUSED',
    })
    expect(asked).toBe(1)
  })

  test('a second attempt that was not sent does not unsend the first', async () => {
    const server = await wireFaults({ otherwise: { as: 'reset' } })
    await using transport = opened(factory)
    const mayRepeat = (): boolean => {
      void server.close()
      return true
    }
    const closing = { ...hasty, sleep: () => server.close() }
    expect(
      await transport.send(posting(server.url, 'keyed', undefined, { mayRepeat, clock: closing })),
    ).toEqual({ as: 'lost', code: 'ECONNREFUSED' })
    expect(server.received).toHaveLength(1)
  })

  describe('headers that are made anew', () => {
    test('are made for each time that it is put on the wire, are added, and win', async () => {
      await using server = await wireFaults({ script: [{ as: 'reset' }] })
      await using transport = opened(factory)
      let n = 0
      const fresh = () => ({ 'x-stamp': String(++n), accept: `text/${n}` })
      await transport.send(wire(server.url, { fresh, headers: { accept: '*/*', 'x-own': '1' } }))
      expect(server.received.map((r) => r.headers)).toMatchObject([
        { 'x-stamp': '1', accept: 'text/1', 'x-own': '1' },
        { 'x-stamp': '2', accept: 'text/2', 'x-own': '1' },
      ])
      await transport.open(wire(server.url, { fresh: () => Promise.resolve(fresh()) }))
      expect(server.received[2]!.headers).toMatchObject({ 'x-stamp': '3' })
    })

    test('that cannot be made: nothing is sent, and the reason is passed on', async () => {
      await using server = await wireFaults()
      await using transport = opened(factory)
      const fault = new Error('no key')
      const sent = transport.send(wire(server.url, { fresh: () => Promise.reject(fault) }))
      await expect(sent).rejects.toBe(fault)
      expect(server.received).toEqual([])
    })

    test('that cannot be made again: the first outcome stands', async () => {
      await using server = await wireFaults({ otherwise: { as: 'answer', answer: { status: 503 } } })
      await using transport = opened(factory)
      let n = 0
      const fresh = () => (++n === 1 ? {} : Promise.reject(new Error('no key')))
      expect(await transport.send(wire(server.url, { fresh }))).toMatchObject({ as: 'answered', status: 503 })
      expect([n, server.received.length]).toEqual([2, 1])
    })
  })

  test('given up while it waits for its second time: it may have been sent', async () => {
    await using server = await wireFaults({ otherwise: { as: 'reset' } })
    await using transport = opened(factory)
    const giving = new AbortController()
    const clock = {
      ...hasty,
      sleep: () => {
        giving.abort(new Error('enough'))
        return Promise.reject(new Error('enough'))
      },
    }
    const sent = transport.send(posting(server.url, 'keyed', undefined, { clock, signal: giving.signal }))
    expect(await sent).toEqual({ as: 'timed-out', sent: true })
    expect(server.received).toHaveLength(1)
  })

  test.each([
    ['a header with a line break', { headers: { 'x-a': 'a\r\nx-b: c' } }],
    ['a header name with a space', { headers: { 'x a': 'b' } }],
    ['a path with a space', { url: '/a b' }],
    ['a method with a space', { method: 'GE T' }],
  ])('%s is not sent, and is named without quoting it', async (__, more) => {
    await using server = await wireFaults()
    await using transport = opened(factory)
    await expect(transport.send(wire(server.url, more))).rejects.toThrow(
      /^GE ?T request could not be made: [A-Z_]+$/,
    )
    expect(server.received).toEqual([])
  })
})

test("an axios instance of the user's sends once, with headers that are made anew", async () => {
  await using server = await wireFaults({ script: [{ as: 'reset' }] })
  const { default: axios } = await import('axios')
  const transport = axiosTransport({
    maxResponseBytes: 1_000,
    maxRequestBytes: 1_000,
    sensitiveHeaders: [],
    axios: axios.create(),
  })
  let n = 0
  const fresh = () => ({ 'x-stamp': String(++n), accept: 'text/plain' })
  expect(await transport.send(posting(server.url, 'keyed', undefined, { fresh }))).toMatchObject({
    as: 'lost',
  })
  expect(await transport.send(posting(server.url, 'keyed', undefined, { fresh }))).toMatchObject({
    status: 200,
  })
  expect(server.received.map((r) => r.headers)).toMatchObject([
    { 'x-stamp': '1', accept: 'text/plain' },
    { 'x-stamp': '2', accept: 'text/plain' },
  ])
})

test('overNodeHttp sends for real where nobody intercepts', async () => {
  await using server = await wireFaults({ script: [{ as: 'reset' }] })
  await using transport = opened(undiciTransport({ dispatcher: overNodeHttp() }))
  expect(await transport.send(posting(server.url, 'keyed'))).toMatchObject({ as: 'answered', status: 200 })
  expect(server.received.map((r) => r.text)).toEqual(['{"n":1}', '{"n":1}'])
})
