import { describe, expect, it } from 'vitest'
import { manualClock } from '../../src/testing/journal-contract/manual-clock.js'

describe('the manual clock', () => {
  it('stands still until it is moved', async () => {
    const clock = manualClock(500)
    await new Promise<void>((resolve) => clock.soon(resolve))
    expect(clock.now()).toBe(500)
  })

  it('calls what is due on its way, each at its time, in order', () => {
    const clock = manualClock(0)
    const seen: [string, number][] = []
    const log = (name: string) => (): void => void seen.push([name, clock.now()])
    clock.after(30, log('late'))
    clock.after(10, () => {
      log('first')()
      clock.after(5, log('nested'))
    })
    clock.after(20, log('cancelled'))()
    clock.after(41, log('never'))
    clock.advance(40)
    expect(seen).toEqual([
      ['first', 10],
      ['nested', 15],
      ['late', 30],
    ])
    expect(clock.now()).toBe(40)
  })

  it('wakes a sleeper at its time, and rejects one whose signal aborts', async () => {
    const clock = manualClock()
    const slept = clock.sleep(10)
    const control = new AbortController()
    const aborted = clock.sleep(10, control.signal)
    control.abort(new Error('enough'))
    await expect(aborted).rejects.toThrow('enough')
    clock.advance(10)
    await slept
  })
})
