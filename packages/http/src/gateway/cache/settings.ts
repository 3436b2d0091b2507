import { millis } from '@xconnector/core'
import type { CacheOptions } from '../options.js'
import { memoryCache } from './memory-store.js'
import { staleSettings, type StaleSettings } from './stale-settings.js'
import type { CacheStore } from './store.js'

/** A cache's options, checked, with defaults filled in. */
export interface CacheSettings {
  readonly store: CacheStore
  readonly maxEntryBytes: number
  readonly coalesceMs: number
  readonly heedRequests: boolean
  readonly stale: StaleSettings
}

/** Checks a cache's options. @throws TypeError naming the option. */
export const cacheSettings = (
  options: CacheOptions | false | undefined,
  at: string,
): CacheSettings | undefined => {
  if (options === undefined || options === false) return undefined
  const { maxEntryBytes = 5 * 1024 * 1024, requests = 'heed' } = options
  if (!Number.isSafeInteger(maxEntryBytes) || maxEntryBytes < 1)
    throw new TypeError(`${at} cache.maxEntryBytes: expected a number of bytes, got ${String(maxEntryBytes)}`)
  if (requests !== 'heed' && requests !== 'ignore')
    throw new TypeError(`${at} cache.requests: expected 'heed' or 'ignore', got ${String(requests)}`)
  return {
    store: options.store ?? memoryCache(),
    maxEntryBytes,
    coalesceMs: millis(options.coalesce ?? '10s', `${at} cache.coalesce`),
    heedRequests: requests === 'heed',
    stale: staleSettings(options, undefined, at),
  }
}
