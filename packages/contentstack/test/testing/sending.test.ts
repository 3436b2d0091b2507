import { expect, test } from 'vitest'
import { seededRandom } from '@xconnector/core'
import { virtualClock } from '@xconnector/core/testing'
import { fakeStack } from '../../src/testing/index.js'

const url = 'https://me.example/hooks'
const scene = () => {
  const clock = virtualClock()
  const stack = fakeStack({ contentTypes: ['article'], clock })
  const events = Array.from({ length: 30 }, (_, i) => stack.entries.save('article', { title: `${i}` }))
  const got: string[] = []
  const titleIn = (body: string): string =>
    (JSON.parse(body) as { data: { entry: { title: string } } }).data.entry.title
  const fetch = async (request: Request): Promise<Response> => {
    got.push(titleIn(await request.text()))
    return new Response(null, { status: 202 })
  }
  return { clock, stack, events, got, fetch }
}
const numbers = Array.from({ length: 30 }, (_, i) => `${i}`)

test('events are sent in their order, each once', async () => {
  const { stack, events, got, fetch } = scene()
  const sent = await stack.send(events, { url, fetch, signing: 'hmac' })
  expect(got).toEqual(numbers)
  expect(sent.map((s) => [s.status, s.tries])).toEqual(numbers.map(() => [202, 1]))
})

test('shuffled: all of them come, in another order, the same for the same seed', async () => {
  const { stack, events, got, fetch } = scene()
  await stack.send(events, { url, fetch, signing: 'hmac', order: 'shuffled', random: seededRandom(3) })
  const first = got.splice(0)
  await stack.send(events, { url, fetch, signing: 'hmac', order: 'shuffled', random: seededRandom(3) })
  expect(got).toEqual(first)
  expect(first).not.toEqual(numbers)
  expect(first.toSorted((a, b) => Number(a) - Number(b))).toEqual(numbers)
})

test('late: some come after all others, both in their order', async () => {
  const { stack, events, got, fetch } = scene()
  await stack.send(events, { url, fetch, signing: 'hmac', order: 'late', random: seededRandom(3) })
  const turns = got.filter((title, i) => i > 0 && Number(title) < Number(got[i - 1]))
  expect(turns.length).toBe(1)
  expect(got.length).toBe(30)
})

test('twice: all or a share of them are repeated, byte for byte', async () => {
  const { stack, events, got, fetch } = scene()
  await stack.send(events, { url, fetch, signing: 'hmac', twice: true })
  expect(got).toEqual(numbers.flatMap((n) => [n, n]))
  got.length = 0
  await stack.send(events, { url, fetch, signing: 'hmac', twice: 0.3 })
  expect(got.length).toBeGreaterThan(30)
  expect(got.length).toBeLessThan(60)
})

test('tries in vain are repeated after the given waits; no answer, and another status than 2xx, are in vain', async () => {
  const { clock, stack, events } = scene()
  const times: number[] = []
  const outcomes = ['500', 'break', '302', '202']
  const fetch = async (): Promise<Response> => {
    times.push(clock.now())
    const outcome = outcomes[times.length - 1]!
    if (outcome === 'break') throw new TypeError('fetch failed')
    return new Response(null, { status: Number(outcome) })
  }
  const sending = stack.send(events.slice(0, 1), {
    url,
    fetch,
    signing: 'hmac',
    retries: ['5s', '25s', '125s', '625s'],
  })
  let over = false
  void sending.finally(() => (over = true))
  await clock.settle(() => over)
  expect((await sending).map((s) => [s.status, s.tries])).toEqual([[202, 4]])
  expect(times.map((at) => at - times[0]!)).toEqual([0, 5000, 30_000, 155_000])
})

test('several are under way at a time', async () => {
  const { stack, events } = scene()
  let now = 0
  let most = 0
  const fetch = async (): Promise<Response> => {
    most = Math.max(most, ++now)
    await new Promise((resolve) => setImmediate(resolve))
    now--
    return new Response(null, { status: 202 })
  }
  await stack.send(events, { url, fetch, signing: 'hmac', concurrency: 4 })
  expect(most).toBe(4)
})

test('no two events have the same bytes, though nothing happens between them', () => {
  const { stack, events } = scene()
  const { uid } = events[0]!
  const bodies = [stack.entries.publish(uid), stack.entries.publish(uid)].map((e) =>
    JSON.stringify(e.bodies.full),
  )
  expect(bodies[0]).not.toBe(bodies[1])
})

test('editing what does not exist is a mistake that names it', () => {
  const { stack, events } = scene()
  expect(() => stack.entries.save('none', {})).toThrow('fakeStack: no content type "none"; known: article')
  expect(() => stack.entries.publish('blt0')).toThrow('fakeStack: no entry "blt0"')
  expect(() => stack.entries.publish(events[0]!.uid, { environment: 'x' })).toThrow(
    'fakeStack: no environment "x"; known: production',
  )
  expect(() => stack.entries.publish(events[0]!.uid, { version: 7 })).toThrow(/has no version 7 in en-us/)
  expect(() => stack.entries.save('article', {}, { locale: 'xx' })).toThrow(
    'fakeStack: no locale "xx"; known: en-us',
  )
  expect(() => stack.assets.publish('blt0')).toThrow('fakeStack: no asset "blt0"')
  expect(() => fakeStack({ locales: [] })).toThrow('fakeStack locales: expected one at least')
})
