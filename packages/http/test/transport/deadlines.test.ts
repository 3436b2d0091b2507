import { describe, expect, test } from 'vitest'
import { bytes, http, json, type HttpOptions } from '../../src/index.js'
import { wireFaults, type WireFault } from '../../src/testing/index.js'
import { undiciTransport } from '../../src/undici/index.js'
import { manualClock } from '../support/manual-clock.js'
import { made } from '../support/streams.js'

const KINDS: readonly (readonly [string, Pick<HttpOptions, 'transport'>])[] = [
  ['node:http', {}],
  ['undici', { transport: undiciTransport() }],
]

const SLOW: readonly (readonly [string, WireFault])[] = [
  ['a black hole', { as: 'black-hole' }],
  ['a head that drips', { as: 'drip', in: 'head', everyMs: 100 }],
  ['a body that drips', { as: 'drip', in: 'body', everyMs: 300 }],
  [
    'an error that drips',
    { as: 'drip', in: 'body', everyMs: 300, answer: { status: 500, body: 'x'.repeat(99) } },
  ],
  ['an answer after a day', { as: 'slow', ms: 86_400_000 }],
]

describe.each(KINDS)('over %s', (_, transport) => {
  test.each(SLOW)('%s does not outlive the timeout, by the clock that was given', async (__, fault) => {
    const clock = manualClock()
    await using server = await wireFaults({ otherwise: fault, clock })
    const client = http({
      name: 'slow',
      baseUrl: server.url,
      timeout: '1s',
      ports: { clock },
      destination: { circuit: false },
      ...transport,
    })
    const read = client.query({ name: 'read', path: '/' })
    const write = client.target({
      name: 'write',
      method: 'POST',
      path: '/',
      effect: 'unsafe',
      body: json<object>(),
    })
    for (const [call, left] of [
      [read.call(), { _tag: 'TimedOut', kind: 'transient', durationMs: 1_000 }],
      [write.call({}), { _tag: 'OutcomeUnknown' }],
    ] as const) {
      let over = false
      void call.then(() => (over = true))
      const count = server.received.length
      while (server.received.length === count && count < 2) await turn()
      for (let i = 0; i < 40 && !over; i++) {
        clock.advance(100)
        await turn()
        await turn()
      }
      expect(await call).toMatchObject({ left })
    }
    expect(server.received).toHaveLength(2)
    client.close()
  })

  test('a receiver that takes nothing more does not outlive it either', async () => {
    const clock = manualClock()
    await using server = await wireFaults({ otherwise: { as: 'stall' } })
    const client = http({ name: 'slow', baseUrl: server.url, timeout: '1s', ports: { clock }, ...transport })
    const put = client.target({
      name: 'put',
      method: 'PUT',
      path: '/',
      effect: 'idempotent',
      body: bytes(() => ({ stream: made(64 * 1024 * 1024) })),
    })
    let over = false
    const call = put.call(undefined)
    void call.then(() => (over = true))
    while (server.received.length === 0) await turn()
    for (let i = 0; i < 400 && !over; i++) {
      clock.advance(100)
      for (let n = 0; n < 5; n++) await turn()
    }
    expect(await call).toMatchObject({ left: { _tag: 'TimedOut', kind: 'transient' } })
    expect(server.received).toHaveLength(1)
    client.close()
  })

  test.each(['3024000', 'Fri, 31 Dec 9999 23:59:59 GMT'])(
    'a hint of %s sends nothing at once',
    async (hint) => {
      const clock = manualClock()
      const answer = { status: 503, headers: { 'retry-after': hint } }
      await using server = await wireFaults({ otherwise: { as: 'answer', answer }, clock })
      const client = http({ name: 'slow', baseUrl: server.url, ports: { clock }, ...transport })
      expect(await client.query({ name: 'read', path: '/' }).call()).toMatchObject({
        left: { _tag: 'Unavailable', retryAt: clock.now() + 30 * 86_400_000 },
      })
      expect([server.received.length, clock.pending]).toEqual([1, 0])
      client.close()
    },
  )
})

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
