import { describe, expect, it } from 'vitest'
import { virtualClock } from '@xconnector/core/testing'
import { Poll } from '../src/journal/poll.js'

describe('the poll of a journal', () => {
  it('wakes when others wrote, when asking begins to fail and when it works again: once each', async () => {
    const clock = virtualClock()
    const answers: (boolean | Error)[] = [false, true, new Error('dead'), new Error('dead'), false, false]
    const seen: number[] = []
    let asked = 0
    const poll = new Poll(clock, 25, async () => {
      const answer = answers[asked++]
      if (answer instanceof Error) throw answer
      return answer ?? false
    })
    poll.add(() => seen.push(asked))
    poll.start()
    await clock.advanceBy(25 * answers.length)
    expect([asked, seen]).toEqual([answers.length, [2, 3, 5]])
    poll.end()
  })
})
