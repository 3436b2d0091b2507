import { deepEqual, equal } from 'node:assert/strict'
import type { ContractCase } from './contract.js'
import { entry } from './hand.js'
import type { Sentence } from './scene.js'

/** State: compare and set. */
export const stateCases = (it: Sentence): readonly ContractCase[] => [
  it('absent names are left out of what is read', async (s) => {
    deepEqual(await s.journal.read(['nothing', 'here']), {})
    deepEqual(await s.journal.read([]), {})
  }),
  it('versions count up from 1 with every move, and any JSON is kept', async (s) => {
    const values = [null, false, 0, '', [], { a: [1, { b: null }] }]
    for (const [n, value] of values.entries()) {
      await s.journal.accept([], { state: [{ name: 'x', expect: n, value }] })
      deepEqual(await s.journal.read(['x']), { x: { version: n + 1, value } })
    }
  }),
  it('a move may say which version it makes, and who expects another conflicts', async (s) => {
    const version = 2 ** 47 + 1
    deepEqual(await s.journal.accept([], { state: [{ name: 'x', expect: 0, value: 1, version }] }), [])
    deepEqual(await s.journal.read(['x']), { x: { version, value: 1 } })
    equal(await s.journal.accept([], { state: [{ name: 'x', expect: 1, value: 2 }] }), 'conflict')
    deepEqual(await s.journal.accept([], { state: [{ name: 'x', expect: version, value: 2 }] }), [])
    deepEqual(await s.journal.read(['x']), { x: { version: version + 1, value: 2 } })
  }),
  it('a removed name is absent, and may be set anew', async (s) => {
    await s.journal.accept([], { state: [{ name: 'x', expect: 0, value: 1 }] })
    deepEqual(await s.journal.accept([], { state: [{ name: 'x', expect: 1, value: undefined }] }), [])
    deepEqual(await s.journal.read(['x']), {})
    equal(await s.journal.accept([], { state: [{ name: 'x', expect: 1, value: 2 }] }), 'conflict')
    deepEqual(await s.journal.accept([], { state: [{ name: 'x', expect: 0, value: 2 }] }), [])
  }),
  it('of two that read the same version one wins and the other conflicts', async (s) => {
    const move = (value: number): Promise<unknown> =>
      s.journal.accept([], { state: [{ name: 'lease:poll', expect: 0, value }] })
    deepEqual((await Promise.all([move(1), move(2)])).filter((judged) => judged === 'conflict').length, 1)
    equal((await s.journal.read(['lease:poll']))['lease:poll']?.version, 1)
  }),
  it('several names move together or not at all', async (s) => {
    const state = ['a', 'b'].map((name) => ({ name, expect: 0, value: name }))
    await s.journal.accept([], { state })
    const mixed = [
      { name: 'a', expect: 1, value: 'new' },
      { name: 'b', expect: 0, value: 'new' },
    ]
    equal(await s.journal.accept([], { state: mixed }), 'conflict')
    deepEqual(await s.journal.read(['b', 'a']), {
      a: { version: 1, value: 'a' },
      b: { version: 1, value: 'b' },
    })
  }),
  it('state moves in the same write as a settlement', async (s) => {
    await s.put(entry('m1'))
    await s.done(await s.one(), { state: [{ name: 'x', expect: 0, value: 'kept' }] })
    await s.crash()
    deepEqual(await s.journal.read(['x']), { x: { version: 1, value: 'kept' } })
  }),
  it('after a conflict nothing of the settlement is written and its lease is still held', async (s) => {
    await s.put(entry('m1'))
    const claimed = await s.one()
    const beside = { emit: [entry('m1/a', { hop: 'a' })], state: [{ name: 'x', expect: 4, value: 1 }] }
    equal(await s.settle(claimed, { as: 'done', why: 'delivered' }, beside), 'conflict')
    await s.counted('a', {})
    deepEqual(await s.claim(), [])
    deepEqual(await s.journal.extend([claimed.lease], 1000), [true])
    await s.done(claimed, { emit: beside.emit, state: [{ name: 'x', expect: 0, value: 1 }] })
    await s.claimIds(['m1/a'])
  }),
  it('a conflict in one settlement does not touch the next one of the batch, which may move the same name', async (s) => {
    await s.put(entry('m1'), entry('m2'), entry('m3'))
    const batch = (await s.claim()).map(({ lease }, n) => ({
      lease,
      as: 'done' as const,
      why: 'delivered' as const,
      state: [{ name: 'x', expect: n === 2 ? 1 : 0, value: n }],
    }))
    deepEqual(await s.journal.commit(batch), ['ok', 'conflict', 'ok'])
    deepEqual(await s.journal.read(['x']), { x: { version: 2, value: 2 } })
  }),
  it('what was given in or read may be changed by its owner, and the journal does not see it', async (s) => {
    const value = { list: [1] }
    await s.journal.accept([], { state: [{ name: 'x', expect: 0, value }] })
    value.list.push(2)
    const read = (await s.journal.read(['x']))['x']!.value as { list: number[] }
    deepEqual(read, { list: [1] })
    read.list.push(3)
    deepEqual((await s.journal.read(['x']))['x']!.value, { list: [1] })
  }),
]
