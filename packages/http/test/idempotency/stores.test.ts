import { describe, expect, it, test } from 'vitest'
import { memoryJournal, type Journal } from '@xconnector/core'
import { journalIdempotency, memoryIdempotency, type Reserve } from '../../src/index.js'
import { idempotencyContract } from '../../src/testing/index.js'
import { turns } from '../support/endpoint-kit.js'
import { inMemory, onMemoryJournal, onSqlite } from '../support/idempotency-makers.js'

describe('the contract of idempotency stores', () => {
  describe('in memory', () => {
    for (const { name, run } of idempotencyContract(inMemory)) it(name, run)
  })
  describe('on a memory journal', () => {
    for (const { name, run } of idempotencyContract(onMemoryJournal)) it(name, run)
  })
  describe('on SQLite', () => {
    for (const { name, run } of idempotencyContract(onSqlite)) it(name, run)
  })
})

const MINUTE = 60_000
const T = 1_700_000_000_000
const ask = (key: string, now = T, more: Partial<Reserve> = {}): Reserve => ({
  key,
  print: 'p',
  by: 'a',
  now,
  until: now + 30_000,
  ends: now + 10 * MINUTE,
  ...more,
})
const answer = (body: string) => ({ status: 200, headers: {}, body, as: 'text' as const })

describe('the store in memory', () => {
  test('forgets what has ended when room is needed, and refuses what it has no room for', async () => {
    const store = memoryIdempotency({ maxKeys: 2 })
    await store.reserve(ask('a'))
    await store.reserve(ask('b', T + MINUTE))
    await expect(store.reserve(ask('c', T + MINUTE))).rejects.toMatchObject({
      _tag: 'IdempotencyUnavailable',
      kind: 'transient',
    })
    expect(await store.reserve(ask('c', T + 10 * MINUTE))).toEqual({ is: 'ours' })
    await expect(store.reserve(ask('d', T + 10 * MINUTE))).rejects.toThrow('full')
  })

  test('finds room behind what lives long', async () => {
    const store = memoryIdempotency({ maxKeys: 2 })
    await store.reserve(ask('long', T, { ends: T + 1000 * MINUTE }))
    await store.reserve(ask('short'))
    expect(await store.reserve(ask('new', T + 11 * MINUTE))).toEqual({ is: 'ours' })
  })

  test('counts the bytes of answers', async () => {
    const store = memoryIdempotency({ maxBytes: 10 })
    await store.reserve(ask('a'))
    await store.keep(ask('a'), answer('x'.repeat(10)), T + MINUTE)
    await expect(store.reserve(ask('b'))).rejects.toThrow('full')
    expect(await store.reserve(ask('b', T + MINUTE))).toEqual({ is: 'ours' })
  })

  test.each([
    [{ maxKeys: 0 }, /maxKeys/],
    [{ maxBytes: 1.5 }, /maxBytes/],
  ])('%j makes no sense', (o, message) => expect(() => memoryIdempotency(o)).toThrow(message))
})

describe('the store on a journal', () => {
  const opened = async (): Promise<{
    journal: Journal
    names: () => Promise<string[]>
    seen: Set<string>
  }> => {
    const journal = memoryJournal()
    await journal.open([])
    // A journal's state cannot be listed: the names are those that were written.
    const seen = new Set<string>()
    const watched: Journal = Object.create(journal, {
      accept: {
        value: (entries: never, also: { state: { name: string }[] }) => {
          for (const { name } of also.state) seen.add(name)
          return journal.accept(entries, also as never)
        },
      },
      read: { value: (names: string[]) => journal.read(names) },
    })
    return {
      journal: watched,
      seen,
      names: async () => Object.keys(await journal.read([...seen])).toSorted(),
    }
  }

  test('removes what has ended, and keeps what lives longer than it was to', async () => {
    const { journal, names } = await opened()
    const store = journalIdempotency(journal)
    for (let i = 0; i < 40; i++) await store.reserve(ask(`k${i}`))
    await store.keep(ask('k7'), answer('kept'), T + 60 * MINUTE)
    expect((await names()).filter((n) => n.startsWith('idempotency:k'))).toHaveLength(40)
    const later = T + 20 * MINUTE
    // Each goes a step further.
    for (let i = 0; i < 10; i++) {
      await store.reserve(ask('late', later + i * MINUTE))
      await turns()
    }
    expect((await names()).filter((n) => /^idempotency:[kl]/.test(n))).toEqual([
      'idempotency:k7',
      'idempotency:late',
    ])
    expect(await store.reserve(ask('k7', later + 10 * MINUTE))).toEqual({
      is: 'done',
      answer: answer('kept'),
    })
    for (let i = 0; i < 60; i++) {
      await store.reserve(ask('later', later + (60 + i) * MINUTE))
      await turns()
    }
    const left = await names()
    expect(left.filter((n) => /^idempotency:(k|late$)/.test(n))).toEqual([])
    expect(left.length).toBeLessThanOrEqual(4)
  })

  test('catches up after a long pause, while requests come', async () => {
    const { journal, names } = await opened()
    const store = journalIdempotency(journal)
    await store.reserve(ask('old'))
    await turns()
    const later = T + 30 * 24 * 60 * MINUTE
    for (let i = 0; i < 1500; i++) {
      await store.reserve(ask('new', later))
      await turns(1)
    }
    expect((await names()).filter((n) => n === 'idempotency:old')).toEqual([])
  })

  test('of a journal that is closed it says so, and nothing is reserved', async () => {
    const { journal } = await opened()
    await journal.close.call(Object.getPrototypeOf(journal))
    await expect(journalIdempotency(journal).reserve(ask('a'))).rejects.toMatchObject({
      _tag: 'JournalUnavailable',
    })
  })
})
