import { deepEqual, equal, notEqual, ok } from 'node:assert/strict'
import type { ContractCase } from './contract.js'
import { entry, ids } from './hand.js'
import type { Sentence } from './scene.js'

/** What a claim gives, and in which order. */
export const claimCases = (it: Sentence): readonly ContractCase[] => [
  it('an entry is never leased twice at once', async (s) => {
    await s.put(entry('m1'), entry('m2'))
    const all = await Promise.all([s.claim({ max: 1 }), s.claim({ max: 1 }), s.claim({ max: 1 })])
    deepEqual([...ids(all.flat())].sort(), ['m1', 'm2'])
    deepEqual(await s.claim(), [])
  }),
  it('a lease outlives its time in one process: only a commit or a crash ends it', async (s) => {
    await s.put(entry('m1'))
    const claimed = await s.one({ leaseMs: 1000 })
    s.clock.advance(500)
    deepEqual(await s.claim(), [])
    await s.done(claimed)
  }),
  it('entries come in order of due time, then of sequence', async (s) => {
    const now = s.clock.now()
    await s.put(entry('late', { notBefore: now + 30 }), entry('soon', { notBefore: now + 20 }), entry('m1'))
    s.clock.advance(10)
    await s.put(entry('m2'))
    s.clock.advance(20)
    deepEqual(ids(await s.claim()), ['m1', 'm2', 'soon', 'late'])
  }),
  it('what is to go again queues by its new time, not before those that came meanwhile', async (s) => {
    await s.put(entry('m1'))
    await s.again(await s.one(), { at: s.clock.now() + 100 })
    s.clock.advance(50)
    await s.put(entry('m2'))
    s.clock.advance(50)
    deepEqual(ids(await s.claim()), ['m2', 'm1'])
  }),
  it('an entry is not claimed before its time, and is at its time', async (s) => {
    await s.put(entry('m1', { notBefore: s.clock.now() + 100 }))
    s.clock.advance(99)
    deepEqual(await s.claim(), [])
    s.clock.advance(1)
    await s.claimIds(['m1'])
  }),
  it('only the hops asked for are claimed', async (s) => {
    await s.put(
      entry('m1', { hop: 'a' }),
      entry('m2', { hop: 'b' }),
      entry('m3', { hop: 'a', flow: 'other' }),
    )
    await s.claimIds(['m1'], { hops: ['a', 'c', 'never-seen'] })
  }),
  it('wants are served in order of preference, each up to its own quota, all up to max', async (s) => {
    const put = ['a', 'b', 'c'].flatMap((hop) => [1, 2, 3].map((n) => entry(`${hop}${n}`, { hop })))
    await s.put(...put)
    const wants = [
      { flow: 'orders', hop: 'c', max: 2 },
      { flow: 'orders', hop: 'a', max: 1 },
      { flow: 'orders', hop: 'b', max: 3 },
    ]
    const { entries } = await s.journal.claim({ wants, max: 5, leaseMs: 1000 })
    deepEqual(ids(entries), ['c1', 'c2', 'a1', 'b1', 'b2'])
  }),
  it('a claim of none gives none', async (s) => {
    await s.put(entry('m1'))
    deepEqual(await s.claim({ max: 0 }), [])
    deepEqual(await s.claim({ hops: [] }), [])
    await s.claimIds(['m1'])
  }),
  it('overdue asks only for what is past its deadline', async (s) => {
    const now = s.clock.now()
    await s.put(entry('m1', { deadline: now + 100 }), entry('m2', { deadline: now + 300 }), entry('m3'))
    deepEqual(await s.claim({ overdue: true }), [])
    s.clock.advance(200)
    equal((await s.one({ overdue: true })).deadline, now + 100)
    await s.claimIds(['m2', 'm3'])
  }),
  it('any other claim gives entries past their deadline too', async (s) => {
    await s.put(entry('m1', { deadline: s.clock.now() + 100 }))
    s.clock.advance(200)
    await s.claimIds(['m1'])
  }),
  it('an overdue entry is claimed once, by whichever claim comes first', async (s) => {
    await s.put(entry('m1', { deadline: s.clock.now() - 1 }), entry('m2', { deadline: s.clock.now() - 1 }))
    await s.claimIds(['m1'], { max: 1 })
    await s.claimIds(['m2'], { overdue: true })
    deepEqual(await s.claim(), [])
  }),
  it('an overdue entry waits for its turn among its key', async (s) => {
    await s.put(entry('m1', { key: 'k' }), entry('m2', { key: 'k', deadline: s.clock.now() - 1 }))
    deepEqual(await s.claim({ overdue: true }), [])
    await s.done(await s.one())
    await s.claimIds(['m2'], { overdue: true })
  }),
  it('an overdue entry that goes again is overdue again at its new time', async (s) => {
    await s.put(entry('m1', { deadline: s.clock.now() - 1 }))
    await s.again(await s.one({ overdue: true }), { at: s.clock.now() + 100 })
    deepEqual(await s.claim({ overdue: true }), [])
    s.clock.advance(100)
    await s.claimIds(['m1'], { overdue: true })
  }),
  it('next is when the earliest waiting entry of the hops asked for is due', async (s) => {
    const now = s.clock.now()
    await s.put(
      entry('m1', { notBefore: now + 500 }),
      entry('m2', { hop: 'a', notBefore: now + 300 }),
      entry('m3', { hop: 'b', notBefore: now + 100 }),
    )
    equal((await s.claims({ hops: ['in', 'a'] })).next, now + 300)
    equal((await s.claims({ hops: ['in'] })).next, now + 500)
  }),
  it('next is left out when nothing waits, though something is in hand', async (s) => {
    equal((await s.claims()).next, undefined)
    await s.put(entry('m1'))
    const { entries, next } = await s.claims()
    deepEqual([entries.length, next], [1, undefined])
  }),
  it('next is of the past when more is due than was asked for', async (s) => {
    await s.put(entry('m1'), entry('m2'))
    const { next } = await s.claims({ max: 1 })
    ok(next !== undefined && next <= s.clock.now())
  }),
  it('what stands behind an entry in hand is not next', async (s) => {
    await s.put(entry('m1', { key: 'k' }), entry('m2', { key: 'k' }))
    const { entries, next } = await s.claims()
    deepEqual([ids(entries), next], [['m1'], undefined])
  }),
  it('all that was given in is given back, but for dedupe, dead and notBefore', async (s) => {
    const now = s.clock.now()
    const given = entry('m1', {
      hop: 'a',
      envelope: '{"type":"order"}',
      key: 'k',
      latest: { key: 'l', version: 3 },
      deadline: now + 5000,
      answers: { join: 'j', as: 'a' },
    })
    await s.put({ ...given, notBefore: now, dedupe: { key: 'd', until: now + 10 } })
    const { lease, seq, at, attempts, claims, marks, ...rest } = await s.one()
    deepEqual(rest, given)
    deepEqual([lease.id, at, attempts, marks], ['m1', now, 0, {}])
    equal(Number.isInteger(seq) && Number.isInteger(claims), true)
  }),
  it('an entry of few fields has no others when it is given back', async (s) => {
    await s.put(entry('m1'))
    const claimed = await s.one()
    for (const name of [
      'envelope',
      'key',
      'latest',
      'deadline',
      'join',
      'answers',
      'memo',
      'replies',
      'dedupe',
      'dead',
      'notBefore',
    ]) {
      equal((claimed as unknown as Record<string, unknown>)[name], undefined, name)
    }
  }),
  it('another claim of the same entry has another token', async (s) => {
    await s.put(entry('m1'))
    const first = await s.one()
    await s.again(first)
    notEqual((await s.one()).lease.token, first.lease.token)
  }),
]
