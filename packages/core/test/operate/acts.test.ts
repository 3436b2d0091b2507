import { describe, expect, test } from 'vitest'
import { memoryJournal, type Journal, type Json } from '../../src/index.js'
import { recordAct, statusOf, type Act } from '../../src/operate/index.js'
import { readActs } from '../../src/operate/acts.js'

const opened = async (): Promise<Journal> => {
  const journal = memoryJournal()
  await journal.open([])
  return journal
}

const actsOn = async (journal: Journal): Promise<readonly Act[]> => (await statusOf(journal, { now: 0 })).acts

describe('what people did', () => {
  test('is told whole, the latest first', async () => {
    const journal = await opened()
    const all: readonly Act[] = [
      { at: 1, did: 'pause', by: 'ann', why: 'the site moves', what: { flow: 'f', hop: 'put' } },
      { at: 2, did: 'pause', what: { intake: 'f' } },
      { at: 3, did: 'resume', what: { destination: 'site' } },
      { at: 4, did: 'discard', by: 'bob', n: 2, ids: ['a', 'b'] },
    ]
    for (const act of all) await recordAct(journal, act)
    expect(await actsOn(journal)).toEqual(all.toReversed())
    await journal.close()
  })

  test('is kept of everybody who acts at the same time', async () => {
    const journal = await opened()
    await Promise.all(
      Array.from({ length: 20 }, (_, i) => recordAct(journal, { at: i, did: 'replay', by: `p${i}` })),
    )
    const by = (await actsOn(journal)).map((act) => act.by)
    expect([by.length, new Set(by)]).toEqual([20, new Set(Array.from({ length: 20 }, (_, i) => `p${i}`))])
    await journal.close()
  })

  test('is the last 50, with few ids and short reasons without credentials', async () => {
    const journal = await opened()
    for (let at = 0; at < 60; at++) await recordAct(journal, { at, did: 'erase' })
    await recordAct(journal, {
      at: 60,
      did: 'discard',
      by: 'b'.repeat(600),
      why: `password=hunter2 ${'x'.repeat(600)}`,
      ids: Array.from({ length: 9 }, (_, i) => `id-${i}`),
    })
    const acts = await actsOn(journal)
    expect([acts.length, acts.at(-1)?.at]).toEqual([50, 11])
    const [{ by, why, ids }] = acts as [Act]
    expect([by!.length, ids!.length, why!.includes('hunter2')]).toEqual([500, 5, false])
    expect(why!.length).toBeLessThan(520)
    await journal.close()
  })

  test('is read as far as it is understood, and nothing of it is lost when more is written', async () => {
    const journal = await opened()
    const rows: Json = [
      null,
      7,
      'x',
      { did: 'pause' },
      { at: 'noon', did: 'pause' },
      { at: 1 },
      { at: 2, did: 'polish', by: 3, why: 4, n: '5', what: { planet: 'x' }, ids: 'a' },
      { at: 3, did: 'discard', ids: ['a', 4], what: { flow: 1 } },
    ]
    await journal.accept([], { state: [{ name: 'acts', expect: 0, value: rows }] })
    const read = [
      { at: 3, did: 'discard', ids: ['a'] },
      { at: 2, did: 'polish' },
    ]
    expect(await actsOn(journal)).toEqual(read)
    await recordAct(journal, { at: 4, did: 'erase' })
    expect(await actsOn(journal)).toEqual([{ at: 4, did: 'erase' }, ...read])
    expect((await journal.read(['acts']))['acts']?.value).toHaveLength(rows.length + 1)
    expect([readActs(undefined), readActs({ a: 1 })]).toEqual([[], []])
    await journal.close()
  })
})
