import { deepEqual, equal } from 'node:assert/strict'
import type { ContractCase } from './contract.js'
import { entry, ids } from './hand.js'
import type { Sentence } from './scene.js'

/** What is kept of a message, and until when. */
export const retentionCases = (it: Sentence): readonly ContractCase[] => [
  it('a root that is done is found, with its raw input, until the last of its message ends', async (s) => {
    await s.put(entry('m', { body: '"raw"', envelope: '"env"' }))
    await s.done(await s.one(), { emit: [entry('m/a', { hop: 'a' }), entry('m/b', { hop: 'b' })] })
    const [a, b] = await s.claim()
    await s.done(a!, { emit: [entry('m/a/c', { hop: 'c' })] })
    await s.dead(b!)
    await s.done(await s.one())
    const root = (await s.found('m'))!
    deepEqual([root.state, root.body, root.envelope], ['done', '"raw"', '"env"'])
    deepEqual(ids(await s.find({ root: 'm' })), ['m', 'm/b'])
    await s.journal.admin.discard(['m/b'], 'test')
    deepEqual(await s.find({ root: 'm' }), [])
  }),
  it('other entries that are done are not kept, nor is a root that emitted nothing', async (s) => {
    await s.put(entry('m'), entry('n'))
    const [m, n] = await s.claim()
    await s.done(n!)
    await s.done(m!, { emit: ['a', 'b'].map((hop) => entry(`m/${hop}`, { hop })) })
    await s.done((await s.claim())[0]!)
    deepEqual(ids(await s.find()), ['m', 'm/b'])
  }),
  it('a dead root keeps nothing else, and nothing else removes it', async (s) => {
    await s.put(entry('m'))
    await s.settle(await s.one(), { as: 'dead', error: 'e' }, { emit: [entry('m/alert', { hop: 'a' })] })
    await s.done(await s.one())
    deepEqual(ids(await s.find()), ['m'])
    equal((await s.found('m'))?.state, 'dead')
  }),
  it('messages whose ids begin alike are not mixed up', async (s) => {
    await s.put(entry('m'), entry('m0'), entry('m-'), entry('mm'))
    for (const claimed of await s.claim()) {
      await s.done(claimed, claimed.id === 'm' ? { emit: [entry('m/a', { hop: 'a' })] } : {})
    }
    deepEqual(ids(await s.find()), ['m', 'm/a'])
    await s.put(entry('m0'), entry('m-'))
    deepEqual(ids(await s.find({ root: 'm' })), ['m', 'm/a'])
    await s.done((await s.claimIds(['m/a'], { hops: ['a'] }))[0]!)
    deepEqual([...ids(await s.find())].sort(), ['m-', 'm0'])
  }),
]
