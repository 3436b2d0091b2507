import type { Removal, StoredAnswer } from './store.js'

/** What `gateway.purge` takes: a key (see `cacheKey`), a tag, or the beginning of keys. */
export type Purge = { readonly key: string } | Removal

/** Whether a purge is of an answer. */
export const purges = (purge: Purge, answer: Pick<StoredAnswer, 'key' | 'tags'>): boolean => {
  if ('key' in purge) return purge.key === answer.key
  return 'tag' in purge ? answer.tags.includes(purge.tag) : answer.key.startsWith(purge.prefix)
}

/** Whether a purge may be of answers under a key whose tags are not known yet. */
export const mayPurge = (purge: Purge, key: string): boolean =>
  'tag' in purge || ('key' in purge ? purge.key === key : key.startsWith(purge.prefix))
