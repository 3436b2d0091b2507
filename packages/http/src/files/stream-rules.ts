import { millis, type Duration } from '@xconnector/core'
import type { StreamRules } from '../ingress/format.js'

/** Limits of a body that goes to a store as it comes. */
export interface StreamOptions {
  /**
   * The most bytes that it may have; more are answered with 413, before the body is read where its `Content-Length` says so.
   * Default 1 GiB.
   */
  readonly maxBytes?: number
  /** For how long its sender may say nothing; then 408. Default `'30s'`. */
  readonly idle?: Duration
  /**
   * How fast it must come in the mean, in bytes a second, once `idle` was spent waiting for it; slower ones get 408. The time
   * in which the store is slow does not count. Default 1024.
   */
  readonly minRate?: number
  /** Of how many requests bodies are read at once; more are answered with 503. Default 32. */
  readonly atOnce?: number
  /**
   * Whether a checksum must come with it: `Content-Digest` or `Repr-Digest` (RFC 9530) with SHA-256 or SHA-512, or the header
   * of `digestHeader`. Every one that comes is looked at. Default `'when-sent'`.
   */
  readonly digest?: 'when-sent' | 'required'
  /** A header in which senders give the SHA-256 of the body in hex, such as `'X-Content-SHA256'`. Default: none. */
  readonly digestHeader?: string
}

const HEADER = /^[!#$%&'*+.^_`|~0-9a-z-]+$/

/** @throws TypeError that begins with `at`, naming the option that makes no sense. */
export const streamRules = (options: StreamOptions, at: string): StreamRules => {
  const { maxBytes = 1024 ** 3, minRate = 1024, atOnce = 32, digest = 'when-sent' } = options
  const digestHeader = options.digestHeader?.toLowerCase()
  const idleMs = millis(options.idle ?? '30s', `${at} idle`)
  if (idleMs <= 0) throw new TypeError(`${at} idle: expected a duration longer than nothing`)
  if (!Number.isFinite(minRate) || minRate < 0)
    throw new TypeError(`${at} minRate: expected bytes a second, 0 or more, got ${String(minRate)}`)
  if (digest !== 'when-sent' && digest !== 'required')
    throw new TypeError(`${at} digest: expected 'when-sent' or 'required', got ${JSON.stringify(digest)}`)
  if (digestHeader !== undefined && !HEADER.test(digestHeader))
    throw new TypeError(`${at} digestHeader: expected a header name, got ${JSON.stringify(digestHeader)}`)
  return {
    maxBytes: atLeastOne(maxBytes, `${at} maxBytes`),
    idleMs,
    minRate,
    atOnce: atLeastOne(atOnce, `${at} atOnce`),
    digest,
    digestHeader,
  }
}

/** @throws TypeError naming the option. */
export const atLeastOne = (n: number, option: string): number => {
  if (Number.isSafeInteger(n) && n >= 1) return n
  throw new TypeError(`${option}: expected a whole number, 1 or more, got ${String(n)}`)
}
