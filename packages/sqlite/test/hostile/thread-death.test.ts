import { once } from 'node:events'
import type { Worker } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import { journalOn, place, refusal } from '../support/journals.js'
import { numbers } from './support/numbers.js'

const soon = { interval: 5, timeout: 20_000 }

/** The thread of the next journal that is opened. */
const nextThread = async (): Promise<Worker> => (await once(process, 'worker'))[0] as Worker

describe('the death of the thread that writes', () => {
  it('is seen at once in health, turns senders away, and loses nothing of what was acknowledged', async () => {
    const { file } = await place()
    const born = nextThread()
    const service = await numbers(journalOn(file, { thread: 'worker' }))
    const thread = await born
    service.hold(true)
    for (const n of [1, 2, 3]) await service.give(n)
    expect(service.runtime.health()).toMatchObject({ status: 'ready', journal: 'ok' })
    // What is on its way to the thread when it dies is refused, not forgotten.
    const under = service.give(4).then(
      () => 'taken',
      () => 'refused',
    )
    await thread.terminate()
    const fourth = await under
    await expect.poll(() => service.runtime.health().status, soon).toBe('troubled')
    expect(service.runtime.health().journal).toBe('failing')
    expect(service.load()).toEqual({ retryAfter: 5 })
    expect((await refusal(service.give(5))).message).toContain('The thread of the journal')
    // It does not come back by itself: it says so until it is started anew.
    service.hold(false)
    await expect.poll(() => service.troubles.length, soon).toBeGreaterThan(0)
    expect(service.runtime.health()).toMatchObject({ status: 'troubled', journal: 'failing' })
    await service.runtime.stop({ grace: '100ms' }).catch(() => {})
    expect(service.runtime.health().status).toBe('stopped')

    const again = await numbers(journalOn(file, { thread: 'worker' }))
    const taken = fourth === 'taken' ? [1, 2, 3, 4] : [1, 2, 3]
    await expect.poll(() => taken.every((n) => again.sent.includes(n)), soon).toBe(true)
    await expect.poll(() => again.runtime.health(), soon).toMatchObject({ status: 'ready', pending: 0 })
  })

  it('is seen in a service that does nothing just then, too', async () => {
    const { file } = await place()
    const born = nextThread()
    const service = await numbers(journalOn(file, { thread: 'worker' }))
    const thread = await born
    await service.give(1)
    await expect.poll(() => service.sent, soon).toEqual([1])
    // From here on nobody asks anything of the journal, but whether others have written.
    await expect.poll(() => service.runtime.idle, soon).toBe(true)
    await thread.terminate()
    await expect.poll(() => service.runtime.health().status, soon).toBe('troubled')
  })
})
