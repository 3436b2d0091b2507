import { describe, expect, test } from 'vitest'
import { poll } from '../../src/source/poll.js'
import { Item, items, scripted } from '../source/remote-items.js'
import { service } from '../source/service.js'

const of = (o: Partial<Parameters<typeof poll>[0]> & { fetch: never }) =>
  poll({
    name: 'p',
    every: '1s',
    decode: Item,
    id: (i: Item) => i.id,
    ...(o as object),
    fetch: o.fetch,
  })

/** How many polls there were after each second, from the first on. */
const pollsBySecond = async (o: object, seconds: number, fetch: () => unknown): Promise<number[]> => {
  const remote = scripted(fetch)
  const s = service(of({ ...o, fetch: remote.fetch as never }))
  await s.start()
  await s.clock.advanceBy(500)
  const counts = [remote.calls.length]
  for (let i = 1; i < seconds; i++) {
    await s.clock.advanceBy(1000)
    counts.push(remote.calls.length)
  }
  await s.stop()
  return counts
}

describe('J. Polling', () => {
  test('J4: after two polls that found nothing, four are left out', async () => {
    const counts = await pollsBySecond({ backOff: { multiplier: 4, afterIdle: 2 } }, 13, () => ({
      items: [],
    }))
    expect(counts).toEqual([1, 2, 2, 2, 2, 2, 3, 4, 4, 4, 4, 4, 5])
  })

  test('J4: after three polls that failed, four are left out', async () => {
    const counts = await pollsBySecond({ backOff: { multiplier: 4, afterFailures: 3 } }, 15, () => {
      throw new Error('no')
    })
    expect(counts).toEqual([1, 2, 3, 3, 3, 3, 3, 4, 5, 6, 6, 6, 6, 6, 7])
  })

  test('J4: a poll that found something begins the count anew, and a failure is not idle', async () => {
    const ends = ['idle', 'some', 'idle', 'failed', 'idle', 'idle', 'never']
    let n = 0
    const counts = await pollsBySecond({ backOff: { multiplier: 4, afterIdle: 2 } }, 8, () => {
      const end = ends[n++]
      if (end === 'failed') throw new Error('no')
      return { items: end === 'some' ? items(n, `i${n}`) : [] }
    })
    expect(counts).toEqual([1, 2, 3, 4, 5, 6, 6, 6])
  })

  const sizes = [3, 2, 1, 0]
  const bySize = (n: number) => ({
    items: items(n, ...Array.from({ length: sizes[n] ?? 0 }, (_, i) => `${n}.${i}`)),
  })
  test('J5: greedy: one run takes all 6, of polls that yield 3, 2, 1 and 0', async () => {
    const remote = scripted(bySize)
    const s = service(of({ fetch: remote.fetch as never, greedy: true }))
    await s.start()
    await s.clock.advanceBy(500)
    expect([s.bodies().length, remote.calls.length]).toEqual([6, 4])
    await s.stop()
  })

  test('J5: not greedy: runs take 3, 2, 1 and 0', async () => {
    const remote = scripted(bySize)
    const s = service(of({ fetch: remote.fetch as never }))
    await s.start()
    const taken = []
    for (let i = 0; i < 4; i++) {
      const before = s.bodies().length
      await s.clock.advanceBy(i === 0 ? 500 : 1000)
      taken.push(s.bodies().length - before)
    }
    expect([taken, remote.calls.length]).toEqual([[3, 2, 1, 0], 4])
    await s.stop()
  })
})
