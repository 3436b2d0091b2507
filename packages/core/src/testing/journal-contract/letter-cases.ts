import { deepEqual, equal } from 'node:assert/strict'
import type { ContractCase } from './contract.js'
import { entry, ids } from './hand.js'
import type { Sentence } from './scene.js'

/** Dead letters: history, replay, discard. */
export const letterCases = (it: Sentence): readonly ContractCase[] => [
  it('a dead letter keeps its input, envelope, attempts and errors, oldest first', async (s) => {
    await s.put(entry('m1', { body: '{"n":1}', envelope: '{"h":1}', key: 'k' }))
    await s.again(await s.one(), { error: { _tag: 'Unavailable', status: 503 } })
    await s.again(await s.one(), { error: { _tag: 'TimedOut' } })
    await s.dead(await s.one(), { error: { _tag: 'Rejected', status: 422 } })
    await s.crash()
    const found = (await s.found('m1'))!
    deepEqual(
      [found.state, found.body, found.envelope, found.key, found.attempts],
      ['dead', '{"n":1}', '{"h":1}', 'k', 2],
    )
    deepEqual(found.errors, [
      { _tag: 'Unavailable', status: 503 },
      { _tag: 'TimedOut' },
      { _tag: 'Rejected', status: 422 },
    ])
  }),
  it('of many errors the first and the 19 last are kept', async (s) => {
    await s.put(entry('m1'))
    for (let n = 1; n <= 30; n++) await s.again(await s.one(), { error: n })
    deepEqual((await s.found('m1'))?.errors, [1, ...Array.from({ length: 19 }, (_, n) => n + 12)])
    await s.dead(await s.one(), { error: 31 })
    deepEqual((await s.found('m1'))?.errors, [1, ...Array.from({ length: 19 }, (_, n) => n + 13)])
  }),
  it('an attempt that failed without an error to tell leaves none', async (s) => {
    await s.put(entry('m1'))
    await s.again(await s.one())
    deepEqual((await s.found('m1'))?.errors, [])
  }),
  it('a dead letter is not claimed, and lives through restarts', async (s) => {
    await s.put(entry('m1'))
    await s.dead(await s.one())
    await s.restart()
    deepEqual(await s.claim(), [])
    await s.counted('in', { in: 1, dead: 1 })
  }),
  it('replay brings a dead letter back as it came in: due now, attempts 0, no memo, its history kept', async (s) => {
    await s.put(entry('m1', { body: '"pristine"' }))
    await s.again(await s.one(), { error: 'first', memo: { since: 1 } })
    await s.dead(await s.one(), { error: 'last' })
    s.clock.advance(1000)
    deepEqual(await s.journal.admin.replay(['m1']), ['replayed'])
    await s.counted('in', { in: 1, waiting: 1 })
    const { body, attempts, memo } = await s.one()
    deepEqual([body, attempts, memo], ['"pristine"', 0, undefined])
    const { due, errors } = (await s.found('m1'))!
    deepEqual([due, errors], [s.clock.now(), ['first', 'last']])
  }),
  it('replay takes away a deadline that has passed, and keeps one that has not', async (s) => {
    await s.put(
      entry('m1', { deadline: s.clock.now() + 10 }),
      entry('m2', { deadline: s.clock.now() + 5000 }),
    )
    for (const one of await s.claim()) await s.dead(one)
    s.clock.advance(1000)
    deepEqual(await s.journal.admin.replay(['m1', 'm2']), ['replayed', 'replayed'])
    const claimed = await s.claim()
    deepEqual(
      claimed.map(({ id, deadline }) => [id, deadline]),
      [
        ['m1', undefined],
        ['m2', s.clock.now() + 4000],
      ],
    )
  }),
  it('replay queues by the time of the replay', async (s) => {
    await s.put(entry('m1'))
    await s.dead(await s.one())
    s.clock.advance(10)
    await s.put(entry('m2'))
    s.clock.advance(10)
    await s.journal.admin.replay(['m1'])
    deepEqual(ids(await s.claim()), ['m2', 'm1'])
  }),
  it('a replay is durable', async (s) => {
    await s.put(entry('m1'))
    await s.dead(await s.one())
    await s.journal.admin.replay(['m1'])
    await s.crash()
    await s.claimIds(['m1'])
  }),
  it('each id of a replay is answered; what is no dead letter is absent', async (s) => {
    await s.put(entry('m1'), entry('m2'), entry('m3'))
    const [m1, m2] = await s.claim({ max: 2 })
    await s.dead(m1!)
    deepEqual(await s.journal.admin.replay(['m2', 'm1', 'm3', 'nobody', 'm1']), [
      'absent',
      'replayed',
      'absent',
      'absent',
      'absent',
    ])
    await s.done(m2!)
  }),
  it('a replayed letter may die again, and be replayed again', async (s) => {
    await s.put(entry('m1'))
    for (let round = 0; round < 3; round++) {
      await s.dead(await s.one(), { error: round })
      await s.counted('in', { in: 1, dead: 1 })
      deepEqual(await s.journal.admin.replay(['m1']), ['replayed'])
    }
    await s.done(await s.one())
    await s.counted('in', { in: 1, delivered: 1 })
  }),
  it('discard ends dead letters and waiting entries for good', async (s) => {
    await s.put(entry('m1'), entry('m2', { notBefore: s.clock.now() + 10 }), entry('m3'))
    const [m1, m3] = await s.claim()
    await s.dead(m1!)
    await s.done(m3!)
    deepEqual(await s.journal.admin.discard(['m1', 'm2', 'm3', 'nobody', 'm1'], 'not needed'), [
      true,
      true,
      false,
      false,
      false,
    ])
    await s.counted('in', { in: 3, delivered: 1, discarded: 2 })
    await s.crash()
    s.clock.advance(10)
    deepEqual(await s.claim(), [])
    deepEqual(await s.find(), [])
  }),
  it('a discard as replayed is counted as replayed', async (s) => {
    await s.put(entry('m1'))
    await s.dead(await s.one())
    deepEqual(await s.journal.admin.discard(['m1'], 'replayed'), [true])
    await s.counted('in', { in: 1, replayed: 1 })
  }),
  it('a discard of an entry in hand ends it, and its holder is fenced', async (s) => {
    await s.put(entry('m1', { key: 'k' }), entry('m2', { key: 'k' }))
    const claimed = await s.one()
    deepEqual(await s.journal.admin.discard(['m1'], 'test'), [true])
    equal(await s.settle(claimed, { as: 'done', why: 'delivered' }), 'fenced')
    await s.claimIds(['m2'])
    await s.counted('in', { in: 2, discarded: 1, waiting: 1 })
  }),
]
