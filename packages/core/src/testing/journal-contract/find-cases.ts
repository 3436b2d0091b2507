import { deepEqual, equal, ok } from 'node:assert/strict'
import type { ContractCase } from './contract.js'
import { entry, ids } from './hand.js'
import type { Sentence } from './scene.js'

/** Looking at entries. */
export const findCases = (it: Sentence): readonly ContractCase[] => [
  it('find pages in sequence, after a place in the order, up to a limit', async (s) => {
    await s.put(...Array.from({ length: 25 }, (_, n) => entry(`m${n}`)))
    const seen: string[] = []
    for (let after: number | undefined; ;) {
      const page = await s.journal.admin.find({ limit: 10, ...(after === undefined ? {} : { after }) })
      if (page.length === 0) break
      ok(page.length <= 10)
      seen.push(...ids(page))
      after = page.at(-1)!.seq
    }
    deepEqual(
      seen,
      Array.from({ length: 25 }, (_, n) => `m${n}`),
    )
  }),
  it('find looks by state, flow, hop, root and tag of the last error, all of them at once', async (s) => {
    await s.put(entry('m1'), entry('m2'), entry('m3', { hop: 'a' }), entry('m4', { flow: 'other' }))
    const [m1, m2, m3] = await s.claim()
    await s.again(m1!, { at: s.clock.now() + 10, error: { _tag: 'Rejected' } })
    await s.dead(m2!, { error: { _tag: 'Rejected' } })
    await s.again(m3!, { error: { _tag: 'Rejected' } })
    await s.dead(await s.one(), { error: { _tag: 'TimedOut' } })
    deepEqual(ids(await s.find({ state: 'dead' })), ['m2', 'm3'])
    deepEqual(ids(await s.find({ state: 'waiting' })), ['m1', 'm4'])
    deepEqual(ids(await s.find({ flow: 'orders' })), ['m1', 'm2', 'm3'])
    deepEqual(ids(await s.find({ hop: 'in' })), ['m1', 'm2', 'm4'])
    deepEqual(ids(await s.find({ tag: 'Rejected' })), ['m1', 'm2'])
    deepEqual(ids(await s.find({ root: 'm3' })), ['m3'])
    deepEqual(ids(await s.find({ tag: 'Rejected', state: 'dead', flow: 'orders', hop: 'in' })), ['m2'])
    deepEqual(await s.find({ tag: 'TimedOut', hop: 'in' }), [])
  }),
  it('find shows ready, claimed, joining and dead entries as what they are', async (s) => {
    await s.put(entry('m1'), entry('m2'), entry('m3', { notBefore: s.clock.now() + 10 }))
    await s.put(entry('m4', { hop: 'join', join: { expect: ['x'], settle: 'all' } }))
    const [, m2] = await s.claim()
    await s.dead(m2!)
    deepEqual(
      (await s.find()).map(({ id, state }) => [id, state]),
      [
        ['m1', 'claimed'],
        ['m2', 'dead'],
        ['m3', 'ready'],
        ['m4', 'joining'],
      ],
    )
    equal((await s.found('m3'))?.due, s.clock.now() + 10)
    deepEqual((await s.found('m4'))?.join, { expect: ['x'], settle: 'all' })
    deepEqual(ids(await s.find({ state: 'waiting' })), ['m1', 'm3', 'm4'])
  }),
]
