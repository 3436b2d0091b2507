import { deepEqual, equal } from 'node:assert/strict'
import type { NewEntry } from '../../ports/journal.js'
import type { ContractCase } from './contract.js'
import { entry, ids } from './hand.js'
import type { Sentence } from './scene.js'

const at = (version: number | string, over: Partial<NewEntry> = {}): Partial<NewEntry> => ({
  latest: { key: 'k', version },
  ...over,
})

/** The high-water mark. */
export const latestCases = (it: Sentence): readonly ContractCase[] => [
  it('an older version never gets in: it is counted as superseded and not stored', async (s) => {
    await s.put(entry('m1', at(5)))
    deepEqual(await s.accept(entry('m2', at(4))), [{ id: 'm2', as: 'superseded' }])
    equal(await s.found('m2'), undefined)
    await s.claimIds(['m1'])
    await s.counted('in', { in: 2, superseded: 1, waiting: 1 })
  }),
  it('the mark outlives the entries that set it', async (s) => {
    await s.put(entry('m1', at(5)))
    await s.done(await s.one())
    await s.crash()
    deepEqual(await s.accept(entry('m2', at(4))), [{ id: 'm2', as: 'superseded' }])
  }),
  it('ready entries are superseded when a newer version comes', async (s) => {
    await s.put(entry('m1', at(1)), entry('m2', at(1, { notBefore: s.clock.now() + 1000 })))
    await s.put(entry('m3', at(2)))
    await s.claimIds(['m3'])
    await s.counted('in', { in: 3, superseded: 2, waiting: 1 })
    s.clock.advance(1000)
    deepEqual(await s.claim(), [])
  }),
  it('what was superseded while it stood at the head of its key lets the next one go', async (s) => {
    await s.put(
      entry('m1', at(1, { key: 'order' })),
      entry('m2', { key: 'order' }),
      entry('m3', at(2, { key: 'order' })),
    )
    await s.done((await s.claimIds(['m2']))[0]!)
    await s.claimIds(['m3'])
  }),
  it('claimed entries are never touched: they may still be delivered', async (s) => {
    await s.put(entry('m1', at(1)))
    const claimed = await s.one()
    await s.put(entry('m2', at(2)))
    deepEqual(await s.journal.extend([claimed.lease], 1000), [true])
    await s.done(claimed)
    await s.counted('in', { in: 2, delivered: 1, waiting: 1 })
  }),
  it('a claimed entry that is to go again after a newer one has come is superseded', async (s) => {
    await s.put(entry('m1', at(1)))
    const claimed = await s.one()
    await s.put(entry('m2', at(2)))
    equal(await s.settle(claimed, { as: 'again', at: s.clock.now(), spend: true, error: 'e' }), 'superseded')
    await s.claimIds(['m2'])
    await s.counted('in', { in: 2, superseded: 1, waiting: 1 })
  }),
  it('what a superseded settlement emits is written all the same', async (s) => {
    await s.put(entry('m1', at(1)))
    const claimed = await s.one()
    await s.put(entry('m2', at(2)))
    const beside = { emit: [entry('m1/alert', { hop: 'a' })], state: [{ name: 'x', expect: 0, value: 1 }] }
    equal(await s.settle(claimed, { as: 'again', at: s.clock.now(), spend: true }, beside), 'superseded')
    await s.claimIds(['m1/alert', 'm2'])
    equal((await s.journal.read(['x']))['x']?.version, 1)
  }),
  it('one that is superseded does not answer its join when it emits what answers in its stead', async (s) => {
    await s.put(entry('m/join', { hop: 'join', join: { expect: ['a'], settle: 'all' } }))
    const answers = { join: 'm/join', as: 'a' }
    await s.put(entry('m/a', { hop: 'a', answers, ...at(1) }))
    const claimed = await s.one()
    await s.put(entry('m2', at(2)))
    const beside = { emit: [entry('m/a/b', { hop: 'b', answers })] }
    equal(await s.settle(claimed, { as: 'again', at: s.clock.now(), spend: true }, beside), 'superseded')
    equal((await s.found('m/join'))?.state, 'joining')
    const next = (await s.claim()).find((one) => one.id === 'm/a/b')!
    await s.dead(next)
    deepEqual((await s.one()).replies, { a: { as: 'failure', error: { _tag: 'Rejected' } } })
  }),
  it('a claimed entry that is given back after a newer one has come is superseded', async (s) => {
    await s.put(entry('m1', at(1)))
    const claimed = await s.one()
    await s.put(entry('m2', at(2)))
    equal(await s.settle(claimed, { as: 'back' }), 'superseded')
    await s.claimIds(['m2'])
  }),
  it('an entry that was in hand at a crash does not run again after a newer version', async (s) => {
    await s.put(entry('m1', at(1)))
    await s.one()
    await s.put(entry('m2', at(2)))
    await s.crash()
    await s.claimIds(['m2'])
    await s.counted('in', { in: 2, superseded: 1, waiting: 1 })
  }),
  it('a retry that waits is superseded when a newer version comes', async (s) => {
    await s.put(entry('m1', at(1)))
    await s.again(await s.one(), { at: s.clock.now() + 10 })
    await s.put(entry('m2', at(2)))
    s.clock.advance(10)
    await s.claimIds(['m2'])
  }),
  it('equal versions pass, at accept and at again, in accept order', async (s) => {
    await s.put(entry('m1', at(3)), entry('m2', at(3)))
    const [first, second] = await s.claim()
    await s.put(entry('m3', at(3)))
    await s.again(first!)
    equal(await s.settle(second!, { as: 'back' }), 'ok')
    deepEqual(ids(await s.claim()), ['m1', 'm2', 'm3'])
  }),
  it('an emitted entry is judged when it is emitted: older ones are superseded', async (s) => {
    await s.put(entry('m1', at(1)))
    const claimed = await s.one()
    await s.put(entry('m2', at(2)))
    await s.done(claimed, { emit: [entry('m1/a', at(1, { hop: 'a' })), entry('m1/b', { hop: 'b' })] })
    await s.claimIds(['m1/b', 'm2'])
    await s.counted('a', { in: 1, superseded: 1 })
  }),
  it('an emitted entry of a newer version supersedes what is ready', async (s) => {
    await s.put(entry('m1', at(1)), entry('m2'))
    const [first, second] = await s.claim()
    await s.done(first!, { emit: [entry('m1/a', at(1, { hop: 'a' }))] })
    await s.done(second!, { emit: [entry('m2/a', at(2, { hop: 'a' }))] })
    await s.claimIds(['m2/a'])
  }),
  it('the mark is that of the flow: all of its hops, and no other flow', async (s) => {
    await s.put(entry('m1', at(5, { hop: 'a' })))
    deepEqual(await s.accept(entry('m2', at(4, { hop: 'b' }))), [{ id: 'm2', as: 'superseded' }])
    await s.put(entry('m3', at(1, { flow: 'other' })))
    await s.put(entry('m4', { latest: { key: 'another', version: 1 } }))
  }),
  it('entries without latest are not judged', async (s) => {
    await s.put(entry('m1', at(5)), entry('m2'), entry('m3', { key: 'k' }))
    await s.claimIds(['m1', 'm2', 'm3'])
  }),
  it('numbers are compared as numbers', async (s) => {
    await s.put(entry('m1', at(9)), entry('m2', at(10)), entry('m3', at(10.5)), entry('m4', at(1e15)))
    await s.claimIds(['m4'])
    deepEqual(await s.accept(entry('m5', at(2))), [{ id: 'm5', as: 'superseded' }])
  }),
  it('numbers come before strings', async (s) => {
    await s.put(entry('m1', at(1e9)), entry('m2', at('0')))
    await s.claimIds(['m2'])
    deepEqual(await s.accept(entry('m3', at(2e9))), [{ id: 'm3', as: 'superseded' }])
  }),
  it('strings compare by code point', async (s) => {
    const rising = ['', '10', '9', 'Z', 'a', 'aa', '\u00e9', '\uffee', '\u{1f600}']
    for (const [n, version] of rising.entries()) {
      await s.put(entry(`m${n}`, at(version)))
      for (const older of rising.slice(0, n)) {
        deepEqual(
          await s.accept(entry('x', at(older))),
          [{ id: 'x', as: 'superseded' }],
          `${older} < ${version}`,
        )
      }
    }
    await s.claimIds(['m8'])
  }),
  it('within one accept the newer supersedes the older that came with it', async (s) => {
    await s.put(entry('m1', at(1)), entry('m2', at(2)))
    await s.claimIds(['m2'])
  }),
  it('a replayed dead letter of an older version is superseded', async (s) => {
    await s.put(entry('m1', at(1)))
    await s.dead(await s.one())
    await s.put(entry('m2', at(2)))
    deepEqual(await s.journal.admin.replay(['m1']), ['replayed'])
    await s.claimIds(['m2'])
    await s.counted('in', { in: 2, superseded: 1, waiting: 1 })
  }),
  it('dead letters are not superseded: they wait for people', async (s) => {
    await s.put(entry('m1', at(1)))
    await s.dead(await s.one())
    await s.put(entry('m2', at(2)))
    equal((await s.found('m1'))?.state, 'dead')
  }),
]
