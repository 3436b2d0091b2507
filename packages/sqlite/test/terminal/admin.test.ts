import { changeControl, withPause } from '@xconnector/core/operate'
import { describe, expect, it } from 'vitest'
import { sqliteAdmin, type SqliteAdminOptions } from '../../src/index.js'
import { claim, entry, hops, journalOn, place, refusal } from '../support/journals.js'

const dead = { _tag: 'DecodeFailed', kind: 'poison', message: 'no order', attempt: 3 }

describe('sqliteAdmin', () => {
  it.each<[string, unknown]>([
    ['options', undefined],
    ['file', {}],
    ['file', { file: '' }],
    ['wait', { file: 'x', wait: 'long' }],
    ['wait', { file: 'x', wait: 5 }],
    ['signal', { file: 'x', signal: null }],
    ['clock', { file: 'x', clock: {} }],
    ['random', { file: 'x', random: Math.random }],
  ])('refuses what makes no sense, and names it: %s', (option, options) => {
    expect(() => sqliteAdmin(options as SqliteAdminOptions)).toThrow(TypeError)
    expect(() => sqliteAdmin(options as SqliteAdminOptions)).toThrow(`sqliteAdmin({ ${option} })`)
  })

  it('reads the journal as its owner does, page by page and without bodies', async () => {
    const { file } = await place()
    const journal = journalOn(file)
    await journal.open(hops)
    await journal.accept(
      Array.from({ length: 1203 }, (_, i) =>
        entry(`m${i}`, { dead, hop: i % 3 === 0 ? 'a' : 'b', key: `k${i}` }),
      ),
    )
    const admin = sqliteAdmin({ file })
    const ids: string[] = []
    for (let after = 0; ;) {
      const page = await admin.letters({ after, limit: 500 })
      ids.push(...page.map(({ id }) => id))
      if (page.length < 500) break
      after = page.at(-1)!.seq
    }
    expect(ids).toEqual(Array.from({ length: 1203 }, (_, i) => `m${i}`))
    const [letter] = await admin.letters({ hop: 'b', limit: 1 })
    expect(letter).toMatchObject({
      id: 'm1',
      key: 'k1',
      tag: 'DecodeFailed',
      message: 'no order',
      attempts: 3,
      bytes: 2,
    })
    expect(letter).not.toHaveProperty('body')
    expect(await admin.admin.counts()).toEqual(await journal.admin.counts())
    expect(await admin.admin.find({ state: 'dead', limit: 3 })).toEqual(
      await journal.admin.find({ state: 'dead', limit: 3 }),
    )
    expect(await admin.entry('m7')).toEqual((await journal.admin.find({ root: 'm7', limit: 1 }))[0])
    expect(await admin.entry('m7000')).toBeUndefined()
    admin.close()
  })

  it('sees what is written after it has looked, whether somebody has the file open or not', async () => {
    const { file } = await place()
    const first = journalOn(file)
    await first.open(hops)
    await first.close()
    const admin = sqliteAdmin({ file })
    expect(await admin.letters({ limit: 9 })).toEqual([])
    const second = journalOn(file)
    await second.open(hops)
    await second.accept([entry('m', { dead })])
    expect(await admin.letters({ limit: 9 })).toHaveLength(1)
    admin.rest()
    await second.close()
    expect(await admin.letters({ limit: 9 })).toHaveLength(1)
    const third = journalOn(file)
    await third.open(hops)
    await third.accept([entry('n', { dead })])
    await third.close()
    expect(await admin.letters({ limit: 9 })).toHaveLength(2)
    admin.close()
  })

  it('moves states and nothing else: messages need a runtime', async () => {
    const { file } = await place()
    const journal = journalOn(file)
    await journal.open(hops)
    const admin = sqliteAdmin({ file })
    const both = await Promise.all(
      ['a', 'b'].map((hop) =>
        changeControl(admin, (control) => withPause(control, { what: { flow: 'f', hop }, since: 1 })),
      ),
    )
    expect(both.map(({ paused }) => paused.length).toSorted((a, b) => a - b)).toEqual([1, 2])
    expect((await journal.read(['control']))['control']).toMatchObject({ version: 2 })
    expect(await admin.accept([], { state: [{ name: 'control', expect: 1, value: {} }] })).toBe('conflict')
    expect((await refusal(admin.accept([entry('m')]))).message).toContain('messages need a runtime')
    admin.close()
  })

  it('says what is in hand: by the owner, by the rows of many, and not at all', async () => {
    for (const processes of ['one', 'many'] as const) {
      const { file } = await place()
      const journal = journalOn(file, { processes })
      await journal.open(hops)
      await journal.accept([entry('m'), entry('n')])
      await claim(journal, 1)
      const admin = sqliteAdmin({ file })
      expect(await admin.inHand()).toEqual([{ flow: 'f', hop: 'a', n: 1 }])
      expect((await admin.about()).owner).toBe(processes)
      await journal.close()
      expect(await admin.inHand()).toEqual([])
      expect((await admin.about()).owner).toBe('nobody')
      admin.close()
    }
  })

  it('lets an entry in the hand of one of many go where its key is erased: the holder is fenced', async () => {
    const { file } = await place()
    const journal = journalOn(file, { processes: 'many' })
    await journal.open(hops)
    await journal.accept([entry('m', { key: 'k' })])
    const [held] = await claim(journal)
    const admin = sqliteAdmin({ file })
    expect(await admin.admin.erase('k')).toBe(1)
    expect(await journal.commit([{ lease: held!.lease, as: 'done', why: 'delivered' }])).toEqual(['fenced'])
    admin.close()
  })
})
