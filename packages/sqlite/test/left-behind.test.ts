import { describe, expect, it } from 'vitest'
import type { NewEntry } from '@xconnector/core'
import { claim, entry, hops, journalOn, place } from './support/journals.js'

const version = (id: string, key: string, v: number): NewEntry => entry(id, { latest: { key, version: v } })

const idsOf = (entries: readonly { readonly id: string }[]): readonly string[] => entries.map(({ id }) => id)

/** A journal whose process was killed while it held two entries that newer versions had passed. */
const left = async (processes: 'one' | 'many' = 'one') => {
  const { file } = await place()
  const before = journalOn(file, { processes })
  await before.open(hops)
  await before.accept([version('a1', 'a', 1), version('b1', 'b', 1)])
  await before.claim({ wants: [{ ...hops[0]!, max: 9 }], max: 9, leaseMs: 1 })
  await before.accept([version('a2', 'a', 2), version('b2', 'b', 2), entry('other')])
  await before.drop()
  const journal = journalOn(file)
  expect((await journal.open(hops)).unclean).toBe(true)
  const counted = async (): Promise<Readonly<Record<string, number>>> =>
    Object.fromEntries((await journal.admin.counts()).map(({ what, n }) => [what, n]))
  return { journal, counted }
}

describe('what a killed process held while newer versions came', () => {
  it('ends as superseded when it would be claimed, all of it', async () => {
    const { journal, counted } = await left()
    expect(idsOf(await claim(journal))).toEqual(['a2', 'b2', 'other'])
    expect(await counted()).toEqual({ in: 5, superseded: 2, dead: 0, waiting: 3 })
  })

  it('ends so too where it had leases of several processes, one suspect at a claim', async () => {
    const { journal, counted } = await left('many')
    expect(idsOf(await claim(journal))).toEqual(['a2', 'b2', 'other'])
    expect(await claim(journal)).toEqual([])
    expect(await counted()).toEqual({ in: 5, superseded: 2, dead: 0, waiting: 3 })
  })

  it('is not looked for when the journal is opened, behind a backlog of any length', async () => {
    const { counted } = await left()
    expect(await counted()).toEqual({ in: 5, dead: 0, waiting: 5 })
  })

  it('leaves its place to others: a claim that found nothing else is to be made again at once', async () => {
    const { journal } = await left()
    const query = { wants: [{ ...hops[0]!, max: 2 }], max: 2, leaseMs: 1000 }
    const first = await journal.claim(query)
    expect(first.entries).toEqual([])
    expect(first.next).toBeLessThanOrEqual(Date.now())
    expect(idsOf((await journal.claim(query)).entries)).toEqual(['a2', 'b2'])
  })

  it('leaves its place to what stood behind it in the order of its key', async () => {
    const { file } = await place()
    const before = journalOn(file)
    await before.open(hops)
    await before.accept([{ ...version('a1', 'a', 1), key: 'k' }])
    await before.claim({ wants: [{ ...hops[0]!, max: 9 }], max: 9, leaseMs: 1 })
    await before.accept([{ ...version('a2', 'a', 2), key: 'k' }])
    await before.drop()
    const journal = journalOn(file)
    await journal.open(hops)
    const query = { wants: [{ ...hops[0]!, max: 9 }], max: 9, leaseMs: 1000 }
    const first = await journal.claim(query)
    // Without a word of it nobody would ask again.
    expect([first.entries, (first.next ?? Infinity) <= Date.now()]).toEqual([[], true])
    expect(idsOf((await journal.claim(query)).entries)).toEqual(['a2'])
  })
})
