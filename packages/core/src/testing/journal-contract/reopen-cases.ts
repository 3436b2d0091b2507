import { deepEqual, equal } from 'node:assert/strict'
import type { ContractCase } from './contract.js'
import { entry } from './hand.js'
import { branch, gathered, joining, said } from './join-cases.js'
import type { Sentence } from './scene.js'

/** Replaying a branch whose join waits, is ready, is in hand, is dead or is done. */
export const reopenCases = (it: Sentence): readonly ContractCase[] => [
  it('a replayed branch of a join that still waits is waited for again', async (s) => {
    const { a, b, c } = await gathered(s, 'all')
    await s.dead(a)
    deepEqual(await s.journal.admin.replay(['m/a']), ['reopened'])
    await s.done(b, { reply: '2' })
    await s.done(c, { reply: '3' })
    const [again] = await s.claimIds(['m/a'])
    await s.done(again!, { reply: '1' })
    deepEqual((await s.one()).replies, { a: said('1'), b: said('2'), c: said('3') })
  }),
  it('a replayed branch re-opens a join that is ready and has not been claimed', async (s) => {
    const { a, b, c } = await gathered(s, 'all')
    await s.done(b, { reply: '2' })
    await s.done(c, { reply: '3' })
    await s.dead(a)
    equal((await s.found('m/join'))?.state, 'ready')
    deepEqual(await s.journal.admin.replay(['m/a']), ['reopened'])
    equal((await s.found('m/join'))?.state, 'joining')
    await s.done((await s.claimIds(['m/a']))[0]!, { reply: '1' })
    deepEqual((await s.one()).replies, { a: said('1'), b: said('2'), c: said('3') })
  }),
  it('a replayed branch re-opens a join that died of it: it is dead no more', async (s) => {
    const { a, b, c } = await gathered(s, 'all')
    await s.done(b, { reply: '2' })
    await s.done(c, { reply: '3' })
    await s.dead(a)
    await s.dead(await s.one(), { error: { _tag: 'PartialFailure' } })
    await s.counted('join', { in: 1, dead: 1 })
    await s.crash()
    deepEqual(await s.journal.admin.replay(['m/a']), ['reopened'])
    await s.counted('join', { in: 1, waiting: 1 })
    await s.done((await s.claimIds(['m/a']))[0]!, { reply: '1' })
    const join = await s.one()
    deepEqual(join.replies, { a: said('1'), b: said('2'), c: said('3') })
    await s.done(join, { why: 'joined' })
    await s.counted('join', { in: 1, joined: 1 })
  }),
  it('a join that died of it and answers another re-opens that too, if it has not gone on', async (s) => {
    const outer = { ...joining('all', ['x']), id: 'm/outer', hop: 'b' }
    const inner = { ...joining('all', ['a']), answers: { join: 'm/outer', as: 'x' } }
    await s.put(outer, inner, branch('a'))
    const one = async (id: string) => (await s.claimIds([id]))[0]!
    await s.dead(await one('m/a'))
    await s.dead(await one('m/join'), { error: { _tag: 'PartialFailure' } })
    await s.dead(await one('m/outer'), { error: { _tag: 'PartialFailure' } })
    await s.crash()
    deepEqual(await s.journal.admin.replay(['m/a']), ['reopened'])
    await s.counted('join', { in: 1, waiting: 1 })
    await s.counted('b', { in: 1, waiting: 1 })
    await s.done(await one('m/a'), { reply: '1' })
    await s.done(await one('m/join'), { reply: '[1]' })
    deepEqual((await one('m/outer')).replies, { x: said('[1]') })
  }),
  it('of two dead branches replayed the join waits for both', async (s) => {
    const { a, b, c } = await gathered(s, 'all')
    await s.dead(a)
    await s.dead(b)
    await s.done(c, { reply: '3' })
    await s.dead(await s.one())
    deepEqual(await s.journal.admin.replay(['m/a', 'm/b']), ['reopened', 'reopened'])
    const [first, second] = await s.claimIds(['m/a', 'm/b'])
    await s.done(first!, { reply: '1' })
    deepEqual(await s.claim(), [])
    await s.dead(second!, { error: { _tag: 'Again' } })
    deepEqual((await s.one()).replies, {
      a: said('1'),
      b: { as: 'failure', error: { _tag: 'Again' } },
      c: said('3'),
    })
  }),
  it('a re-opened join of a held key takes its place back', async (s) => {
    await s.put(
      { ...joining('all', ['a']), key: 'k' },
      entry('m/behind', { hop: 'join', key: 'k' }),
      branch('a'),
    )
    await s.dead(await s.one())
    await s.dead(await s.one(), { hold: true })
    deepEqual(await s.journal.admin.replay(['m/a']), ['reopened'])
    await s.done((await s.claimIds(['m/a']))[0]!, { reply: '1' })
    await s.done((await s.claimIds(['m/join']))[0]!)
    await s.claimIds(['m/behind'])
  }),
  it('a replayed branch of a join in hand is late: it runs, and nobody waits', async (s) => {
    const { a, b, c } = await gathered(s, 'all')
    await s.done(b, { reply: '2' })
    await s.done(c, { reply: '3' })
    await s.dead(a)
    const join = await s.one()
    deepEqual(await s.journal.admin.replay(['m/a']), ['late'])
    await s.done((await s.claimIds(['m/a']))[0]!, { reply: '1' })
    await s.again(join)
    deepEqual((await s.one()).replies?.['a'], { as: 'failure', error: { _tag: 'Rejected' } })
  }),
  it('a replayed branch of a join that is done is late: it runs, and nobody waits', async (s) => {
    const { a, b } = await gathered(s, 'any')
    await s.dead(a)
    await s.done(b, { reply: '2' })
    await s.done(await s.one(), { why: 'joined' })
    deepEqual(await s.journal.admin.replay(['m/a']), ['late'])
    await s.done((await s.claimIds(['m/a']))[0]!, { reply: '1' })
    await s.counted('join', { in: 1, joined: 1 })
    await s.counted('a', { in: 1, delivered: 1 })
  }),
  it('a dead join that is replayed itself runs again with the replies it had', async (s) => {
    const { a, b, c } = await gathered(s, 'all')
    for (const [one, reply] of [
      [a, '1'],
      [b, '2'],
      [c, '3'],
    ] as const)
      await s.done(one, { reply })
    await s.dead(await s.one())
    await s.crash()
    deepEqual(await s.journal.admin.replay(['m/join']), ['replayed'])
    deepEqual((await s.one()).replies, { a: said('1'), b: said('2'), c: said('3') })
  }),
  it('a join that is discarded leaves its branches to run for themselves', async (s) => {
    const { a, b, c } = await gathered(s, 'all')
    await s.done(a, { reply: '1' })
    deepEqual(await s.journal.admin.discard(['m/join'], 'test'), [true])
    await s.done(b, { reply: '2' })
    await s.dead(c)
    deepEqual(await s.journal.admin.replay(['m/c']), ['late'])
    await s.counted('join', { in: 1, discarded: 1 })
  }),
  it('a join of the name of one that has ended starts without replies', async (s) => {
    for (const end of ['done', 'discard'] as const) {
      await s.put(joining('all', ['a', 'b']), branch('a'), branch('b'))
      const [a, b] = await s.claimIds(['m/a', 'm/b'])
      await s.done(a!, { reply: JSON.stringify(end) })
      if (end === 'done') {
        await s.done(b!, { reply: '2' })
        await s.done(await s.one(), { why: 'joined' })
      } else {
        await s.journal.admin.discard(['m/join'], 'test')
        await s.done(b!, { reply: '2' })
      }
      await s.put(joining('any', ['a', 'b', 'c']), branch('c'))
      await s.done((await s.claimIds(['m/c']))[0]!, { reply: '3' })
      const join = await s.one()
      deepEqual(join.replies, { c: said('3') })
      await s.done(join, { why: 'joined' })
    }
  }),
]
