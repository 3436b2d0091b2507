import { describe, expect, it } from 'vitest'
import type { SqliteJournal } from '../src/journal/sqlite-journal.js'
import { entry, hops, journalOn, place } from './support/journals.js'

const idsOf = (found: readonly { readonly id: string }[]): readonly string[] => found.map(({ id }) => id)
const item = (root: string, i: number): string => `${root}/split/${i}`

/** A journal in which two messages have so many items, one behind the other; of each the last two are dead. */
const filled = async (items: number): Promise<SqliteJournal> => {
  const journal = journalOn((await place()).file)
  await journal.open(hops)
  for (const root of ['r', 's']) {
    await journal.accept(Array.from({ length: items }, (_, i) => entry(item(root, i))))
    await journal.accept([0, 1].map((i) => entry(`${root}/dead/${i}`, { dead: { _tag: 'Bad' } })))
  }
  return journal
}

// A message of few entries is looked through otherwise than one of very many.
describe.each([300, 10_001])('looking for what belongs to one of two messages of %i items', (items) => {
  it('finds what waits, in sequence, page by page and all of it', async () => {
    const { admin } = await filled(items)
    for (const root of ['r', 's']) {
      const all = Array.from({ length: items }, (_, i) => item(root, i))
      const query = { root, state: 'waiting', limit: 20 } as const
      const found = await admin.find(query)
      expect(idsOf(found)).toEqual(all.slice(0, 20))
      const next = await admin.find({ ...query, after: found.at(-1)!.seq })
      expect(idsOf(next)).toEqual(all.slice(20, 40))
      expect(idsOf(await admin.find({ ...query, limit: 20_000 }))).toEqual(all)
    }
  })

  it('finds its dead letters, and no others', async () => {
    const { admin } = await filled(items)
    const query = { root: 's', state: 'dead', limit: 100 } as const
    const found = await admin.find(query)
    expect(idsOf(found)).toEqual(['s/dead/0', 's/dead/1'])
    expect(idsOf(await admin.find({ ...query, after: found[0]!.seq }))).toEqual(['s/dead/1'])
    expect(await admin.find({ ...query, tag: 'Worse' })).toEqual([])
  })
})
