import type { May } from '@xconnector/core'
import type { CacheStore, StoredAnswer } from './store.js'

/** One case of the contract: rejects with an error that says what was expected. */
export interface CacheStoreCase {
  readonly name: string
  run(): Promise<void>
}

/**
 * What every `CacheStore` must do, as a list of cases for any test runner. `make` gives an empty store that holds at least a
 * megabyte.
 *
 * @example
 * for (const { name, run } of cacheStoreContract(() => memoryCache())) it(name, run)
 */
export const cacheStoreContract = (make: () => May<CacheStore>): readonly CacheStoreCase[] =>
  CASES.map(([name, run]) => ({ name, run: async () => run(await make()) }))

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

const answer = (key: string, more: Partial<StoredAnswer> = {}): StoredAnswer => ({
  key,
  variant: '[]',
  vary: [],
  status: 200,
  headers: ['content-type', 'text/plain', 'x-a', '1', 'x-a', '2'],
  body: bytes(key),
  tags: [],
  at: 1_700_000_000_000,
  age: 1.5,
  lifetime: 60,
  whileRevalidate: 0,
  ifError: 0,
  strict: false,
  shared: true,
  ...more,
})

const expect = (holds: boolean, what: string): void => {
  if (!holds) throw new Error(`expected ${what}`)
}

const plain = (stored: StoredAnswer | undefined): string =>
  JSON.stringify(stored && { ...stored, body: [...stored.body] })

const variants = async (store: CacheStore, key: string): Promise<string> =>
  (await store.get(key)).map((a) => a.variant).join()

const CASES: readonly (readonly [string, (store: CacheStore) => Promise<void>])[] = [
  [
    'gives nothing for a key that was never stored',
    async (store) => expect((await store.get('a:/')).length === 0, 'nothing'),
  ],
  [
    'gives back what was stored, bytes and all',
    async (store) => {
      const one = answer('a:/1', { body: new Uint8Array([0, 255, 10, 13, 128]), tags: ['t'] })
      await store.set(one)
      const [found, another] = await store.get('a:/1')
      expect(plain(found) === plain(one) && another === undefined, 'the same answer, once')
    },
  ],
  [
    'keeps the variants of a key apart, and gives the newest first',
    async (store) => {
      await store.set(answer('a:/', { variant: '1' }))
      await store.set(answer('a:/', { variant: '2' }))
      expect((await variants(store, 'a:/')) === '2,1', 'both, the newest first')
      await store.set(answer('a:/', { variant: '1', status: 404 }))
      expect((await variants(store, 'a:/')) === '1,2', 'the one that was stored again first')
      const [first] = await store.get('a:/')
      expect(first?.status === 404, 'what was stored last')
    },
  ],
  [
    'deletes all variants of one key, and no other key',
    async (store) => {
      await store.set(answer('a:/', { variant: '1' }))
      await store.set(answer('a:/', { variant: '2' }))
      await store.set(answer('a:/x'))
      expect((await store.delete('a:/')) === 2, 'two deleted')
      expect((await store.get('a:/')).length === 0, 'nothing left')
      expect((await store.get('a:/x')).length === 1, 'the other key untouched')
      expect((await store.delete('a:/')) === 0, 'nothing to delete again')
    },
  ],
  [
    'purges by tag only the answers that have it',
    async (store) => {
      await store.set(answer('a:/', { variant: '1', tags: ['x', 'y'] }))
      await store.set(answer('a:/', { variant: '2', tags: ['y'] }))
      await store.set(answer('b:/', { tags: ['x'] }))
      expect((await store.purge({ tag: 'x' })) === 2, 'two purged')
      expect((await variants(store, 'a:/')) === '2', 'the variant without the tag left')
      expect((await store.get('b:/')).length === 0, 'the other key purged')
      expect((await store.purge({ tag: 'x' })) === 0, 'nothing to purge again')
    },
  ],
  [
    'forgets the tags of an answer that was stored again without them',
    async (store) => {
      await store.set(answer('a:/', { tags: ['x'] }))
      await store.set(answer('a:/'))
      expect((await store.purge({ tag: 'x' })) === 0, 'nothing purged')
      expect((await store.get('a:/')).length === 1, 'the answer left')
    },
  ],
  [
    'purges by the beginning of keys, taken as text',
    async (store) => {
      for (const key of ['a:/x.1', 'a:/x.1/2', 'a:/xy1', 'b:/x.1', 'a:/%_*']) await store.set(answer(key))
      expect((await store.purge({ prefix: 'a:/x.' })) === 2, 'two purged')
      expect((await store.get('a:/xy1')).length === 1, 'no pattern in the prefix')
      expect((await store.purge({ prefix: 'a:/%' })) === 1, 'one purged')
    },
  ],
]
