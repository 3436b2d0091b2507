import { deepEqual, equal } from 'node:assert/strict'
import type { Journal } from '../../ports/journal.js'
import type { ContractCase } from './contract.js'
import { contractHops, entry, ids, trouble } from './hand.js'
import type { Sentence } from './scene.js'

const everyCall = (journal: Journal): readonly (() => Promise<unknown>)[] => {
  const lease = { id: 'm1', token: 'none' }
  return [
    () => journal.accept([entry('m1')]),
    () => journal.claim({ wants: [{ flow: 'orders', hop: 'in', max: 1 }], max: 1, leaseMs: 1000 }),
    () => journal.extend([lease], 1000),
    () => journal.mark(lease, 'sent'),
    () => journal.commit([{ lease, as: 'back' }]),
    () => journal.read(['cursor']),
    () => journal.admin.counts(),
    () => journal.admin.find({ limit: 1 }),
    () => journal.admin.replay(['m1']),
    () => journal.admin.discard(['m1'], 'test'),
    () => journal.admin.erase('k'),
  ]
}

/** Opening, closing, and what lives on. */
export const lifeCases = (it: Sentence): readonly ContractCase[] => [
  it('before open, every call is rejected with JournalUnavailable not-open', async (s) => {
    for (const call of everyCall(s.journal)) equal(await trouble(call()), 'not-open')
  }),
  it('after close, every call is rejected with JournalUnavailable closed', async (s) => {
    await s.open()
    await s.put(entry('m1'))
    const { journal } = s
    await journal.close()
    for (const call of everyCall(journal)) equal(await trouble(call()), 'closed')
    equal(await trouble(journal.open([])), 'closed')
  }),
  it('a rejected call has written nothing', async (s) => {
    equal(await trouble(s.journal.accept([entry('m1')])), 'not-open')
    await s.open()
    deepEqual(await s.find(), [])
    await s.counted('in', {})
  }),
  it('close may be called twice', async (s) => {
    await s.open()
    await s.journal.close()
    await s.journal.close()
  }),
  it('a journal says what it can do, before it is opened', async (s) => {
    const { can } = s.journal
    equal(can.processes === 'one' || can.processes === 'many', true)
    deepEqual([can.keyOrder, can.latest, can.joins, typeof can.tx], [true, true, true, 'boolean'])
  }),
  it('a new journal opens clean and knows of no waiting hop', async (s) => {
    deepEqual(await s.open(), { unknown: [], unclean: false })
  }),
  it('a stop by close is clean', async (s) => {
    await s.open()
    await s.put(entry('m1'))
    equal((await s.restart()).unclean, false)
  }),
  it('a stop without close is unclean, once', async (s) => {
    await s.open()
    await s.put(entry('m1'))
    equal((await s.crash()).unclean, true)
    equal((await s.restart()).unclean, false)
  }),
  it('what was accepted is there after a restart, in its order', async (s) => {
    await s.open()
    await s.put(entry('m1'), entry('m2'), entry('m3'))
    await s.restart()
    deepEqual(ids(await s.claim()), ['m1', 'm2', 'm3'])
  }),
  it('what was accepted is there after a crash, in its order', async (s) => {
    await s.open()
    await s.put(entry('m1'))
    await s.put(entry('m2'))
    await s.crash()
    deepEqual(ids(await s.claim()), ['m1', 'm2'])
  }),
  it('the order goes on after a restart: new entries come after the old ones', async (s) => {
    await s.open()
    await s.put(entry('m1'))
    const before = (await s.found('m1'))!.seq
    await s.restart()
    await s.put(entry('m2'))
    equal((await s.found('m1'))!.seq, before)
    equal((await s.found('m2'))!.seq > before, true)
  }),
  it('entries on hops that open does not list are counted at open, wait, and can run once they are listed', async (s) => {
    await s.open()
    await s.put(entry('m1', { hop: 'gone' }), entry('m2', { hop: 'gone' }), entry('m3'))
    await s.put(entry('m4', { flow: 'left' }))
    const { unknown } = await s.restart()
    deepEqual(
      [...unknown].sort((a, b) => a.entries - b.entries),
      [
        { flow: 'left', hop: 'in', entries: 1 },
        { flow: 'orders', hop: 'gone', entries: 2 },
      ],
    )
    await s.claimIds(['m3'])
    const hops = [...contractHops, { flow: 'orders', hop: 'gone' }, { flow: 'left', hop: 'in' }]
    deepEqual((await s.restart(hops)).unknown, [])
    await s.claimIds(['m1', 'm2'], { hops: ['gone'] })
  }),
  it('dead letters on a hop that open does not list do not wait, and are not counted as waiting', async (s) => {
    await s.open()
    await s.accept(entry('m1', { hop: 'gone', dead: { _tag: 'DecodeFailed' } }))
    deepEqual((await s.restart()).unknown, [])
    equal((await s.found('m1'))?.state, 'dead')
  }),
  it('state, marks of latest and dedupe keys live on after a restart and after a crash', async (s) => {
    await s.open()
    const until = s.clock.now() + 60_000
    await s.put(entry('m1', { dedupe: { key: 'd', until }, latest: { key: 'k', version: 2 } }))
    await s.journal.accept([], { state: [{ name: 'cursor', expect: 0, value: [1, 'x'] }] })
    for (const stop of ['restart', 'crash'] as const) {
      await s[stop]()
      deepEqual(await s.journal.read(['cursor']), { cursor: { version: 1, value: [1, 'x'] } })
      deepEqual(
        await s.accept(
          entry('m2', { dedupe: { key: 'd', until } }),
          entry(`m3-${stop}`, { latest: { key: 'k', version: 1 } }),
        ),
        [
          { id: 'm1', as: 'duplicate' },
          { id: `m3-${stop}`, as: 'superseded' },
        ],
      )
    }
    await s.lawful()
  }),
  it('counts, dead letters and their errors live on after a crash', async (s) => {
    await s.open()
    await s.put(entry('m1'), entry('m2'))
    const [first, second] = await s.claim()
    await s.done(first!)
    await s.dead(second!, { error: { _tag: 'Rejected', status: 422 } })
    await s.crash()
    await s.counted('in', { in: 2, delivered: 1, dead: 1 })
    deepEqual((await s.found('m2'))?.errors, [{ _tag: 'Rejected', status: 422 }])
  }),
]
