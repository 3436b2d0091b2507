import { describe, expect, test } from 'vitest'
import { createDestination, seededRandom, type Leave } from '@xconnector/core'
import { virtualClock } from '@xconnector/core/testing'
import { http } from '../../src/index.js'
import { limitsSeen, rateLimit } from '../../src/outcome/rate-limit.js'
import { httpServer } from '../support/loopback.js'

type Headers = Readonly<Record<string, string>>

interface Remote {
  /** Takes a call; tells what it answers. */
  readonly take: (now: number) => { readonly status: number; readonly headers: Headers }
}

/** `q` calls in windows of `w` milliseconds that begin at fixed times. */
const fixedWindows = (q: number, w: number, headers: (left: number, ms: number) => Headers): Remote => {
  let window = -1
  let used = 0
  return {
    take(now) {
      const n = Math.floor(now / w)
      if (n !== window) [window, used] = [n, 0]
      used++
      return {
        status: used > q ? 429 : 200,
        headers: headers(Math.max(0, q - used), (n + 1) * w - now),
      }
    },
  }
}

/** `q` calls in any `w` milliseconds. */
const slidingWindow = (q: number, w: number, headers: (left: number, ms: number) => Headers): Remote => {
  let taken: number[] = []
  return {
    take(now) {
      taken = taken.filter((t) => t > now - w)
      if (taken.length >= q) return { status: 429, headers: headers(0, taken[0]! + w - now) }
      taken.push(now)
      return { status: 200, headers: headers(q - taken.length, w) }
    },
  }
}

const draft =
  (q: number, w: number) =>
  (left: number, ms: number): Headers => ({
    'ratelimit-policy': `"p";q=${q};w=${w / 1000}`,
    ratelimit: `"p";r=${left};t=${Math.ceil(ms / 1000)}`,
  })

/** Callers that call again and again. Gives the calls of each second, and when calls were refused. */
const load = async (remote: Remote, callers: number, seconds: number, latency = 30) => {
  const clock = virtualClock()
  const start = clock.now()
  const random = seededRandom(7)
  const gate = createDestination({ name: 'api', concurrency: 16, random }).gate(clock)
  const refused: number[] = []
  const served: number[] = []
  let over = false
  const caller = async (): Promise<void> => {
    while (!over) {
      const leave = (await gate.enter(undefined, 'wait')) as Leave
      await clock.sleep(latency * random.next())
      const { status, headers } = remote.take(clock.now())
      await clock.sleep(latency * random.next())
      if (status === 429) refused.push(clock.now() - start)
      else served.push(clock.now() - start)
      leave({ as: status === 429 ? 'refused' : 'ok', ...limitsSeen(rateLimit(headers, clock.now())) })
    }
  }
  const all = Array.from({ length: callers }, caller)
  await clock.advanceBy(seconds * 1000)
  over = true
  for (let i = 0; i < 60; i++) await clock.advanceBy(2000)
  await Promise.all(all)
  return { refused, served: served.filter((t) => t < seconds * 1000).length }
}

describe('a remote of 10 calls a second', () => {
  test.each([
    ['in fixed windows', fixedWindows(10, 1000, draft(10, 1000))],
    ['in a sliding window', slidingWindow(10, 1000, draft(10, 1000))],
  ])('%s refuses none after it has told so, and is made use of', async (_, remote) => {
    const { refused, served } = await load(remote, 40, 60)
    expect(refused.filter((t) => t > 1000)).toEqual([])
    expect(served).toBeGreaterThan(200)
  })

  test('that tells its policy only, without what is left, refuses none either', async () => {
    const policy = (): Headers => ({ 'ratelimit-policy': '"p";q=10;w=1' })
    const { refused, served } = await load(slidingWindow(10, 1000, policy), 40, 60)
    expect(refused.filter((t) => t > 1000)).toEqual([])
    expect(served).toBeGreaterThan(500)
  })

  test('that tells nothing goes on refusing: what is learned is what helps', async () => {
    const { refused } = await load(
      fixedWindows(10, 1000, () => ({})),
      40,
      60,
    )
    expect(refused.filter((t) => t > 1000).length).toBeGreaterThan(50)
  })
})

describe('a remote of 100 calls a minute that tells what is left and when its window ends', () => {
  test('refuses none after the first window, though nobody told how long one is', async () => {
    const headers = (left: number, ms: number): Headers => ({
      'x-ratelimit-limit': '100',
      'x-ratelimit-remaining': String(left),
      'x-ratelimit-reset': String(Math.ceil(ms / 1000)),
    })
    const { refused, served } = await load(fixedWindows(100, 60_000, headers), 40, 600)
    expect(refused.filter((t) => t > 60_000)).toEqual([])
    expect(served).toBeGreaterThan(500)
  })
})

test('calls of others count: what the remote says is left is heeded', async () => {
  const shared = (headers: (left: number, ms: number) => Headers): Remote => {
    const remote = fixedWindows(50, 10_000, headers)
    return {
      take(now) {
        // Somebody else takes as many.
        remote.take(now)
        return remote.take(now)
      },
    }
  }
  const told = await load(shared(draft(50, 10_000)), 20, 60)
  const untold = await load(
    shared(() => ({})),
    20,
    60,
  )
  expect(told.refused.length * 4).toBeLessThan(untold.refused.length)
})

test('a client learns by its answers, those that are failures too', async () => {
  const clock = virtualClock()
  let status = 200
  await using server = await httpServer((_, res) =>
    res.writeHead(status, { 'ratelimit-policy': '"p";q=4;w=60', ratelimit: '"p";r=3;t=60' }).end(),
  )
  const api = http({ name: 'api', baseUrl: server.url, ports: { clock } })
  const get = api.query({ name: 'get', path: '/' })
  await get.run()
  expect(api.destination.gate(clock).free()).toBe(3)
  status = 404
  await get.call()
  expect(api.destination.gate(clock).free()).toBe(2)
  await clock.advanceBy(60_000)
  expect(api.destination.gate(clock).free()).toBe(4)
  api.close()
})
