import { describe, expect, test } from 'vitest'
import { sendAll, untilAcknowledged, type Posted } from '../src/sender.ts'

describe('a sender', () => {
  test('posts until it is acknowledged, after as long as it was asked to wait', async () => {
    const answers: Posted[] = [{ status: 0, retryAfter: 0 }, { status: 503, retryAfter: 0 }, { status: 202 }]
    let again = 0
    await untilAcknowledged(
      () => Promise.resolve(answers.shift()!),
      () => again++,
    )
    expect(answers).toEqual([])
    expect(again).toBe(2)
  })

  test('sends all in order, and no more than so many at a time', async () => {
    const begun: number[] = []
    let inside = 0
    let most = 0
    await sendAll([1, 2, 3, 4, 5, 6, 7], 3, async (n) => {
      begun.push(n)
      most = Math.max(most, ++inside)
      await Promise.resolve()
      inside--
    })
    expect(begun).toEqual([1, 2, 3, 4, 5, 6, 7])
    expect(most).toBe(3)
  })
})
