import { deepEqual, equal, ok } from 'node:assert/strict'
import type { Claimed } from '../../ports/journal.js'
import type { ContractCase } from './contract.js'
import { entry, ids } from './hand.js'
import type { Scene, Sentence } from './scene.js'

const crashWith = async (s: Scene, ...held: readonly string[]): Promise<void> => {
  const claimed = await s.claim()
  for (const id of held) ok(ids(claimed).includes(id), `${id} is in hand at the crash`)
  await s.crash()
}

/** S12: counting crashes, and running suspects one at a time. */
export const crashCases = (it: Sentence): readonly ContractCase[] => [
  it('what was in hand at a crash is claimable at once after it', async (s) => {
    await s.put(entry('m1'), entry('m2'))
    await crashWith(s, 'm1', 'm2')
    await s.claimIds(['m1', 'm2'])
  }),
  it('the first crash, in the process that stored the entry, is not counted; those after it are', async (s) => {
    await s.put(entry('m1'))
    await crashWith(s, 'm1')
    for (let counted = 1; counted <= 6; counted++) {
      const claimed = await s.one()
      equal(claimed.claims, counted)
      await s.crash()
    }
  }),
  it('an outcome starts the count anew: again, and dead with its replay', async (s) => {
    await s.put(entry('m1'))
    await crashWith(s, 'm1')
    await crashWith(s, 'm1')
    const second = await s.one()
    equal(second.claims, 2)
    await s.again(second)
    const third = await s.one()
    ok(third.claims <= 1)
    await s.crash()
    await crashWith(s, 'm1')
    await s.dead(await s.one())
    await s.journal.admin.replay(['m1'])
    ok((await s.one()).claims <= 1)
  }),
  it('back takes the claim back', async (s) => {
    await s.put(entry('m1'))
    await crashWith(s, 'm1')
    for (let round = 0; round < 3; round++) {
      const claimed = await s.one()
      equal(claimed.claims, 1)
      equal(await s.settle(claimed, { as: 'back' }), 'ok')
    }
  }),
  it('entries that were not in hand are not counted', async (s) => {
    await s.put(entry('m1'), entry('m2', { hop: 'a' }))
    for (let round = 0; round < 3; round++) {
      await s.claimIds(['m1'], { hops: ['in'] })
      await s.crash()
    }
    equal((await s.claimIds(['m2'], { hops: ['a'] }))[0]!.claims, 1)
  }),
  it('suspects are leased one at a time, each when the one before is settled', async (s) => {
    await s.put(entry('m1'), entry('m2'), entry('m3'))
    await s.crash()
    await crashWith(s, 'm1', 'm2', 'm3')
    await s.put(entry('new'))
    const first = await s.claim()
    equal(first.length, 2, 'one suspect and the new entry')
    const suspect = first.find(({ id }) => id !== 'new')!
    deepEqual(await s.claim(), [])
    await s.done(suspect)
    const second = await s.one()
    await s.again(second, { at: s.clock.now() + 10 })
    const third = await s.one()
    deepEqual([suspect.id, second.id, third.id], ['m1', 'm2', 'm3'])
    equal(await s.settle(third, { as: 'back' }), 'ok')
    await s.dead(await s.one())
    s.clock.advance(10)
    await s.claimIds(['m2'])
  }),
  it('one suspect at a time holds over all hops', async (s) => {
    await s.put(entry('m1'), entry('m2', { hop: 'a' }))
    await s.crash()
    await crashWith(s, 'm1', 'm2')
    const [first] = await s.claimIds(['m1'], { hops: ['in'] })
    deepEqual(await s.claim({ hops: ['a'] }), [])
    await s.done(first!)
    await s.claimIds(['m2'], { hops: ['a'] })
  }),
  it('after its outcome a suspect is none', async (s) => {
    await s.put(entry('m1'), entry('m2'))
    await s.crash()
    await crashWith(s, 'm1', 'm2')
    await s.again(await s.one())
    const [first, second] = await s.claim()
    ok(first !== undefined && second !== undefined, 'the one with an outcome runs beside the suspect')
  }),
  it('a suspect that must wait does not keep other overdue entries waiting', async (s) => {
    const deadline = s.clock.now() - 1
    await s.put(entry('m1', { deadline }), entry('m2', { deadline }))
    await s.crash()
    await crashWith(s, 'm1', 'm2')
    await s.put(entry('m3', { deadline }))
    const [m1] = await s.claimIds(['m1'], { max: 1, overdue: true })
    await s.claimIds(['m3'], { overdue: true })
    await s.done(m1!)
    await s.claimIds(['m2'], { overdue: true })
  }),
  it('suspects keep the order of their key', async (s) => {
    await s.put(entry('m1', { key: 'k' }), entry('m2', { key: 'k' }))
    await s.crash()
    await crashWith(s, 'm1')
    await s.done((await s.claimIds(['m1']))[0]!)
    await s.claimIds(['m2'])
  }),
  it('poison among 500 neighbours kills six times, is found out, and its neighbours are not blamed', async (s) => {
    const neighbours = Array.from({ length: 500 }, (_, n) => entry(`m${n}`))
    await s.put(...neighbours.slice(0, 30), entry('poison'), ...neighbours.slice(30))
    let kills = 0
    let blamed = 0
    for (let rounds = 0; rounds < 2000; rounds++) {
      const claimed = await s.claim({ max: 64 })
      if (claimed.length === 0) break
      const crashed = claimed.filter(({ claims }) => claims > 5)
      await s.journal.commit(crashed.map(({ lease }) => ({ lease, as: 'dead', error: { _tag: 'Crashed' } })))
      const alive = claimed.filter(({ claims }) => claims <= 5)
      blamed = Math.max(blamed, ...alive.filter(({ id }) => id !== 'poison').map(({ claims }) => claims))
      if (alive.some(({ id }) => id === 'poison')) {
        kills++
        await s.crash()
      } else {
        await s.journal.commit(alive.map(({ lease }: Claimed) => ({ lease, as: 'done', why: 'delivered' })))
      }
    }
    deepEqual(ids(await s.find({ tag: 'Crashed' })), ['poison'])
    await s.counted('in', { in: 501, delivered: 500, dead: 1 })
    equal(kills, 6)
    ok(blamed <= 2, `a neighbour was counted ${blamed} times`)
  }),
]
