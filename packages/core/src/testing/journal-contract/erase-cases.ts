import { deepEqual, equal } from 'node:assert/strict'
import type { ContractCase } from './contract.js'
import { entry, ids } from './hand.js'
import type { Sentence } from './scene.js'

/** Forgetting a key. */
export const eraseCases = (it: Sentence): readonly ContractCase[] => [
  it('erase removes waiting entries, dead letters and roots of a key, and says how many', async (s) => {
    await s.put(
      entry('m1', { key: 'p' }),
      entry('m2', { key: 'p', hop: 'a' }),
      entry('m3', { key: 'p', hop: 'b' }),
    )
    await s.put(entry('m4', { key: 'other' }), entry('m5'))
    const claimed = await s.claim()
    for (const one of claimed) {
      if (one.id === 'm1') await s.done(one, { emit: [entry('m1/c', { hop: 'c' })] })
      else if (one.id === 'm2') await s.dead(one)
      else equal(await s.settle(one, { as: 'back' }), 'ok')
    }
    equal(await s.journal.admin.erase('p'), 3)
    deepEqual([...ids(await s.find())].sort(), ['m1/c', 'm4', 'm5'])
    equal(await s.journal.admin.erase('p'), 0)
  }),
  it('what is erased counts as discarded; a root that was done stays counted as it was', async (s) => {
    await s.put(entry('m1', { key: 'p' }), entry('m2', { key: 'q' }))
    const [m1, m2] = await s.claim()
    await s.done(m1!, { emit: [entry('m1/a', { hop: 'a', key: 'p' })] })
    await s.dead(m2!)
    await s.journal.admin.erase('p')
    await s.journal.admin.erase('q')
    await s.counted('in', { in: 2, delivered: 1, discarded: 1 })
    await s.counted('a', { in: 1, discarded: 1 })
  }),
  it('erase removes the mark of latest: any version may come again', async (s) => {
    await s.put(entry('m1', { latest: { key: 'p', version: 9 } }))
    equal(await s.journal.admin.erase('p'), 1)
    await s.put(entry('m2', { latest: { key: 'p', version: 1 } }))
    await s.claimIds(['m2'])
  }),
  it('erase takes an entry in hand too: its holder is fenced', async (s) => {
    await s.put(entry('m1', { key: 'p' }))
    const claimed = await s.one()
    equal(await s.journal.admin.erase('p'), 1)
    equal(await s.settle(claimed, { as: 'again', at: s.clock.now(), spend: true }), 'fenced')
    deepEqual(await s.find(), [])
  }),
  it('a branch that is erased while it waits answers its join with none', async (s) => {
    await s.put(entry('m/join', { hop: 'join', join: { expect: ['a'], settle: 'all' } }))
    await s.put(entry('m/a', { hop: 'a', key: 'p', answers: { join: 'm/join', as: 'a' } }))
    await s.journal.admin.erase('p')
    deepEqual((await s.one()).replies, { a: { as: 'none' } })
  }),
  it('a join that ends because its branch was erased before it is counted with them', async (s) => {
    const join = entry('m/join', {
      hop: 'join',
      key: 'p',
      latest: { key: 'v', version: 1 },
      join: { expect: ['a'], settle: 'all' },
    })
    await s.put(entry('m/a', { hop: 'a', key: 'p', answers: { join: 'm/join', as: 'a' } }), join)
    await s.put(entry('m2', { latest: { key: 'v', version: 2 } }))
    equal(await s.journal.admin.erase('p'), 2)
    deepEqual(ids(await s.find()), ['m2'])
    equal(await s.count('join', 'waiting'), 0)
  }),
  it('a key that was erased may be used again, and what is erased stays so', async (s) => {
    await s.put(entry('m1', { key: 'p' }), entry('m2', { key: 'p' }))
    equal(await s.journal.admin.erase('p'), 2)
    await s.put(entry('m3', { key: 'p' }))
    await s.crash()
    await s.claimIds(['m3'])
  }),
  it('erase of a key that nobody knows removes nothing', async (s) => {
    await s.put(entry('m1', { key: 'p' }))
    equal(await s.journal.admin.erase('m1'), 0)
    await s.claimIds(['m1'])
  }),
]
