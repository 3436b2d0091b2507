import { deepEqual, equal } from 'node:assert/strict'
import type { ContractCase } from '@xconnector/core/testing'
import type { Held, IdempotencyStore, Reserve, StoredAnswer } from '../idempotency/idempotency-store.js'

/** Makes the stores that the contract is held against. */
export interface IdempotencyStoreMaker {
  /** A store that is empty and ready. */
  fresh(): Promise<IdempotencyStoreUnderTest>
}

/** One store. The contract disposes of it. */
export interface IdempotencyStoreUnderTest {
  readonly store: IdempotencyStore
  /** For what outlives its process: drops the store as a killed process would, and gives a new one on the same storage. */
  crash?(): Promise<IdempotencyStore>
  /** Frees whatever is left. Always called last, once. */
  dispose(): Promise<void>
}

const T = 1_700_000_000_000
const LEASE = 30_000
const DAY = 86_400_000

const ask = (by: string, more: Partial<Reserve> = {}): Reserve => {
  const now = more.now ?? T
  return { key: 'k', print: 'p', by, now, until: now + LEASE, ends: now + DAY, ...more }
}

const held = (by: string, more: Partial<Held> = {}): Held => ({ key: 'k', print: 'p', by, ...more })

const ANSWER: StoredAnswer = {
  status: 201,
  headers: { location: '/a' },
  body: '{"é":"\\u0000 😀"}',
  as: 'text',
}

type Body = (store: IdempotencyStore, under: IdempotencyStoreUnderTest) => Promise<void>

/** What every store of idempotency keys must do, as a list of named cases for any test runner. */
export const idempotencyContract = (maker: IdempotencyStoreMaker): readonly ContractCase[] =>
  CASES.map(([name, body]) => ({
    name,
    async run() {
      const under = await maker.fresh()
      try {
        await body(under.store, under)
      } finally {
        await under.dispose()
      }
    },
  }))

const CASES: readonly (readonly [name: string, body: Body])[] = [
  [
    'a key that nobody knows is reserved, and busy for others until its lease ends',
    async (s) => {
      deepEqual(await s.reserve(ask('a')), { is: 'ours' })
      deepEqual(await s.reserve(ask('b')), { is: 'busy', until: T + LEASE })
      deepEqual(await s.reserve(ask('b', { now: T + LEASE - 1 })), { is: 'busy', until: T + LEASE })
      deepEqual(await s.reserve(ask('b', { now: T + LEASE })), { is: 'ours' })
    },
  ],
  [
    'of many that ask at once one gets it',
    async (s) => {
      const said = await Promise.all(Array.from({ length: 20 }, (_, i) => s.reserve(ask(`a${i}`))))
      equal(said.filter((r) => r.is === 'ours').length, 1)
      equal(said.filter((r) => r.is === 'busy').length, 19)
    },
  ],
  [
    'many keys at once do not stand in the way of each other',
    async (s) => {
      const keys = Array.from({ length: 50 }, (_, i) => `k${i}`)
      const said = await Promise.all(keys.map((key) => s.reserve(ask('a', { key }))))
      deepEqual(
        said.map((r) => r.is),
        keys.map(() => 'ours'),
      )
    },
  ],
  [
    'what is kept is given to repeats as it was, until it ends',
    async (s) => {
      await s.reserve(ask('a'))
      equal(await s.keep(held('a'), ANSWER, T + DAY), true)
      deepEqual(await s.reserve(ask('b')), { is: 'done', answer: ANSWER })
      deepEqual(await s.reserve(ask('b', { now: T + DAY - 1 })), { is: 'done', answer: ANSWER })
      deepEqual(await s.reserve(ask('b', { now: T + DAY })), { is: 'ours' })
    },
  ],
  [
    'a key belongs to its payload while it is worked on, done, free or in doubt',
    async (s) => {
      const other = (now: number): Promise<unknown> => s.reserve(ask('x', { print: 'q', now }))
      await s.reserve(ask('a'))
      deepEqual(await other(T), { is: 'other' })
      deepEqual(await other(T + LEASE), { is: 'other' })
      await s.free(held('a'))
      deepEqual(await other(T), { is: 'other' })
      await s.reserve(ask('b'))
      await s.keep(held('b'), ANSWER, T + DAY)
      deepEqual(await other(T), { is: 'other' })
      deepEqual(await other(T + DAY), { is: 'ours' })
    },
  ],
  [
    'what is freed may be tried again by a repeat',
    async (s) => {
      await s.reserve(ask('a'))
      equal(await s.free(held('a')), true)
      deepEqual(await s.reserve(ask('b')), { is: 'ours' })
      deepEqual(await s.reserve(ask('c')), { is: 'busy', until: T + LEASE })
    },
  ],
  [
    'a reservation that is renewed stands longer',
    async (s) => {
      await s.reserve(ask('a'))
      equal(await s.renew(held('a'), T + 2 * LEASE), true)
      deepEqual(await s.reserve(ask('b', { now: T + LEASE })), { is: 'busy', until: T + 2 * LEASE })
    },
  ],
  [
    'who has lost a reservation cannot renew, keep or free it',
    async (s) => {
      await s.reserve(ask('a'))
      await s.reserve(ask('b', { now: T + LEASE }))
      equal(await s.renew(held('a'), T + DAY), false)
      equal(await s.keep(held('a'), ANSWER, T + DAY), false)
      equal(await s.free(held('a')), false)
      deepEqual(await s.reserve(ask('c', { now: T + LEASE })), { is: 'busy', until: T + 2 * LEASE })
      equal(await s.keep(held('b'), ANSWER, T + DAY), true)
    },
  ],
  [
    'who never had one cannot either',
    async (s) => {
      equal(await s.renew(held('a'), T), false)
      equal(await s.keep(held('a'), ANSWER, T + DAY), false)
      equal(await s.free(held('a')), false)
      deepEqual(await s.reserve(ask('b')), { is: 'ours' })
    },
  ],
  [
    'what is done stays done',
    async (s) => {
      await s.reserve(ask('a'))
      await s.keep(held('a'), ANSWER, T + DAY)
      equal(await s.keep(held('a'), { ...ANSWER, status: 500 }, T + DAY), false)
      equal(await s.free(held('a')), false)
      deepEqual(await s.reserve(ask('b')), { is: 'done', answer: ANSWER })
    },
  ],
  [
    'two keys do not meet',
    async (s) => {
      await s.reserve(ask('a'))
      deepEqual(await s.reserve(ask('a', { key: 'l' })), { is: 'ours' })
      await s.keep(held('a'), ANSWER, T + DAY)
      deepEqual(await s.reserve(ask('b', { key: 'l' })), { is: 'busy', until: T + LEASE })
    },
  ],
  [
    'a lease that is longer than the time to live holds its key to its end',
    async (s) => {
      await s.reserve(ask('a', { ends: T + 1 }))
      deepEqual(await s.reserve(ask('b', { now: T + 2 })), { is: 'busy', until: T + LEASE })
    },
  ],
  [
    'after a crash what was kept is known, and what was reserved is in doubt until its lease ends',
    async (s, under) => {
      await s.reserve(ask('a'))
      await s.keep(held('a'), ANSWER, T + DAY)
      await s.reserve(ask('a', { key: 'l' }))
      if (under.crash === undefined) return
      const after = await under.crash()
      deepEqual(await after.reserve(ask('b')), { is: 'done', answer: ANSWER })
      deepEqual(await after.reserve(ask('b', { key: 'l' })), { is: 'busy', until: T + LEASE })
      deepEqual(await after.reserve(ask('b', { key: 'l', now: T + LEASE })), { is: 'ours' })
      equal(await after.keep(held('a', { key: 'l' }), ANSWER, T + DAY), false)
    },
  ],
]
