/** A content entry of 30 fields, nested three deep, as a CMS gives it. */
export interface Entry {
  readonly uid: string
  readonly title: string
  readonly url: string
  readonly locale: string
  readonly version: number
  readonly published: boolean
  readonly createdAt: string
  readonly updatedAt: string
  readonly createdBy: string
  readonly updatedBy: string
  readonly tags: readonly string[]
  readonly seo: { readonly title: string; readonly description: string; readonly noIndex: boolean }
  readonly hero: {
    readonly headline: string
    readonly kicker: string | null
    readonly image: {
      readonly uid: string
      readonly url: string
      readonly width: number
      readonly height: number
      readonly alt: string
    }
  }
  readonly author: { readonly uid: string; readonly name: string; readonly email: string }
  readonly blocks: readonly { readonly kind: string; readonly text: string; readonly order: number }[]
  readonly publishDetails: { readonly environment: string; readonly time: string; readonly user: string }
}

/** Entries to measure with: the same for the same seed. `bad`: two fields of each are of the wrong type. */
export const entries = (count: number, seed: number, bad = false): readonly unknown[] => {
  const next = random(seed)
  return Array.from({ length: count }, () => (bad ? spoiled(entry(next), next) : entry(next)))
}

const entry = (next: () => number): Entry => {
  const id = (prefix: string): string => `${prefix}${Math.floor(next() * 1e9).toString(36)}`
  const at = (): string => `2026-${10 + Math.floor(next() * 3)}-${10 + Math.floor(next() * 18)}T10:00:00.000Z`
  return {
    uid: id('blt'),
    title: id('Title '),
    url: `/articles/${id('a')}`,
    locale: 'en-us',
    version: Math.floor(next() * 100),
    published: next() < 0.5,
    createdAt: at(),
    updatedAt: at(),
    createdBy: id('user'),
    updatedBy: id('user'),
    tags: [id('tag'), id('tag')],
    seo: { title: id('Seo '), description: id('Description '), noIndex: next() < 0.1 },
    hero: {
      headline: id('Headline '),
      kicker: next() < 0.5 ? null : id('Kicker '),
      image: {
        uid: id('img'),
        url: `https://images.test/${id('i')}`,
        width: 1600,
        height: 900,
        alt: id('Alt '),
      },
    },
    author: { uid: id('blt'), name: id('Author '), email: `${id('a')}@example.test` },
    blocks: [
      { kind: 'text', text: id('Text '), order: 1 },
      { kind: 'quote', text: id('Quote '), order: 2 },
    ],
    publishDetails: { environment: 'production', time: at(), user: id('user') },
  }
}

/** Two wrong fields, in two of these pairs of places: near the root and deep inside. */
const SPOILS: readonly ((e: Entry) => object)[] = [
  (e) => ({ ...e, title: 7, hero: { ...e.hero, image: { ...e.hero.image, width: '1600' } } }),
  (e) => ({ ...e, seo: { ...e.seo, noIndex: 'no' }, author: { ...e.author, email: null } }),
  (e) => ({ ...e, version: '3', blocks: [e.blocks[0], { ...e.blocks[1], order: '2' }] }),
  (e) => ({ ...e, tags: [e.tags[0], 5], publishDetails: { ...e.publishDetails, user: undefined } }),
]

const spoiled = (e: Entry, next: () => number): object => SPOILS[Math.floor(next() * SPOILS.length)]!(e)

/** mulberry32. */
const random = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let x = Math.imul(state ^ (state >>> 15), state | 1)
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61)
    return ((x ^ (x >>> 14)) >>> 0) / 4294967296
  }
}
