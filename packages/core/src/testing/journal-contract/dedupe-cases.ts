import { deepEqual, equal } from 'node:assert/strict'
import type { ContractCase } from './contract.js'
import { entry } from './hand.js'
import type { Sentence } from './scene.js'

/** The window of dedupe keys. */
export const dedupeCases = (it: Sentence): readonly ContractCase[] => [
  it('a repeat inside its window is answered with the id of the first one and is not stored', async (s) => {
    const dedupe = { key: 'd', until: s.clock.now() + 1000 }
    await s.put(entry('m1', { dedupe }))
    deepEqual(await s.accept(entry('m2', { dedupe })), [{ id: 'm1', as: 'duplicate' }])
    await s.claimIds(['m1'])
    await s.counted('in', { in: 1, waiting: 1 })
  }),
  it('a repeat is a duplicate whatever became of the first: done, dead or discarded', async (s) => {
    const until = s.clock.now() + 1000
    await s.put(...['m1', 'm2', 'm3'].map((id) => entry(id, { dedupe: { key: id, until } })))
    const [first, second, third] = await s.claim()
    await s.done(first!)
    await s.dead(second!)
    await s.dead(third!)
    await s.journal.admin.discard(['m3'], 'test')
    for (const id of ['m1', 'm2', 'm3']) {
      deepEqual(await s.accept(entry(`again-${id}`, { dedupe: { key: id, until } })), [
        { id, as: 'duplicate' },
      ])
    }
  }),
  it('a repeat of poison, and of one that was superseded at accept, is a duplicate', async (s) => {
    const until = s.clock.now() + 1000
    await s.put(entry('m1', { latest: { key: 'k', version: 5 } }))
    await s.accept(
      entry('m2', { dedupe: { key: 'dead', until }, dead: 'bad' }),
      entry('m3', { dedupe: { key: 'old', until }, latest: { key: 'k', version: 1 } }),
    )
    deepEqual(
      await s.accept(
        entry('m4', { dedupe: { key: 'dead', until } }),
        entry('m5', { dedupe: { key: 'old', until } }),
      ),
      [
        { id: 'm2', as: 'duplicate' },
        { id: 'm3', as: 'duplicate' },
      ],
    )
  }),
  it('dedupe is judged first: a repeat that is poison, or older, is a duplicate all the same', async (s) => {
    const dedupe = { key: 'd', until: s.clock.now() + 1000 }
    await s.put(entry('m1', { dedupe, latest: { key: 'k', version: 5 } }))
    deepEqual(
      await s.accept(
        entry('m2', { dedupe, dead: 'bad' }),
        entry('m3', { dedupe, latest: { key: 'k', version: 9 } }),
      ),
      [
        { id: 'm1', as: 'duplicate' },
        { id: 'm1', as: 'duplicate' },
      ],
    )
    await s.put(entry('m4', { latest: { key: 'k', version: 6 } }))
  }),
  it('after its window a key is new, and is bound to the new entry', async (s) => {
    await s.put(entry('m1', { dedupe: { key: 'd', until: s.clock.now() + 1000 } }))
    s.clock.advance(1001)
    const until = s.clock.now() + 1000
    await s.put(entry('m2', { dedupe: { key: 'd', until } }))
    deepEqual(await s.accept(entry('m3', { dedupe: { key: 'd', until } })), [{ id: 'm2', as: 'duplicate' }])
  }),
  it('a window lasts as long as it says, however many other keys come and go', async (s) => {
    const until = s.clock.now() + 1_000_000
    await s.put(entry('m1', { dedupe: { key: 'long', until } }))
    for (let n = 0; n < 40; n++) {
      s.clock.advance(100)
      await s.put(entry(`x${n}`, { dedupe: { key: `short${n}`, until: s.clock.now() + 50 } }))
    }
    deepEqual(await s.accept(entry('m2', { dedupe: { key: 'long', until } })), [
      { id: 'm1', as: 'duplicate' },
    ])
  }),
  it('a repeat within one accept is a duplicate of the first of them', async (s) => {
    const dedupe = { key: 'd', until: s.clock.now() + 1000 }
    deepEqual(await s.accept(entry('m1', { dedupe }), entry('m2', { dedupe })), [
      { id: 'm1', as: 'accepted' },
      { id: 'm1', as: 'duplicate' },
    ])
  }),
  it('repeats that come at once are one entry', async (s) => {
    const dedupe = { key: 'd', until: s.clock.now() + 1000 }
    const taken = await Promise.all(
      Array.from({ length: 20 }, (_, n) => s.accept(entry(`m${n}`, { dedupe }))),
    )
    equal(taken.filter(([one]) => one!.as === 'accepted').length, 1)
    equal(new Set(taken.map(([one]) => one!.id)).size, 1)
    equal((await s.claim()).length, 1)
  }),
]
