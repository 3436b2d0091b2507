import { describe, expect, test } from 'vitest'
import { seededRandom } from '@xconnector/core'
import { http } from '../../src/index.js'
import { fault, mockRemote, on, type MockRemote, type RemoteFault } from '../../src/testing/index.js'
import { manualClock } from '../support/manual-clock.js'

const site = http({ name: 'site', baseUrl: 'https://site.test' })
const get = site.query({ name: 'get', path: '/a' })
const put = site.target({ name: 'put', method: 'PUT', path: '/a', effect: 'idempotent' })
const post = site.target({ name: 'post', method: 'POST', path: '/a', effect: 'keyed' })

interface Kit {
  readonly remote: MockRemote
  readonly done: string[]
  /** The status that a request is answered with, or `'cut'`. */
  ask(method: string, key?: string): Promise<number | 'cut'>
}

const kit = (...faults: readonly RemoteFault[]): Kit => {
  const done: string[] = []
  const does = (name: string) => () => ({ n: done.push(name) })
  const remote = mockRemote(site, [on(get, does('get')), on(put, does('put')), on(post, does('post'))], {
    faults,
  })
  const ask = async (method: string, key?: string): Promise<number | 'cut'> => {
    const headers: Record<string, string> = key === undefined ? {} : { 'idempotency-key': `"${key}"` }
    try {
      return (await remote.fetch(new Request('https://site.test/a', { method, headers }))).status
    } catch {
      return 'cut'
    }
  }
  return { remote, done, ask }
}

const times = async (n: number, ask: () => Promise<number | 'cut'>): Promise<readonly (number | 'cut')[]> => {
  const seen: (number | 'cut')[] = []
  for (let i = 0; i < n; i++) seen.push(await ask())
  return seen
}

describe('which requests a fault meets', () => {
  test('one, the first; or so many after so many', async () => {
    const { ask } = kit(fault.status(503))
    expect(await times(3, () => ask('GET'))).toEqual([503, 200, 200])
    const later = kit(fault.status(429, { after: 1, times: 2 }))
    expect(await times(5, () => later.ask('GET'))).toEqual([200, 429, 429, 200, 200])
  })

  test('those of one call, or those that a test picks', async () => {
    const { ask } = kit(fault.status(500, { on: put }), fault.status(502, { on: (r) => r.key === 'k' }))
    expect(await ask('GET')).toBe(200)
    expect(await ask('PUT')).toBe(500)
    expect(await ask('POST', 'other')).toBe(200)
    expect(await ask('POST', 'k')).toBe(502)
  })

  test('two that are due: the first is taken, the second is for the next request', async () => {
    const { ask } = kit(fault.status(500), fault.status(502))
    expect(await times(3, () => ask('GET'))).toEqual([500, 502, 200])
  })

  test('by chance, the same in each run, and never more than so many', async () => {
    const run = async (seed: number, most?: number): Promise<readonly (number | 'cut')[]> => {
      const remote = mockRemote(site, [on(get, () => 1)], { random: seededRandom(seed) })
      remote.fail(fault.status(500, { chance: 0.3, ...(most !== undefined && { times: most }) }))
      return times(200, async () => (await remote.fetch(new Request('https://site.test/a'))).status)
    }
    const failed = (seen: readonly unknown[]): number => seen.filter((s) => s === 500).length
    const first = await run(7)
    expect(await run(7)).toEqual(first)
    expect(await run(8)).not.toEqual(first)
    expect(failed(first)).toBeGreaterThan(40)
    expect(failed(first)).toBeLessThan(80)
    expect(failed(await run(7, 3))).toBe(3)
  })

  test('healed, it meets none', async () => {
    const { remote, ask } = kit(fault.drop({ times: Infinity }))
    expect(await ask('GET')).toBe('cut')
    remote.heal()
    expect(await ask('GET')).toBe(200)
  })
})

describe('what a fault does, and whether the request is done', () => {
  test.each([
    ['drop', fault.drop(), 'cut', 0],
    ['lost', fault.lost(), 'cut', 1],
    ['a status', fault.status(500), 500, 0],
    ['a status of what was done', fault.status(502, { done: true }), 502, 1],
    ['duplicate', fault.duplicate(), 200, 2],
    ['malformed', fault.malformed(), 200, 1],
  ] as const)('%s', async (_, given, status, done) => {
    const at = kit(given)
    expect(await at.ask('PUT')).toBe(status)
    expect(at.done).toHaveLength(done)
    expect(at.remote.requests.map((r) => r.fault)).toContain(given.as)
  })

  test('a keyed request that arrives twice is done once', async () => {
    const { remote, done, ask } = kit(fault.duplicate({ on: post }))
    expect(await ask('POST', 'k')).toBe(200)
    expect(done).toEqual(['post'])
    expect(remote.requests.map((r) => r.replayed)).toEqual([undefined, true])
  })

  test('a slow answer is done at once, and comes when the clock says so', async () => {
    const clock = manualClock()
    const done: string[] = []
    const remote = mockRemote(site, [on(get, () => done.push('get'))], { clock: () => clock })
    remote.fail(fault.slow(5_000))
    let came = false
    const answer = remote.fetch(new Request('https://site.test/a')).then(() => (came = true))
    await new Promise((resolve) => setImmediate(resolve))
    clock.advance(4_999)
    await new Promise((resolve) => setImmediate(resolve))
    expect([done, came]).toEqual([['get'], false])
    clock.advance(1)
    await answer
    expect(came).toBe(true)
  })

  test('closing the remote ends what is slow', async () => {
    const clock = manualClock()
    const remote = mockRemote(site, [on(get, () => 1)], { clock, faults: [fault.slow(864e5)] })
    const answer = remote.fetch(new Request('https://site.test/a'))
    await new Promise((resolve) => setImmediate(resolve))
    await remote.close()
    expect((await answer).status).toBe(200)
  })

  test('headers and bodies of a status are as given', async () => {
    const remote = mockRemote(site, [on(get, () => 1)])
    const text = 'a b c'
    remote.fail(
      fault.status(429, { retryAfter: 2, headers: { 'x-a': '1' }, body: { code: 'slow' } }),
      fault.status(503, { retryAfter: 'Wed, 21 Oct 2026 07:28:00 GMT', body: text }),
    )
    const first = await remote.fetch(new Request('https://site.test/a'))
    expect([first.headers.get('retry-after'), first.headers.get('x-a'), await first.json()]).toEqual([
      '2',
      '1',
      { code: 'slow' },
    ])
    const second = await remote.fetch(new Request('https://site.test/a'))
    expect([second.headers.get('retry-after'), await second.text()]).toEqual([
      'Wed, 21 Oct 2026 07:28:00 GMT',
      text,
    ])
  })
})

test('nonsense is refused where it is said', () => {
  expect(() => fault.status(200)).toThrow(/300 to 599/)
  expect(() => fault.slow(-1)).toThrow(/milliseconds/)
  expect(() => fault.drop({ times: 0 })).toThrow(/times/)
  expect(() => fault.drop({ after: -1 })).toThrow(/after/)
  expect(() => fault.drop({ chance: 2 })).toThrow(/chance/)
  expect(() => mockRemote(site, [], { faults: [fault.drop({ on: {} })] })).toThrow(/fault.drop on/)
})
