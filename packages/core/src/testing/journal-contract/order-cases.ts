import { deepEqual, equal } from 'node:assert/strict'
import type { ContractCase } from './contract.js'
import { entry, ids } from './hand.js'
import type { Sentence } from './scene.js'

const keyed = (...all: readonly string[]): ReturnType<typeof entry>[] =>
  all.map((id) => entry(id, { key: 'k' }))

/** Order per (hop, key). */
export const orderCases = (it: Sentence): readonly ContractCase[] => [
  it('entries of one key are claimed one at a time, in sequence', async (s) => {
    await s.put(...keyed('m1', 'm2', 'm3'))
    for (const id of ['m1', 'm2', 'm3']) {
      const [claimed] = await s.claimIds([id])
      deepEqual(await s.claim(), [])
      await s.done(claimed!)
    }
  }),
  it('other keys, and entries without a key, overtake', async (s) => {
    await s.put(...keyed('m1', 'm2'), entry('m3', { key: 'other' }), entry('m4'))
    deepEqual(ids(await s.claim()), ['m1', 'm3', 'm4'])
  }),
  it('the same key on two hops, or in two flows, is two keys', async (s) => {
    await s.put(entry('m1', { key: 'k' }), entry('m2', { key: 'k', hop: 'a' }))
    await s.put(entry('m3', { key: 'k', flow: 'other' }))
    await s.claimIds(['m1', 'm2'])
    const other = await s.journal.claim({
      wants: [{ flow: 'other', hop: 'in', max: 9 }],
      max: 9,
      leaseMs: 1000,
    })
    deepEqual(ids(other.entries), ['m3'])
  }),
  it('a retry keeps its place: what is behind waits until it is through', async (s) => {
    await s.put(...keyed('m1', 'm2'))
    await s.again(await s.one(), { at: s.clock.now() + 1000 })
    deepEqual(await s.claim(), [])
    s.clock.advance(1000)
    await s.again((await s.claimIds(['m1']))[0]!)
    await s.done((await s.claimIds(['m1']))[0]!)
    await s.claimIds(['m2'])
  }),
  it('an entry that is not due yet blocks those behind it', async (s) => {
    await s.put(entry('m1', { key: 'k', notBefore: s.clock.now() + 100 }), ...keyed('m2'))
    deepEqual(await s.claim(), [])
    s.clock.advance(100)
    await s.claimIds(['m1'])
  }),
  it('back keeps the place', async (s) => {
    await s.put(...keyed('m1', 'm2'))
    equal(await s.settle(await s.one(), { as: 'back' }), 'ok')
    await s.claimIds(['m1'])
  }),
  it('order holds through a restart', async (s) => {
    await s.put(...keyed('m1', 'm2', 'm3'))
    await s.done(await s.one())
    await s.restart()
    await s.put(...keyed('m4'))
    for (const id of ['m2', 'm3', 'm4']) await s.done((await s.claimIds([id]))[0]!)
  }),
  it('order holds through a crash with the first one in hand', async (s) => {
    await s.put(...keyed('m1', 'm2'))
    await s.claimIds(['m1'])
    await s.crash()
    await s.done((await s.claimIds(['m1']))[0]!)
    await s.claimIds(['m2'])
  }),
  it('order holds through a crash while a retry waits for its time', async (s) => {
    await s.put(...keyed('m1', 'm2'))
    await s.again(await s.one(), { at: s.clock.now() + 1000 })
    await s.crash()
    deepEqual(await s.claim(), [])
    s.clock.advance(1000)
    await s.claimIds(['m1'])
  }),
  it('a dead letter lets its key go on', async (s) => {
    await s.put(...keyed('m1', 'm2'))
    await s.dead(await s.one())
    await s.claimIds(['m2'])
  }),
  it('a dead letter that holds its key keeps it waiting, through a restart and a crash', async (s) => {
    await s.put(...keyed('m1', 'm2'), entry('m3', { key: 'other' }))
    const [first, third] = await s.claimIds(['m1', 'm3'])
    await s.dead(first!, { hold: true })
    await s.done(third!)
    deepEqual(await s.claim(), [])
    await s.restart()
    await s.put(...keyed('m4'))
    deepEqual(await s.claim(), [])
    await s.crash()
    deepEqual(await s.claim(), [])
  }),
  it('a held key goes on, in order, when its dead letter is replayed and done', async (s) => {
    await s.put(...keyed('m1', 'm2', 'm3'))
    await s.dead(await s.one(), { hold: true })
    await s.journal.admin.replay(['m1'])
    for (const id of ['m1', 'm2', 'm3']) await s.done((await s.claimIds([id]))[0]!)
  }),
  it('a held key goes on when its dead letter is discarded', async (s) => {
    await s.put(...keyed('m1', 'm2'))
    await s.dead(await s.one(), { hold: true })
    deepEqual(await s.journal.admin.discard(['m1'], 'test'), [true])
    await s.claimIds(['m2'])
  }),
  it('a dead letter that holds no key, nor is the only one of it, holds nothing without a key', async (s) => {
    await s.put(entry('m1'), entry('m2'))
    const [first, second] = await s.claim()
    await s.dead(first!, { hold: true })
    await s.again(second!)
    await s.claimIds(['m2'])
  }),
  it('a replayed dead letter re-enters behind a living entry of its key', async (s) => {
    await s.put(...keyed('m1', 'm2', 'm3'))
    await s.dead(await s.one())
    const [second] = await s.claimIds(['m2'])
    await s.journal.admin.replay(['m1'])
    deepEqual(await s.claim(), [])
    await s.done(second!)
    await s.done((await s.claimIds(['m1']))[0]!)
    await s.claimIds(['m3'])
  }),
  it('a replayed dead letter does not push aside one that waits at the head of its key', async (s) => {
    await s.put(...keyed('m1', 'm2'))
    await s.dead(await s.one())
    await s.journal.admin.replay(['m1'])
    await s.done((await s.claimIds(['m2']))[0]!)
    await s.claimIds(['m1'])
  }),
  it('discarding one in the middle of a key lets the others keep their order', async (s) => {
    await s.put(...keyed('m1', 'm2', 'm3'))
    deepEqual(await s.journal.admin.discard(['m2'], 'test'), [true])
    await s.done((await s.claimIds(['m1']))[0]!)
    await s.claimIds(['m3'])
  }),
  it('discarding the first one of a key, while it waits, lets the next one go', async (s) => {
    await s.put(...keyed('m1', 'm2'))
    deepEqual(await s.journal.admin.discard(['m1'], 'test'), [true])
    await s.claimIds(['m2'])
  }),
  it('what is emitted to the own hop and key stands behind those that were there', async (s) => {
    await s.put(...keyed('m1', 'm2'))
    await s.done(await s.one(), { emit: [entry('m1/next', { key: 'k' })] })
    await s.done((await s.claimIds(['m2']))[0]!)
    await s.claimIds(['m1/next'])
  }),
  it('a thousand entries of ten keys keep the order of each key, retries in between', async (s) => {
    await s.put(...Array.from({ length: 1000 }, (_, n) => entry(`m${n}`, { key: `k${n % 10}` })))
    const seen = new Map<string, number>()
    const retried = new Set<string>()
    for (let left = 1000; left > 0;) {
      const claimed = await s.claim()
      equal(new Set(claimed.map(({ key }) => key)).size, claimed.length)
      const batch = claimed.map(({ id, key, seq, lease }) => {
        equal(seq > (seen.get(key!) ?? 0), true, `${id} comes after what was done of ${key}`)
        const again = seq % 7 === 0 && !retried.has(id)
        if (again) retried.add(id)
        else seen.set(key!, seq)
        if (!again) left--
        return again
          ? { lease, as: 'again' as const, at: s.clock.now(), spend: true }
          : { lease, as: 'done' as const, why: 'delivered' as const }
      })
      deepEqual(new Set(await s.journal.commit(batch)), new Set(['ok']))
    }
    equal(retried.size > 100, true)
  }),
]
