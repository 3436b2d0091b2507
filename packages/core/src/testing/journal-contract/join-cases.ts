import { deepEqual, equal } from 'node:assert/strict'
import type { Claimed, NewEntry, Reply, Settle } from '../../ports/journal.js'
import type { ContractCase } from './contract.js'
import { entry, ids } from './hand.js'
import type { Scene, Sentence } from './scene.js'

/** The join of message `m`, named `m/join`. */
export const joining = (settle: Settle, expect: readonly string[] = ['a', 'b', 'c']): NewEntry =>
  entry('m/join', { hop: 'join', join: { expect, settle } })

/** A branch of the join of message `m`. */
export const branch = (as: string, over: Partial<NewEntry> = {}): NewEntry =>
  entry(`m/${as}`, { hop: as, answers: { join: 'm/join', as }, ...over })

/** A message whose root has emitted a join and its branches. */
export const gathered = async (
  s: Scene,
  settle: Settle,
): Promise<Readonly<Record<'a' | 'b' | 'c', Claimed>>> => {
  await s.put(entry('m'))
  await s.done(await s.one(), { emit: [joining(settle), branch('a'), branch('b'), branch('c')] })
  const [a, b, c] = await s.claimIds(['m/a', 'm/b', 'm/c'])
  return { a: a!, b: b!, c: c! }
}

/** The reply that a branch gives in these cases. */
export const said = (value: string): Reply => ({ as: 'reply', value })

const none: Reply = { as: 'none' }
const failed = (tag: string): Reply => ({ as: 'failure', error: { _tag: tag } })

const waits = async (s: Scene): Promise<void> => {
  deepEqual(await s.claim(), [])
  equal((await s.found('m/join'))?.state, 'joining')
}

const goesOn = async (s: Scene, replies: Readonly<Record<string, Reply>>): Promise<Claimed> => {
  const join = await s.one()
  equal(join.id, 'm/join')
  deepEqual(join.replies, replies)
  return join
}

const error = (tag: string): { error: { _tag: string } } => ({ error: { _tag: tag } })

/** When a join goes on, and with what. */
export const joinCases = (it: Sentence): readonly ContractCase[] => [
  it('all: the join goes on when every reply is there, with every reply', async (s) => {
    const { a, b, c } = await gathered(s, 'all')
    await waits(s)
    await s.done(c, { reply: '"C"' })
    await s.done(a, { reply: '"A"' })
    await waits(s)
    await s.done(b, { reply: '"B"' })
    const join = await goesOn(s, { a: said('"A"'), b: said('"B"'), c: said('"C"') })
    deepEqual(join.join, { expect: ['a', 'b', 'c'], settle: 'all' })
  }),
  it('all: a failure is decided only when no reply is outstanding, with every failure', async (s) => {
    const { a, b, c } = await gathered(s, 'all')
    await s.dead(a, error('A'))
    await s.dead(b, error('B'))
    await waits(s)
    await s.done(c, { reply: '3' })
    await goesOn(s, { a: failed('A'), b: failed('B'), c: said('3') })
  }),
  it('any: the join goes on with the first reply', async (s) => {
    const { a, b } = await gathered(s, 'any')
    await s.dead(a, error('A'))
    await waits(s)
    await s.done(b, { reply: '2' })
    await goesOn(s, { a: failed('A'), b: said('2') })
  }),
  it('any: the join goes on without a reply when none is outstanding', async (s) => {
    const { a, b, c } = await gathered(s, 'any')
    await s.dead(a, error('A'))
    await s.done(b)
    await s.dead(c, error('C'))
    await goesOn(s, { a: failed('A'), b: none, c: failed('C') })
  }),
  it('a quorum of two goes on with the second reply', async (s) => {
    const { a, b, c } = await gathered(s, { quorum: 2 })
    await s.done(a, { reply: '1' })
    await s.dead(b, error('B'))
    await waits(s)
    await s.done(c, { reply: '3' })
    const { join } = await goesOn(s, { a: said('1'), b: failed('B'), c: said('3') })
    deepEqual(join?.settle, { quorum: 2 })
  }),
  it('a quorum that cannot be met any more still waits for every reply', async (s) => {
    const { a, b, c } = await gathered(s, { quorum: 2 })
    await s.dead(a, error('A'))
    await s.dead(b, error('B'))
    await waits(s)
    await s.done(c, { reply: '3' })
    await goesOn(s, { a: failed('A'), b: failed('B'), c: said('3') })
  }),
  it('best effort: the join waits for every branch, whatever it says', async (s) => {
    const { a, b, c } = await gathered(s, 'bestEffort')
    await s.done(a, { reply: '1' })
    await s.done(b, { reply: '2' })
    await waits(s)
    await s.dead(c, error('C'))
    await goesOn(s, { a: said('1'), b: said('2'), c: failed('C') })
  }),
  it('a branch that ends without a reply answers none', async (s) => {
    const { a, b, c } = await gathered(s, 'all')
    await s.done(a, { why: 'filtered' })
    await s.done(b, { why: 'discarded' })
    await s.done(c, { reply: '3' })
    await goesOn(s, { a: none, b: none, c: said('3') })
  }),
  it('a branch that goes again has not answered', async (s) => {
    const { a, b, c } = await gathered(s, 'all')
    await s.done(a, { reply: '1' })
    await s.done(b, { reply: '2' })
    await s.again(c, error('Unavailable'))
    equal(await s.settle((await s.claimIds(['m/c']))[0]!, { as: 'back' }), 'ok')
    await s.done(await s.one(), { reply: '3' })
    await goesOn(s, { a: said('1'), b: said('2'), c: said('3') })
  }),
  it('the one emitted entry that names it answers in its stead', async (s) => {
    const { a, b, c } = await gathered(s, 'all')
    await s.done(b, { reply: '2' })
    await s.done(c, { reply: '3' })
    const next = branch('a', { id: 'm/a/next', hop: 'b' })
    await s.done(a, { reply: '"dropped"', emit: [next, entry('m/a/tap', { hop: 'c' })] })
    const [tap, heir] = await s
      .claimIds(['m/a/next', 'm/a/tap'])
      .then((all) => (all[0]!.id === 'm/a/tap' ? all : all.toReversed()))
    await s.done(tap!, { reply: '"not mine to say"' })
    await waits(s)
    await s.done(heir!, { reply: '1' })
    await goesOn(s, { a: said('1'), b: said('2'), c: said('3') })
  }),
  it('an entry that inherits and is superseded when it is emitted answers none', async (s) => {
    const { a, b, c } = await gathered(s, 'all')
    await s.put(entry('newer', { hop: 'a', latest: { key: 'k', version: 2 } }))
    await s.done(await s.one())
    await s.done(b, { reply: '2' })
    await s.done(c, { reply: '3' })
    await s.done(a, { emit: [branch('a', { id: 'm/a/next', latest: { key: 'k', version: 1 } })] })
    await goesOn(s, { a: none, b: said('2'), c: said('3') })
  }),
  it('branches that are superseded, when emitted or while they wait, answer none', async (s) => {
    await s.put(entry('m'), entry('newer', { latest: { key: 'old', version: 2 } }))
    const [root, newer] = await s.claim()
    await s.done(newer!)
    const emit = [
      branch('a', { latest: { key: 'old', version: 1 } }),
      branch('b', { latest: { key: 'k', version: 1 } }),
      joining('all'),
      branch('c'),
    ]
    await s.done(root!, { emit })
    await s.put(entry('newest', { latest: { key: 'k', version: 2 } }))
    const [c, newest] = await s
      .claimIds(['m/c', 'newest'])
      .then((all) => (all[0]!.id === 'm/c' ? all : all.toReversed()))
    await s.done(newest!)
    await s.done(c!, { reply: '3' })
    await goesOn(s, { a: none, b: none, c: said('3') })
  }),
  it('a branch that a sibling supersedes answers none, though the join comes last in what is emitted', async (s) => {
    await s.put(entry('m'))
    const versions = ['a', 'b'].map((as, n) => branch(as, { latest: { key: 'k', version: n + 1 } }))
    await s.done(await s.one(), { emit: [...versions, joining('all', ['a', 'b'])] })
    await s.done((await s.claimIds(['m/b']))[0]!, { reply: '2' })
    await goesOn(s, { a: none, b: said('2') })
  }),
  it('a branch that is superseded when it is to go again answers none', async (s) => {
    await s.put(entry('m'))
    const first = branch('a', { latest: { key: 'k', version: 1 } })
    await s.done(await s.one(), { emit: [joining('all', ['a']), first] })
    const a = await s.one()
    await s.put(entry('newer', { latest: { key: 'k', version: 2 } }))
    await s.done(await s.one())
    equal(await s.settle(a, { as: 'again', at: s.clock.now(), spend: true }), 'superseded')
    await goesOn(s, { a: none })
  }),
  it('a branch that is dead from the start answers with its failure', async (s) => {
    await s.put(entry('m'))
    await s.done(await s.one(), { emit: [branch('a', { dead: { _tag: 'Poison' } }), joining('all', ['a'])] })
    await goesOn(s, { a: failed('Poison') })
  }),
  it('a branch that is discarded while it waits answers none', async (s) => {
    const { a, b, c } = await gathered(s, 'all')
    await s.done(a, { reply: '1' })
    await s.done(b, { reply: '2' })
    equal(await s.settle(c, { as: 'back' }), 'ok')
    deepEqual(await s.journal.admin.discard(['m/c'], 'test'), [true])
    await goesOn(s, { a: said('1'), b: said('2'), c: none })
  }),
  it('a dead branch that is discarded has answered with its failure', async (s) => {
    const { a, b, c } = await gathered(s, 'all')
    await s.dead(a, error('A'))
    deepEqual(await s.journal.admin.discard(['m/a'], 'test'), [true])
    await s.done(b, { reply: '2' })
    await s.done(c, { reply: '3' })
    await goesOn(s, { a: failed('A'), b: said('2'), c: said('3') })
  }),
  it('a join of no branches goes on at once', async (s) => {
    await s.put(joining('all', []))
    await goesOn(s, {})
  }),
  it('replies that come after the join has gone on are dropped', async (s) => {
    const { a, b, c } = await gathered(s, 'any')
    await s.done(a, { reply: '1' })
    const join = await goesOn(s, { a: said('1') })
    await s.done(b, { reply: '2' })
    await s.done(join, { why: 'joined' })
    await s.done(c, { reply: '3' })
    deepEqual(await s.claim(), [])
    await s.counted('join', { in: 1, joined: 1 })
  }),
  it('a join keeps its replies through retries and a crash', async (s) => {
    const { a, b, c } = await gathered(s, 'all')
    await s.done(a, { reply: '1' })
    await s.crash()
    for (const lost of [b, c]) equal(await s.settle(lost, { as: 'back' }), 'fenced')
    for (const one of await s.claimIds(['m/b', 'm/c']))
      await s.done(one, { reply: one.hop === 'b' ? '2' : '3' })
    const replies = { a: said('1'), b: said('2'), c: said('3') }
    await s.again(await goesOn(s, replies))
    await goesOn(s, replies)
    await s.crash()
    await goesOn(s, replies)
  }),
  it('a joining entry waits: it is counted so, is not claimed, and holds its key', async (s) => {
    await s.put(
      { ...joining('all', ['a']), key: 'k' },
      entry('m/behind', { hop: 'join', key: 'k' }),
      branch('a'),
    )
    const [a] = await s.claimIds(['m/a'])
    await s.counted('join', { in: 2, waiting: 2 })
    await s.done(a!, { reply: '1' })
    await s.done(await goesOn(s, { a: said('1') }))
    await s.claimIds(['m/behind'])
  }),
  it('a join that is ready still waits for its time', async (s) => {
    await s.put({ ...joining('all', ['a']), notBefore: s.clock.now() + 100 }, branch('a'))
    await s.done(await s.one(), { reply: '1' })
    deepEqual(await s.claim(), [])
    s.clock.advance(100)
    await goesOn(s, { a: said('1') })
  }),
  it('a join may answer another join', async (s) => {
    const outer = entry('m/outer', { hop: 'join', join: { expect: ['x'], settle: 'all' } })
    await s.put(outer, { ...joining('all', ['a']), answers: { join: 'm/outer', as: 'x' } }, branch('a'))
    await s.done(await s.one(), { reply: '1' })
    await s.done(await goesOn(s, { a: said('1') }), { why: 'joined', reply: '"inner"' })
    const last = await s.one()
    deepEqual([last.id, last.replies], ['m/outer', { x: said('"inner"') }])
  }),
  it('a join whose version is out of date when it could go on is superseded', async (s) => {
    await s.put({ ...joining('all', ['a']), latest: { key: 'k', version: 1 } }, branch('a'))
    const a = await s.one()
    await s.put(entry('newer', { latest: { key: 'k', version: 2 } }))
    await s.done(a, { reply: '1' })
    deepEqual(ids(await s.claim()), ['newer'])
    await s.counted('join', { in: 1, superseded: 1 })
  }),
  it('two branches that end in one batch are both counted, and the join goes on once', async (s) => {
    const { a, b, c } = await gathered(s, 'all')
    const batch = [a, b, c].map(({ lease, hop }) => ({
      lease,
      as: 'done' as const,
      why: 'delivered' as const,
      reply: JSON.stringify(hop),
    }))
    deepEqual(await s.journal.commit(batch), ['ok', 'ok', 'ok'])
    await goesOn(s, { a: said('"a"'), b: said('"b"'), c: said('"c"') })
    deepEqual(await s.claim(), [])
  }),
  it('a name that it does not expect is no answer', async (s) => {
    await s.put(joining('any', ['a']), branch('x', { hop: 'b' }))
    await s.done(await s.one(), { reply: '"X"' })
    await waits(s)
    await s.put(branch('a'))
    await s.done(await s.one(), { reply: '"A"' })
    await goesOn(s, { a: said('"A"') })
  }),
  it('two answers under one name count once, and the later one is heard', async (s) => {
    await s.put(
      joining({ quorum: 2 }),
      branch('a'),
      branch('b'),
      entry('m/a2', { hop: 'a', answers: { join: 'm/join', as: 'a' } }),
    )
    const [a, a2, b] = await s.claimIds(['m/a', 'm/a2', 'm/b'], { hops: ['a', 'b'] })
    await s.done(a!, { reply: '"first"' })
    await s.done(a2!, { reply: '"later"' })
    await waits(s)
    await s.done(b!, { reply: '"B"' })
    await goesOn(s, { a: said('"later"'), b: said('"B"') })
  }),
  it('a failure under a name that had replied takes the reply back', async (s) => {
    await s.put(
      joining({ quorum: 2 }),
      branch('a'),
      branch('b'),
      entry('m/a2', { hop: 'a', answers: { join: 'm/join', as: 'a' } }),
    )
    const [a, a2, b] = await s.claimIds(['m/a', 'm/a2', 'm/b'], { hops: ['a', 'b'] })
    await s.done(a!, { reply: '"first"' })
    await s.dead(a2!, error('A'))
    await s.done(b!, { reply: '"B"' })
    await waits(s)
  }),
  it('many joins may wait at once, and each counts its own answers', async (s) => {
    const of = (n: number): readonly NewEntry[] => [
      entry(`j${n}/join`, { hop: 'join', join: { expect: ['a', 'b'], settle: 'all' } }),
      ...['a', 'b'].map((as) => entry(`j${n}/${as}`, { hop: as, answers: { join: `j${n}/join`, as } })),
    ]
    await s.put(...Array.from({ length: 40 }, (_, n) => of(n)).flat())
    for (const hop of ['a', 'b']) {
      const batch = (await s.claim({ hops: [hop] })).map(({ lease }) => ({
        lease,
        as: 'done' as const,
        why: 'delivered' as const,
        reply: `"${hop}"`,
      }))
      deepEqual(new Set(await s.journal.commit(batch)), new Set(['ok']))
    }
    const joins = await s.claim()
    equal(joins.length, 40)
    for (const { replies } of joins) deepEqual(replies, { a: said('"a"'), b: said('"b"') })
  }),
]
