import { deepEqual, equal } from 'node:assert/strict'
import type { Done } from '../../ports/journal.js'
import type { ContractCase } from './contract.js'
import { entry, ids } from './hand.js'
import type { Sentence } from './scene.js'

/** What a commit does. */
export const settleCases = (it: Sentence): readonly ContractCase[] => [
  it('done ends an entry, counted for its reason', async (s) => {
    const reasons: readonly Done[] = [
      'delivered',
      'filtered',
      'discarded',
      'diverted',
      'superseded',
      'joined',
      'replayed',
    ]
    await s.put(...reasons.map((why) => entry(why)))
    for (const claimed of await s.claim()) await s.done(claimed, { why: claimed.id as Done })
    await s.counted('in', { in: 7, ...Object.fromEntries(reasons.map((why) => [why, 1])) })
    await s.crash()
    deepEqual(await s.claim(), [])
  }),
  it('a done entry and what it emits are one write', async (s) => {
    await s.put(entry('m1'))
    await s.done(await s.one(), { emit: ['a', 'b'].map((hop) => entry(`m1/${hop}`, { hop })) })
    await s.crash()
    deepEqual(ids(await s.claim()), ['m1/a', 'm1/b'])
    await s.counted('a', { in: 1, waiting: 1 })
  }),
  it('an emitted entry without an envelope has that of the settled entry, else its own', async (s) => {
    await s.put(entry('m1', { envelope: '{"n":1}' }))
    const emit = [entry('m1/a', { hop: 'a' }), entry('m1/b', { hop: 'b', envelope: '{"n":2}' })]
    await s.done(await s.one(), { emit })
    const claimed = await s.claim()
    deepEqual(
      claimed.map(({ envelope }) => envelope),
      ['{"n":1}', '{"n":2}'],
    )
    await s.done(claimed[0]!, { emit: [entry('m1/a/c', { hop: 'c' })] })
    equal((await s.one()).envelope, '{"n":1}')
  }),
  it('an emitted entry inherits neither key, latest nor deadline', async (s) => {
    await s.put(entry('m1', { key: 'k', latest: { key: 'l', version: 1 }, deadline: s.clock.now() + 1000 }))
    await s.done(await s.one(), { emit: [entry('m1/a', { hop: 'a' })] })
    const { key, latest, deadline } = await s.one()
    deepEqual([key, latest, deadline], [undefined, undefined, undefined])
  }),
  it('an emitted id that exists is left alone, be it waiting, claimed, dead or a done root', async (s) => {
    await s.put(entry('m1'), entry('m2'), entry('m2/a', { hop: 'a', body: '"first"' }))
    const [m1, m2, m2a] = await s.claim()
    await s.dead(m2!)
    const emit = ['m2', 'm2/a'].map((id) => entry(id, { hop: 'b', body: '"second"' }))
    await s.done(m1!, { emit: [...emit, entry('m1/c', { hop: 'c' })] })
    equal((await s.found('m2'))?.state, 'dead')
    equal((await s.found('m2/a'))?.body, '"first"')
    equal((await s.found('m1'))?.state, 'done')
    await s.counted('b', {})
    await s.again(m2a!)
    await s.done((await s.claimIds(['m1/c'], { hops: ['c'] }))[0]!, {
      emit: [entry('m2/a', { hop: 'b' }), entry('m1', { hop: 'b' })],
    })
    equal((await s.one()).body, '"first"')
    await s.counted('b', {})
  }),
  it('an emitted id that exists is left alone, whatever comes under it: a key, a version, a dead letter', async (s) => {
    await s.put(entry('m1'), entry('m2', { body: '"first"' }))
    const [m1] = await s.claimIds(['m1', 'm2'])
    const latest = { key: 'v', version: 1 }
    const over = [{ key: 'k' }, { latest }, { dead: { _tag: 'Bad' } }, { notBefore: s.clock.now() + 1 }]
    await s.done(m1!, { emit: over.map((o) => entry('m2', { hop: 'b', body: '"second"', ...o })) })
    equal((await s.found('m2'))?.body, '"first"')
    await s.counted('b', {})
    await s.put(entry('m3', { latest: { key: 'v', version: 0 } }))
  }),
  it('an emitted entry may be dead from the start', async (s) => {
    await s.put(entry('m1'))
    await s.done(await s.one(), { emit: [entry('m1/a', { hop: 'a', dead: { _tag: 'StepFailed' } })] })
    deepEqual((await s.found('m1/a'))?.errors, [{ _tag: 'StepFailed' }])
    await s.counted('a', { in: 1, dead: 1 })
  }),
  it('an emitted entry waits for its time', async (s) => {
    await s.put(entry('m1'))
    await s.done(await s.one(), { emit: [entry('m1/a', { hop: 'a', notBefore: s.clock.now() + 10 })] })
    deepEqual(await s.claim(), [])
    s.clock.advance(10)
    await s.claimIds(['m1/a'])
  }),
  it('again brings the entry back at its time, as it came in', async (s) => {
    await s.put(entry('m1', { body: '{"pristine":true}' }))
    const first = await s.one()
    await s.again(first, { at: s.clock.now() + 100 })
    s.clock.advance(99)
    deepEqual(await s.claim(), [])
    s.clock.advance(1)
    const { body, seq, at } = await s.one()
    deepEqual([body, seq, at], [first.body, first.seq, first.at])
  }),
  it('attempts count what was spent, and only that', async (s) => {
    await s.put(entry('m1'))
    await s.again(await s.one(), { spend: true })
    await s.again(await s.one(), { spend: false })
    equal(await s.settle(await s.one(), { as: 'back' }), 'ok')
    await s.again(await s.one(), { spend: true })
    await s.crash()
    equal((await s.one()).attempts, 2)
  }),
  it('the memo is the one of the last again', async (s) => {
    await s.put(entry('m1'))
    await s.again(await s.one(), { memo: { first: 1, deep: ['x', null] } })
    const claimed = await s.one()
    deepEqual(claimed.memo, { first: 1, deep: ['x', null] })
    equal(await s.settle(claimed, { as: 'back' }), 'ok')
    await s.crash()
    const kept = await s.one()
    deepEqual(kept.memo, { first: 1, deep: ['x', null] })
    await s.again(kept)
    equal((await s.one()).memo, undefined)
  }),
  it('an entry that goes again may emit: an alert', async (s) => {
    await s.put(entry('m1'))
    const alert = { emit: [entry('m1/alert', { hop: 'a' })] }
    equal(await s.settle(await s.one(), { as: 'again', at: s.clock.now(), spend: true }, alert), 'ok')
    await s.claimIds(['m1', 'm1/alert'])
  }),
  it('a dead letter may emit: an alert', async (s) => {
    await s.put(entry('m1'))
    equal(
      await s.settle(await s.one(), { as: 'dead', error: 'e' }, { emit: [entry('m1/alert', { hop: 'a' })] }),
      'ok',
    )
    await s.claimIds(['m1/alert'])
    await s.counted('in', { in: 1, dead: 1 })
  }),
  it('a dead letter does not answer its join when it emits what answers in its stead', async (s) => {
    await s.put(entry('m/join', { hop: 'join', join: { expect: ['a'], settle: 'all' } }))
    const answers = { join: 'm/join', as: 'a' }
    await s.put(entry('m/a', { hop: 'a', answers }))
    const beside = { emit: [entry('m/a/b', { hop: 'b', answers })] }
    equal(await s.settle(await s.one(), { as: 'dead', error: { _tag: 'Bad' } }, beside), 'ok')
    await s.done(await s.one(), { reply: '"late"' })
    deepEqual((await s.one()).replies, { a: { as: 'reply', value: '"late"' } })
  }),
  it('back is neither an outcome nor an attempt: the entry is as before', async (s) => {
    await s.put(entry('m1', { notBefore: s.clock.now() }))
    const first = await s.one()
    equal(await s.settle(first, { as: 'back' }), 'ok')
    const second = await s.one()
    deepEqual({ ...second, lease: null }, { ...first, lease: null })
    deepEqual((await s.found('m1'))?.errors, [])
  }),
  it('each settlement of a batch is judged alone', async (s) => {
    await s.put(entry('m1'), entry('m2'), entry('m3'))
    const [m1, m2, m3] = await s.claim()
    await s.done(m1!)
    const judged = await s.journal.commit([
      { lease: m1!.lease, as: 'back' },
      { lease: m2!.lease, as: 'done', why: 'delivered', state: [{ name: 'n', expect: 3, value: 1 }] },
      { lease: m3!.lease, as: 'done', why: 'delivered' },
    ])
    deepEqual(judged, ['fenced', 'conflict', 'ok'])
    await s.counted('in', { in: 3, delivered: 2, waiting: 1 })
  }),
  it('a commit of nothing is judged as nothing', async (s) => {
    deepEqual(await s.journal.commit([]), [])
  }),
  it('commits of one tick are judged each alone', async (s) => {
    await s.put(...Array.from({ length: 50 }, (_, n) => entry(`m${n}`)))
    const claimed = await s.claim()
    await Promise.all(claimed.map((one, n) => (n % 5 === 0 ? s.dead(one) : s.done(one))))
    await s.counted('in', { in: 50, delivered: 40, dead: 10 })
  }),
]
