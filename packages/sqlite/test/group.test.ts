import { DatabaseSync } from 'node:sqlite'
import { systemClock } from '@xconnector/core'
import { describe, expect, it } from 'vitest'
import { Engine } from '../src/engine/engine.js'
import { claim, entry, hops, journalOn, place, refusal } from './support/journals.js'

// A body that is no text cannot be bound: the call fails in the middle of the group's transaction.
const bad = entry('bad', { body: undefined as unknown as string, key: 'k' })

describe.each(['main', 'worker'] as const)('a bad call in a group, thread: %s', (thread) => {
  it('fails alone: its neighbours are written, and it has written nothing', async () => {
    const { file } = await place()
    const journal = journalOn(file, { thread })
    await journal.open(hops)
    const before = Array.from({ length: 5 }, (_, i) => journal.accept([entry(`before${i}`)]))
    const broken = refusal(journal.accept([entry('half', { hop: 'b' }), bad]))
    const after = Array.from({ length: 5 }, (_, i) => journal.accept([entry(`after${i}`)]))
    expect((await Promise.all([...before, ...after])).flat()).toHaveLength(10)
    expect((await broken).trouble).toBe('failed')
    const found = await journal.admin.find({ limit: 100 })
    expect(found.map(({ id }) => id).filter((id) => id === 'half' || id === 'bad')).toEqual([])
    expect(await journal.admin.counts()).toEqual([
      { flow: 'f', hop: 'a', what: 'in', n: 10 },
      { flow: 'f', hop: 'a', what: 'dead', n: 0 },
      { flow: 'f', hop: 'a', what: 'waiting', n: 10 },
    ])
  })

  it('leaves the leases of its neighbours and its own as they were', async () => {
    const { file } = await place()
    const journal = journalOn(file, { thread })
    await journal.open(hops)
    await journal.accept([entry('one'), entry('two')])
    const [one, two] = await claim(journal)
    const outcome = { as: 'done', why: 'delivered' } as const
    const broken = refusal(journal.commit([{ lease: one!.lease, ...outcome, emit: [bad] }]))
    const fine = journal.commit([{ lease: two!.lease, ...outcome }])
    expect((await broken).trouble).toBe('failed')
    expect(await fine).toEqual(['ok'])
    expect(await claim(journal)).toEqual([])
    expect(await journal.commit([{ lease: one!.lease, ...outcome }])).toEqual(['ok'])
  })

  it('does not make others believe in a hop that was never written', async () => {
    const { file } = await place()
    const journal = journalOn(file, { thread })
    await journal.open(hops)
    await refusal(journal.accept([entry('x', { hop: 'new' }), { ...bad, hop: 'new' }]))
    await journal.accept([entry('y', { hop: 'newer' })])
    await journal.accept([entry('z', { hop: 'new' })])
    const wants = ['new', 'newer'].map((hop) => ({ flow: 'f', hop, max: 9 }))
    const { entries } = await journal.claim({ wants, max: 9, leaseMs: 1000 })
    expect(entries.map(({ id, hop }) => [id, hop])).toEqual([
      ['z', 'new'],
      ['y', 'newer'],
    ])
  })
})

describe('a group', () => {
  it('is one transaction: a hundred calls of one tick cost one commit', async () => {
    const { file } = await place()
    const journal = journalOn(file)
    await journal.open(hops)
    const reader = new DatabaseSync(file, { readOnly: true })
    const version = (): unknown => reader.prepare('PRAGMA data_version').get()?.['data_version']
    let seen = version()
    let commits = 0
    const all = Promise.all(Array.from({ length: 100 }, (_, i) => journal.accept([entry(`m${i}`)])))
    for (let turn = 0; turn < 20; turn++) {
      await new Promise<void>((resolve) => systemClock.soon(resolve))
      if (version() !== seen) commits++
      seen = version()
    }
    await all
    reader.close()
    expect(commits).toBe(1)
  })

  it('waits while another connection writes, and is served when that one has ended', async () => {
    const { file } = await place()
    const journal = journalOn(file, { processes: 'many' })
    await journal.open(hops)
    const other = new DatabaseSync(file)
    other.exec('BEGIN IMMEDIATE')
    let served = false
    const accepted = journal.accept([entry('m')]).then((taken) => ((served = true), taken))
    for (let turn = 0; turn < 20; turn++) await new Promise<void>((resolve) => systemClock.soon(resolve))
    expect(served).toBe(false)
    other.exec('COMMIT')
    other.close()
    expect(await accepted).toEqual([{ id: 'm', as: 'accepted' }])
  })

  it('does not take the lock for a claim that finds nothing', async () => {
    const { file } = await place()
    const settings = { file, processes: 'many', keepDead: {} } as const
    const engine = new Engine(settings, { hops, now: 1000 })
    const other = new DatabaseSync(file)
    other.exec('BEGIN IMMEDIATE')
    const query = { wants: hops.map((ref) => ({ ...ref, max: 5 })), max: 5, leaseMs: 1000 }
    expect(engine.apply([{ do: 'claim', query }], 1000)).toEqual([{ ok: { entries: [] } }])
    expect(engine.apply([{ do: 'accept', entries: [entry('m')] }], 1000)).toEqual([{ busy: true }])
    other.close()
    engine.close(1000)
  })
})
