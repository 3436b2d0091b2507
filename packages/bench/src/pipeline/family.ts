import type { Entry } from '../entries/entry.ts'

// The five steps. Each flow gets a copy of this file with a number for `_K`: functions and shapes of its own, as flows
// have that do different work.

export interface Article {
  readonly id_K: string
  readonly title: string
  readonly url: string
  readonly locale: string
  readonly version: number
  readonly tags: readonly string[]
  readonly author: Entry['author']
  readonly published: boolean
}

export interface Enriched extends Article {
  readonly region_K: 'eu' | 'us'
  readonly receivedAt: number
}

export const isEntry = (raw: Entry): boolean =>
  typeof raw.uid === 'string' && typeof raw.title === 'string' && Array.isArray(raw.tags)

export const decode = (raw: Entry): Entry => {
  if (!isEntry(raw)) throw new TypeError('not an entry')
  return raw
}

export const map = (e: Entry): Article => ({
  id_K: e.uid,
  title: e.title,
  url: e.url,
  locale: e.locale,
  version: e.version,
  tags: e.tags,
  author: e.author,
  published: e.published,
})

export const keep = (a: Article): boolean => a.published

export const enrich = (a: Article): Enriched => ({
  ...a,
  region_K: a.locale === 'de-de' ? 'eu' : 'us',
  receivedAt: 1_700_000_000_000,
})

let versions = 0

/** What the sink does. */
export const deliver = (e: Enriched): void => {
  versions += e.version
}

export const delivered = (): number => versions
