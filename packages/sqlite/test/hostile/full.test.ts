import { describe, expect, it } from 'vitest'
import { entry, hops, journalOn, place, refusal } from '../support/journals.js'
import { idsIn } from './support/ids-in.js'
import { journalProcess } from './support/journal-process.js'
import { numbers } from './support/numbers.js'

const soon = { interval: 5, timeout: 20_000 }
const big = JSON.stringify('x'.repeat(60_000))
const wants = hops.map((ref) => ({ ...ref, max: 100 }))
const everything = { wants, max: 100, leaseMs: 30_000 }

describe('a disk that is full', () => {
  it('turns senders away, says troubled, keeps what was taken in, and goes on by itself when there is room', async () => {
    const { file } = await place()
    const service = await numbers(journalOn(file, { thread: 'worker', maxBytes: 400_000 }))
    service.hold(true)
    const taken: number[] = []
    let refused: { readonly trouble: string; readonly message: string } | undefined
    for (let n = 0; refused === undefined; n++) {
      const given = service.give(n, 'x'.repeat(40_000))
      await given.then(
        () => taken.push(n),
        async () => (refused = await refusal(given)),
      )
    }
    expect(refused).toMatchObject({ trouble: 'full' })
    expect(refused.message).toContain(file)
    expect(taken.length).toBeGreaterThan(3)
    // What an ingress answers with 503 and Retry-After before it reads a body.
    expect(service.load()).toEqual({ retryAfter: 5 })
    expect(service.runtime.health()).toMatchObject({ status: 'troubled', journal: 'failing' })
    // What is delivered makes room.
    service.hold(false)
    await expect.poll(() => service.sent.toSorted((a, b) => a - b), soon).toEqual(taken)
    await expect.poll(() => service.load(), soon).toBeUndefined()
    await service.give(1000, 'x'.repeat(40_000))
    await expect.poll(() => service.sent.at(-1), soon).toBe(1000)
    expect(service.runtime.health()).toMatchObject({ status: 'ready', journal: 'ok' })
    expect(service.sent).toHaveLength(taken.length + 1)
  })

  it('ends a service in order all the same, and what was taken in is found at the next start', async () => {
    const { file } = await place()
    const service = await numbers(journalOn(file, { maxBytes: 200_000 }))
    service.hold(true)
    await service.give(1)
    while (
      await service.give(2, 'x'.repeat(20_000)).then(
        () => true,
        () => false,
      )
    );
    await service.runtime.stop({ grace: '1ms' })
    expect(service.runtime.health().status).toBe('stopped')
    const again = await numbers(journalOn(file))
    await expect.poll(() => again.sent.includes(1), soon).toBe(true)
  })

  it('is not full for a log that can be begun anew', async () => {
    const { file } = await place()
    // 2 MiB a file: a log would grow to 32 MiB before it is put into the file by itself.
    const { ask } = journalProcess({ file }, { ulimit: '-f 4096' })
    expect(await ask('open')).toHaveProperty('ok')
    for (let i = 0; i < 60; i++) {
      expect(await ask('accept', [entry(`m${i}`, { body: big })])).toHaveProperty('ok')
      const claimed = (await ask('claim', everything)) as {
        readonly ok: { readonly entries: readonly { lease: unknown }[] }
      }
      const done = claimed.ok.entries.map(({ lease }) => ({ lease, as: 'done', why: 'delivered' }))
      expect(await ask('commit', done)).toEqual({ ok: ['ok'] })
    }
  })

  it('that takes no larger file says where and why, loses nothing, and what is done makes room', async () => {
    const { file } = await place()
    const hampered = journalProcess({ file, thread: 'main' }, { ulimit: '-f 4096' })
    await hampered.ask('open')
    const kept: string[] = []
    let said = await hampered.ask('accept', [entry('first', { hop: 'b' })])
    for (let i = 0; 'ok' in said; i++) {
      said = await hampered.ask('accept', [entry(`m${i}`, { body: big })])
      if ('ok' in said) kept.push(`m${i}`)
    }
    expect(kept.length).toBeGreaterThan(10)
    expect(said.no.message).toContain(file)
    expect(said.no.message).toMatch(/the disk is full|ulimit/)
    expect(await hampered.ask('find')).toHaveProperty('ok')
    await hampered.kill()
    expect((await idsIn(file)).toSorted()).toEqual(['first', ...kept].toSorted())
  })
})
