import { deepEqual, equal } from 'node:assert/strict'
import type { ContractCase } from './contract.js'
import { entry } from './hand.js'
import type { Sentence } from './scene.js'

/** Leases: fencing, extending and marks. */
export const leaseCases = (it: Sentence): readonly ContractCase[] => [
  it('a lease that was settled is fenced: nothing of a second settlement is written', async (s) => {
    await s.put(entry('m1'))
    const claimed = await s.one()
    await s.again(claimed)
    const late = { emit: [entry('m1/a', { hop: 'a' })], state: [{ name: 'n', expect: 0, value: 1 }] }
    equal(await s.settle(claimed, { as: 'done', why: 'delivered' }, late), 'fenced')
    deepEqual(await s.journal.read(['n']), {})
    await s.claimIds(['m1'])
  }),
  it('a lease from before a crash is fenced, whatever it tries', async (s) => {
    await s.put(entry('m1'))
    const before = await s.one()
    await s.crash()
    equal(await s.settle(before, { as: 'done', why: 'delivered' }), 'fenced')
    const after = await s.one()
    equal(await s.settle(before, { as: 'dead', error: 'late' }), 'fenced')
    equal(await s.journal.mark(before.lease, 'sent'), false)
    deepEqual(await s.journal.extend([before.lease, after.lease], 1000), [false, true])
    await s.done(after)
  }),
  it('a lease from before a restart is fenced', async (s) => {
    await s.put(entry('m1'))
    const before = await s.one()
    await s.restart()
    equal(await s.settle(before, { as: 'back' }), 'fenced')
    await s.done(await s.one())
  }),
  it('a wrong token and an unknown id are fenced', async (s) => {
    await s.put(entry('m1'))
    const { lease } = await s.one()
    equal(await s.settle({ lease: { id: 'm1', token: `${lease.token}x` } }, { as: 'back' }), 'fenced')
    equal(await s.settle({ lease: { id: 'm2', token: lease.token } }, { as: 'back' }), 'fenced')
    for (const token of ['', 'nonsense', '.', 'x.1.1']) {
      const wrong = { id: 'm1', token }
      equal(await s.settle({ lease: wrong }, { as: 'back' }), 'fenced')
      equal(await s.journal.mark(wrong, 'sent'), false)
      deepEqual(await s.journal.extend([wrong], 1000), [false])
    }
    await s.done({ lease })
  }),
  it('of two settlements of one lease in a batch the second is fenced', async (s) => {
    await s.put(entry('m1'))
    const { lease } = await s.one()
    const batch = [
      { lease, as: 'done', why: 'delivered' },
      { lease, as: 'dead', error: 'too late' },
    ] as const
    deepEqual(await s.journal.commit(batch), ['ok', 'fenced'])
    await s.counted('in', { in: 1, delivered: 1 })
  }),
  it('extend says which leases are still held', async (s) => {
    await s.put(entry('m1'), entry('m2'))
    const [first, second] = await s.claim()
    await s.done(first!)
    deepEqual(await s.journal.extend([first!.lease, second!.lease], 1000), [false, true])
    deepEqual(await s.journal.extend([], 1000), [])
  }),
  it('a mark lives through a crash and is given back at the next claim', async (s) => {
    await s.put(entry('m1'))
    const { lease } = await s.one()
    equal(await s.journal.mark(lease, 'sent'), true)
    equal(await s.journal.mark(lease, 'once:token', { id: [1, null] }), true)
    await s.crash()
    const { marks } = await s.one()
    deepEqual(Object.keys(marks).sort(), ['once:token', 'sent'])
    deepEqual(marks['once:token'], { id: [1, null] })
  }),
  it('a mark written again has its last value', async (s) => {
    await s.put(entry('m1'))
    const { lease } = await s.one()
    await s.journal.mark(lease, 'once:n', 1)
    await s.journal.mark(lease, 'once:n', 2)
    await s.crash()
    equal((await s.one()).marks['once:n'], 2)
  }),
  it('again clears the mark sent and keeps the marks once', async (s) => {
    await s.put(entry('m1'))
    const claimed = await s.one()
    await s.journal.mark(claimed.lease, 'sent')
    await s.journal.mark(claimed.lease, 'once:a', 1)
    await s.again(claimed)
    deepEqual((await s.one()).marks, { 'once:a': 1 })
  }),
  it('dead clears the mark sent and keeps the marks once, into the replay', async (s) => {
    await s.put(entry('m1'))
    const claimed = await s.one()
    await s.journal.mark(claimed.lease, 'sent')
    await s.journal.mark(claimed.lease, 'once:a', 1)
    await s.dead(claimed)
    await s.journal.admin.replay(['m1'])
    deepEqual((await s.one()).marks, { 'once:a': 1 })
  }),
  it('back keeps the mark sent: it is no outcome', async (s) => {
    await s.put(entry('m1'))
    const claimed = await s.one()
    await s.journal.mark(claimed.lease, 'sent')
    equal(await s.settle(claimed, { as: 'back' }), 'ok')
    equal('sent' in (await s.one()).marks, true)
  }),
  it('a mark of a lease that is no longer held is refused and not written', async (s) => {
    await s.put(entry('m1'))
    const claimed = await s.one()
    await s.again(claimed)
    equal(await s.journal.mark(claimed.lease, 'once:a', 1), false)
    deepEqual((await s.one()).marks, {})
  }),
  it('marks belong to their entry: what it emits has none', async (s) => {
    await s.put(entry('m1'))
    const claimed = await s.one()
    await s.journal.mark(claimed.lease, 'once:a', 1)
    await s.done(claimed, { emit: [entry('m1/a', { hop: 'a' })] })
    deepEqual((await s.one()).marks, {})
  }),
]
