import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { createHash } from 'node:crypto'
import { seededRandom } from '@xconnector/core'
import { http } from '../../src/index.js'
import { Relay } from '../../src/client/relay.js'
import { httpServer } from '../support/loopback.js'
import { manualClock } from '../support/manual-clock.js'
import { until } from '../support/streams.js'
import { cutAfter, fileServer, serve, type Deed } from './files.js'
import { contextOn, opened, read } from './opened.js'

const file = Buffer.from(Array.from({ length: 10_000 }, (_, i) => i % 251))

const turns = async (n = 50): Promise<void> => {
  for (let i = 0; i < n; i++) await new Promise((resolve) => setImmediate(resolve))
}

describe('a download that goes on', () => {
  test('while nobody reads does not stand still: its reader has all the time it needs', async () => {
    const big = Buffer.alloc(4 * 1024 * 1024, 7)
    const answers: ServerResponse[] = []
    const first: Deed = (_, res) => {
      res.writeHead(200, { etag: '"v1"', 'content-length': big.length }).write(big.subarray(0, 20_000))
      answers.push(res)
    }
    await using server = await fileServer(first, serve({ file: big }))
    const { body, clock, client } = await opened(server.url, {}, { timeout: '5s' })
    // Somebody looked once. More is here by then than the relay wants.
    expect(body.read(1)).toBeNull()
    await until(() => body.readableLength === 20_000)
    answers[0]!.destroy()
    await until(() => {
      clock.advance(5)
      return server.asked.length === 2
    })
    await turns()
    // Twelve times the longest standstill.
    for (let i = 0; i < 12; i++) {
      clock.advance(5_000)
      await turns(5)
    }
    expect(body.destroyed).toBe(false)
    expect(server.asked).toHaveLength(2)
    const rest = await read(body, clock)
    expect(rest.equals(big)).toBe(true)
    client.close()
  })

  test('holds to the checksum of all its bytes, those before the break included', async () => {
    const headers = {
      etag: '"v1"',
      'repr-digest': `sha-256=:${createHash('sha256').update(file).digest('base64')}:`,
    }
    await using good = await fileServer(serve({ file, headers, cut: 4000 }), serve({ file, headers }))
    const whole = await opened(good.url)
    expect(await read(whole.body, whole.clock)).toEqual(file)
    // The same validator, and other bytes.
    const other = Buffer.from(file).fill(1, 5000, 5001)
    await using bad = await fileServer(serve({ file, headers, cut: 4000 }), serve({ file: other, headers }))
    const mixed = await opened(bad.url)
    await expect(read(mixed.body, mixed.clock)).rejects.toMatchObject({ _tag: 'BadResponse', flaw: 'digest' })
    whole.client.close()
    mixed.client.close()
  })

  test('asks for the rest without the conditions that were those of the whole', async () => {
    const seen: unknown[] = []
    const whole = serve({ file })
    await using server = await httpServer((req, res) => {
      seen.push([req.headers['if-none-match'], req.headers['if-modified-since'], req.headers['x-own']])
      if (seen.length > 1) {
        whole(req, res, 1)
        return
      }
      res.writeHead(200, { etag: '"v1"', 'content-length': file.length })
      cutAfter(res, file.subarray(0, 10))
    })
    const date = 'Sun, 06 Nov 1994 08:49:37 GMT'
    const headers = { 'If-None-Match': '"v0"', 'If-Modified-Since': date, 'x-own': 'yes' }
    const { body, clock, client } = await opened(server.url, { headers })
    expect(await read(body, clock)).toEqual(file)
    expect(seen).toEqual([
      ['"v0"', date, 'yes'],
      [undefined, undefined, 'yes'],
    ])
    client.close()
  })

  test('goes on after the time of the plain call that opened it is up', async () => {
    const answers: ServerResponse[] = []
    const first: Deed = (_, res) => {
      res.writeHead(200, { etag: '"v1"', 'content-length': file.length }).write(file.subarray(0, 4000))
      answers.push(res)
    }
    await using server = await fileServer(first, serve({ file }))
    const clock = manualClock()
    const client = http({ name: 'cms', baseUrl: server.url, random: seededRandom(1), ports: { clock } })
    const { body } = await client.download({ name: 'file', path: '/f' }).run(undefined, { timeout: '10s' })
    clock.advance(20_000)
    answers[0]!.destroy()
    expect(await read(body, clock)).toEqual(file)
    client.close()
  })

  test('never waits past the deadline of its step', async () => {
    const busy: Deed = (_, res) => void res.writeHead(503, { 'retry-after': '20' }).end()
    await using server = await fileServer(serve({ file, cut: 4000 }), busy)
    const { body, clock, client } = await opened(server.url, {}, {}, { deadlineIn: 15_000 })
    const begun = clock.now()
    await expect(read(body, clock)).rejects.toMatchObject({ _tag: 'ConnectionLost' })
    expect(clock.now() - begun).toBeLessThan(15_000)
    expect(server.asked).toHaveLength(2)
    client.close()
  })
})

test('its waits double with full jitter', async () => {
  const times: number[] = []
  const clock = manualClock()
  await using server = await httpServer((_, res) => {
    times.push(clock.now())
    if (times.length > 1) {
      res.writeHead(500).end()
      return
    }
    res.writeHead(200, { etag: '"v1"', 'content-length': file.length })
    cutAfter(res, file.subarray(0, 10))
  })
  const client = http({ name: 'cms', baseUrl: server.url, random: { next: () => 0.999 } })
  const result = await client.download({ name: 'file', path: '/f' }).call(undefined, contextOn(clock))
  if (result._tag === 'Left') throw result.left
  await expect(read(result.right.body, clock)).rejects.toMatchObject({ _tag: 'ConnectionLost' })
  const gaps = times.slice(1).map((at, i) => at - times[i]!)
  expect(gaps).toHaveLength(5)
  gaps.forEach((gap, i) => expect(gap).toBeGreaterThanOrEqual(200 * 2 ** i - 5))
  client.close()
})

describe('a relay', () => {
  const events = {
    wanted: () => {},
    came: () => {},
    broken: () => new Error('broke'),
    over: () => {},
  }
  const closing = (bytes: Buffer): Readable => {
    let given = false
    return new Readable({
      read() {
        if (given) this.destroy()
        else this.push(bytes)
        given = true
      },
    })
  }

  test('whose source closes with all bytes given, but no end, is whole where only a cut was to be feared', async () => {
    const relay = new Relay(closing(file), events, { length: file.length, cutShort: true })
    expect(Buffer.concat(await relay.toArray())).toEqual(file)
    const strict = new Relay(closing(file), events, { length: file.length })
    await expect(strict.toArray()).rejects.toThrow('broke')
  })

  test('of a source that gives nothing but is long enough has an end', async () => {
    const relay = new Relay(Readable.from([]), events, { length: 0 })
    expect(await relay.toArray()).toEqual([])
  })
})
