import { systemClock } from '@xconnector/core'
import { describe, expect, it } from 'vitest'
import type { SqliteJournal } from '../../src/journal/sqlite-journal.js'
import { clockAt, entry, hops, journalOn, place } from '../support/journals.js'

const HOUR = 3_600_000
const LEASE = 1_200_000

/** A clock that is moved by hand, and journals on it. */
const machine = async (processes: 'one' | 'many') => {
  const { file } = await place()
  let now = 1_800_000_000_000
  const clock = clockAt(systemClock, () => now)
  return {
    move: (ms: number) => (now += ms),
    now: () => now,
    open: async (): Promise<SqliteJournal> => {
      const journal = journalOn(file, { processes, clock })
      await journal.open(hops)
      return journal
    },
  }
}

const ask = (journal: SqliteJournal) =>
  journal.claim({ wants: hops.map((ref) => ({ ...ref, max: 9 })), max: 9, leaseMs: LEASE })
const ids = async (journal: SqliteJournal): Promise<readonly string[]> =>
  (await ask(journal)).entries.map(({ id }) => id)

describe.each(['one', 'many'] as const)('a clock that is put back by an hour, processes: %s', (processes) => {
  it('what was due stays due, and a retry comes after as long as it was to wait', async () => {
    const { move, now, open } = await machine(processes)
    const journal = await open()
    await journal.accept([entry('retry')])
    const [retry] = (await ask(journal)).entries
    await journal.commit([{ lease: retry!.lease, as: 'again', at: now() + 60_000, spend: true, error: {} }])
    await journal.accept([entry('due')])
    move(-HOUR)
    const first = await ask(journal)
    expect(first.entries.map(({ id }) => id)).toEqual(['due'])
    expect(first.next! - now()).toBeLessThanOrEqual(60_000)
    move(59_000)
    expect(await ids(journal)).toEqual([])
    move(1000)
    expect(await ids(journal)).toEqual(['retry'])
  })

  it('while nobody runs, is seen at the next start, and once', async () => {
    const { move, now, open } = await machine(processes)
    const before = await open()
    await before.accept([entry('due'), entry('later', { notBefore: now() + 600_000 })])
    await before.close()
    move(-HOUR)
    const after = await open()
    expect(await ids(after)).toEqual(['due'])
    await after.close()
    move(300_000)
    const again = await open()
    expect(await ids(again)).toEqual(['due'])
    move(299_000)
    expect(await ids(again)).toEqual([])
    move(1000)
    expect(await ids(again)).toEqual(['later'])
  })

  it('what is in hand is not given to anybody else, and is settled as ever', async () => {
    const { move, open } = await machine(processes)
    const journal = await open()
    await journal.accept([entry('m')])
    const [held] = (await ask(journal)).entries
    move(-HOUR)
    expect(await ids(journal)).toEqual([])
    if (processes === 'many') expect(await ids(await open())).toEqual([])
    expect(await journal.commit([{ lease: held!.lease, as: 'done', why: 'delivered' }])).toEqual(['ok'])
  })

  it('a repeat is still known, by its dedupe key', async () => {
    const { move, now, open } = await machine(processes)
    const journal = await open()
    const dedupe = { key: 'd', until: now() + 1000 }
    await journal.accept([entry('first', { dedupe })])
    move(-HOUR)
    expect(await journal.accept([entry('repeat', { dedupe })])).toEqual([{ id: 'first', as: 'duplicate' }])
  })
})

describe('several processes and a clock that was put back', () => {
  it('move the waits by one hour, not by one for each of them', async () => {
    const { move, now, open } = await machine('many')
    const [one, two] = [await open(), await open()]
    await one.accept([entry('later', { notBefore: now() + 2 * HOUR })])
    move(-HOUR)
    for (const journal of [one, two, one]) expect(await ids(journal)).toEqual([])
    move(2 * HOUR - 1)
    expect(await ids(two)).toEqual([])
    move(1)
    expect(await ids(two)).toEqual(['later'])
  })

  it('take over what a dead one held after its lease, not an hour later', async () => {
    const { move, open } = await machine('many')
    const [dying, other] = [await open(), await open()]
    await dying.accept([entry('m')])
    await ask(dying)
    await dying.drop()
    move(-HOUR)
    expect(await ids(other)).toEqual([])
    move(LEASE)
    expect(await ids(other)).toEqual(['m'])
  })
})

describe.each(['one', 'many'] as const)(
  'a clock that is put forward by an hour, processes: %s',
  (processes) => {
    it('a retry comes sooner, and what is in hand is settled once', async () => {
      const { move, now, open } = await machine(processes)
      const journal = await open()
      await journal.accept([entry('held'), entry('later', { notBefore: now() + 60_000 })])
      const [held] = (await ask(journal)).entries
      move(HOUR)
      const claimed = (await ask(journal)).entries
      expect(claimed.map(({ id }) => id)).toEqual(processes === 'one' ? ['later'] : ['held', 'later'])
      const done = { as: 'done', why: 'delivered' } as const
      // Where leases are rows, the one that ended is fenced: whoever claimed it last decides.
      expect(await journal.commit([{ lease: held!.lease, ...done }])).toEqual([
        processes === 'one' ? 'ok' : 'fenced',
      ])
      const rest = claimed.map(({ lease }) => ({ lease, ...done }))
      expect(new Set(await journal.commit(rest))).toEqual(new Set(['ok']))
      const counts = await journal.admin.counts()
      expect(counts).toContainEqual({ flow: 'f', hop: 'a', what: 'delivered', n: 2 })
    })
  },
)
