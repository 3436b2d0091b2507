import { deepEqual, equal } from 'node:assert/strict'
import type { ContractCase } from './contract.js'
import { entry, ids } from './hand.js'
import type { Sentence } from './scene.js'

/** Accept, but for dedupe and latest. */
export const acceptCases = (it: Sentence): readonly ContractCase[] => [
  it('all that is accepted in one call gets in, in its order, each answered for itself', async (s) => {
    deepEqual(await s.accept(entry('m1'), entry('m2', { dead: 'bad' }), entry('m3')), [
      { id: 'm1', as: 'accepted' },
      { id: 'm2', as: 'dead' },
      { id: 'm3', as: 'accepted' },
    ])
    deepEqual(ids(await s.claim()), ['m1', 'm3'])
    await s.counted('in', { in: 3, dead: 1, waiting: 2 })
  }),
  it('accepts of one tick do not disturb one another', async (s) => {
    const calls = Array.from({ length: 100 }, (_, n) => s.put(entry(`m${n}`)))
    await Promise.all(calls)
    equal((await s.claim()).length, 100)
  }),
  it('an accept of nothing is answered with nothing', async (s) => {
    deepEqual(await s.accept(), [])
  }),
  it('what is poison is a dead letter from the start, with its raw input and its error', async (s) => {
    const error = { _tag: 'DecodeFailed', issues: [{ path: 'id', message: 'expected text' }] }
    await s.accept(entry('m1', { body: '{"raw":true}', envelope: '{"h":1}', dead: error }))
    deepEqual(await s.claim(), [])
    const found = (await s.found('m1'))!
    deepEqual([found.state, found.body, found.envelope], ['dead', '{"raw":true}', '{"h":1}'])
    deepEqual(found.errors, [error])
    await s.counted('in', { in: 1, dead: 1 })
  }),
  it('poison never blocks its key', async (s) => {
    await s.accept(entry('m1', { key: 'k', dead: 'bad' }), entry('m2', { key: 'k' }))
    await s.claimIds(['m2'])
  }),
  it('poison is judged before latest: it neither asks for nor sets the mark', async (s) => {
    await s.put(entry('m1', { latest: { key: 'k', version: 5 } }))
    deepEqual(await s.accept(entry('m2', { dead: 'bad', latest: { key: 'k', version: 1 } })), [
      { id: 'm2', as: 'dead' },
    ])
    await s.accept(entry('m3', { dead: 'bad', latest: { key: 'k', version: 9 } }))
    await s.claimIds(['m1'])
    await s.put(entry('m4', { latest: { key: 'k', version: 6 } }))
  }),
  it('poison can be replayed like any dead letter', async (s) => {
    await s.accept(entry('m1', { dead: 'bad' }))
    deepEqual(await s.journal.admin.replay(['m1']), ['replayed'])
    await s.claimIds(['m1'])
  }),
  it('state moves with what is accepted, or neither does', async (s) => {
    const cursor = { name: 'cursor', expect: 0, value: { page: 2 } }
    deepEqual(await s.journal.accept([entry('m1')], { state: [cursor] }), [{ id: 'm1', as: 'accepted' }])
    equal(await s.journal.accept([entry('m2')], { state: [cursor] }), 'conflict')
    deepEqual(await s.journal.read(['cursor']), { cursor: { version: 1, value: { page: 2 } } })
    await s.claimIds(['m1'])
    await s.counted('in', { in: 1, waiting: 1 })
  }),
  it('a conflict of one move stops every other move, and binds no dedupe key', async (s) => {
    const state = [
      { name: 'good', expect: 0, value: 1 },
      { name: 'bad', expect: 7, value: 1 },
    ]
    const once = entry('m1', {
      dedupe: { key: 'd', until: s.clock.now() + 1000 },
      latest: { key: 'k', version: 9 },
    })
    equal(await s.journal.accept([once], { state }), 'conflict')
    deepEqual(await s.journal.read(['good', 'bad']), {})
    await s.put(entry('m2', { latest: { key: 'k', version: 1 } }))
    await s.put(once)
  }),
  it('an accepted id that exists already is a duplicate, and is left alone', async (s) => {
    await s.put(entry('m1', { body: '1' }))
    deepEqual(await s.accept(entry('m1', { body: '2' })), [{ id: 'm1', as: 'duplicate' }])
    equal((await s.one()).body, '1')
    await s.counted('in', { in: 1, waiting: 1 })
  }),
  it('the place in the order counts up, and the time is that of the write', async (s) => {
    await s.put(entry('m1'))
    s.clock.advance(250)
    await s.put(entry('m2'))
    const [first, second] = await s.claim()
    deepEqual([first!.at, second!.at], [s.clock.now() - 250, s.clock.now()])
    equal(first!.seq < second!.seq, true)
  }),
  it('bodies and envelopes are text that nobody reads: they come back to the letter', async (s) => {
    const body = '{ "a" : 1.0, "b": "\\u00e9 \u{1f600} \\ud800", "__proto__": {} } '
    await s.put(entry('m1', { body, envelope: ' not JSON at all ' }))
    const claimed = await s.one()
    deepEqual([claimed.body, claimed.envelope], [body, ' not JSON at all '])
  }),
]
