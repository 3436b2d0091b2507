import { deepEqual, equal } from 'node:assert/strict'
import type { ContractCase } from './contract.js'
import { entry, ids } from './hand.js'
import type { Sentence } from './scene.js'

const later = (
  id: string,
  s: { readonly clock: { now(): number } },
  over: object = {},
): ReturnType<typeof entry> => entry(id, { hop: 'a', notBefore: s.clock.now() + 60_000, ...over })

/** Entries whose time is brought forward. */
export const wakeCases = (it: Sentence): readonly ContractCase[] => [
  it('a settlement wakes entries that wait for their time, and no others', async (s) => {
    await s.put(entry('m'), later('w1', s), later('w2', s), later('w3', s))
    equal(await s.settle(await s.one(), { as: 'done', why: 'joined' }, { wake: ['w1', 'w3', 'none'] }), 'ok')
    const woken = await s.claim()
    deepEqual([...ids(woken)].sort(), ['w1', 'w3'])
    for (const one of woken) await s.done(one)
    s.clock.advance(60_000)
    deepEqual(ids(await s.claim()), ['w2'])
  }),
  it('what is woken is durable with the settlement that woke it', async (s) => {
    await s.put(entry('m'), later('w', s))
    await s.done(await s.one(), { wake: ['w'] })
    await s.crash()
    deepEqual(ids(await s.claim()), ['w'])
  }),
  it('a settlement that conflicts wakes nothing', async (s) => {
    await s.put(entry('m'), later('w', s))
    const state = [{ name: 'x', expect: 7, value: 1 }]
    equal(await s.settle(await s.one(), { as: 'done', why: 'joined' }, { wake: ['w'], state }), 'conflict')
    deepEqual(await s.claim(), [])
  }),
  it('an entry in a hand is left alone: its holder says when it comes again', async (s) => {
    await s.put(entry('m'), entry('w', { hop: 'a' }))
    const [m, w] = await s.claim()
    await s.done(m!, { wake: ['w'] })
    await s.again(w!, { at: s.clock.now() + 1000, spend: false })
    deepEqual(await s.claim(), [])
    s.clock.advance(1000)
    deepEqual(ids(await s.claim()), ['w'])
  }),
  it('woken entries of one key keep their order', async (s) => {
    await s.put(entry('m'), later('k1', s, { key: 'k' }), later('k2', s, { key: 'k' }))
    await s.done(await s.one(), { wake: ['k2', 'k1'] })
    const first = await s.one()
    equal(first.id, 'k1')
    await s.done(first)
    equal((await s.one()).id, 'k2')
  }),
  it('joins and dead letters are not woken', async (s) => {
    await s.put(entry('m'), entry('d', { hop: 'a' }))
    await s.put(entry('j', { hop: 'join', join: { expect: ['a'], settle: 'all' } }))
    const [m, d] = await s.claim()
    await s.dead(d!)
    await s.done(m!, { wake: ['d', 'j'] })
    deepEqual(await s.claim(), [])
  }),
  it('an accept wakes too, together with the state that it moves', async (s) => {
    await s.put(later('w', s))
    const wrong = await s.journal.accept([], { wake: ['w'], state: [{ name: 'x', expect: 3, value: 1 }] })
    equal(wrong, 'conflict')
    deepEqual(await s.claim(), [])
    await s.journal.accept([], { wake: ['w'], state: [{ name: 'x', expect: 0, value: 1 }] })
    deepEqual(ids(await s.claim()), ['w'])
  }),
  it('that state is still absent can be part of a settlement', async (s) => {
    await s.put(entry('m'))
    const m = await s.one()
    const absent = [{ name: 'x', expect: 0, value: undefined }]
    equal(await s.settle(m, { as: 'again', at: s.clock.now(), spend: false }, { state: absent }), 'ok')
    await s.journal.accept([], { state: [{ name: 'x', expect: 0, value: 1 }] })
    equal(await s.settle(await s.one(), { as: 'done', why: 'joined' }, { state: absent }), 'conflict')
  }),
]
