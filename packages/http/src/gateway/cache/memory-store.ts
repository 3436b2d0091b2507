import type { CacheStore, Removal, StoredAnswer } from './store.js'

/** Options of a memory store. */
export interface MemoryCacheOptions {
  /** The most bytes that it holds, keys and headers included. Default 64 MiB. */
  readonly maxBytes?: number
  /** The most answers under one key; the oldest goes. Default 32. */
  readonly maxVariants?: number
}

/** A store in memory: synchronous, and tells what it holds. */
export interface MemoryCache extends CacheStore {
  get(key: string): readonly StoredAnswer[]
  set(answer: StoredAnswer): void
  delete(key: string): number
  purge(what: Removal): number
  readonly bytes: number
  readonly entries: number
}

// What an entry takes beside what it says: maps, objects, strings' heads.
const OVERHEAD = 512

/**
 * Stores answers in this process's memory; when it is full, the keys go that were not asked for longest (LRU).
 *
 * @throws TypeError when a limit is no whole number of at least 1.
 */
export const memoryCache = (options: MemoryCacheOptions = {}): MemoryCache =>
  new LruCache(
    limit(options.maxBytes ?? 64 * 1024 * 1024, 'maxBytes'),
    limit(options.maxVariants ?? 32, 'maxVariants'),
  )

class LruCache implements MemoryCache {
  readonly #maxBytes: number
  readonly #maxVariants: number
  // In the order in which they were last asked for.
  readonly #byKey = new Map<string, readonly StoredAnswer[]>()
  readonly #byTag = new Map<string, Set<string>>()
  #bytes = 0
  #entries = 0

  constructor(maxBytes: number, maxVariants: number) {
    this.#maxBytes = maxBytes
    this.#maxVariants = maxVariants
  }

  get bytes(): number {
    return this.#bytes
  }

  get entries(): number {
    return this.#entries
  }

  get(key: string): readonly StoredAnswer[] {
    const found = this.#byKey.get(key)
    if (found === undefined) return NONE
    this.#byKey.delete(key)
    this.#byKey.set(key, found)
    return found
  }

  set(answer: StoredAnswer): void {
    const { key } = answer
    const others = (this.#byKey.get(key) ?? []).filter((a) => a.variant !== answer.variant)
    this.delete(key)
    const kept = sizeOf(answer) > this.#maxBytes ? others : [answer, ...others].slice(0, this.#maxVariants)
    if (kept.length === 0) return
    this.#byKey.set(key, kept)
    for (const one of kept) {
      this.#bytes += sizeOf(one)
      this.#entries++
      for (const tag of one.tags) {
        const keys = this.#byTag.get(tag) ?? new Set()
        this.#byTag.set(tag, keys.add(key))
      }
    }
    for (const oldest of this.#byKey.keys()) {
      if (this.#bytes <= this.#maxBytes) break
      this.delete(oldest)
    }
  }

  delete(key: string): number {
    const found = this.#byKey.get(key)
    if (found === undefined) return 0
    this.#byKey.delete(key)
    for (const one of found) {
      this.#bytes -= sizeOf(one)
      this.#entries--
      for (const tag of one.tags) {
        const keys = this.#byTag.get(tag)
        keys?.delete(key)
        if (keys?.size === 0) this.#byTag.delete(tag)
      }
    }
    return found.length
  }

  purge(what: Removal): number {
    if ('tag' in what) {
      const tagged = [...(this.#byTag.get(what.tag) ?? [])]
      return tagged.reduce((n, key) => n + this.#deleteWhere(key, (a) => a.tags.includes(what.tag)), 0)
    }
    const keys = [...this.#byKey.keys()].filter((key) => key.startsWith(what.prefix))
    return keys.reduce((n, key) => n + this.delete(key), 0)
  }

  #deleteWhere(key: string, gone: (answer: StoredAnswer) => boolean): number {
    const found = this.#byKey.get(key) ?? []
    this.delete(key)
    // The newest are at the front: put back from the end.
    for (const one of found.toReversed()) if (!gone(one)) this.set(one)
    return found.filter(gone).length
  }
}

const NONE: readonly StoredAnswer[] = Object.freeze([])

const sizeOf = ({ key, variant, headers, body, tags }: StoredAnswer): number => {
  let size = OVERHEAD + body.byteLength + 2 * (key.length + variant.length)
  for (const text of headers) size += 2 * text.length
  for (const tag of tags) size += 2 * tag.length
  return size
}

const limit = (n: number, option: string): number => {
  if (Number.isSafeInteger(n) && n >= 1) return n
  throw new TypeError(`memoryCache ${option}: expected a whole number of at least 1, got ${String(n)}`)
}
