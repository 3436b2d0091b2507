import { createHash } from 'node:crypto'
import { dateOf } from '../outcome/retry-after.js'

/** The validator of a page (RFC 9110, section 8.8), and of which page it is. JSON, so that it can be stored. */
export interface PageTag {
  /** A hash of the page's path and query. */
  readonly of: string
  readonly etag?: string
  readonly modified?: string
}

const LONGEST = 1024
const ETAG = /^(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"$/

/** The validator of an answer to a path and query; `undefined` where it has none that can be relied on. */
export const tagOf = (url: string, headers: Readonly<Record<string, string>>): PageTag | undefined => {
  const { etag, date, 'last-modified': modified } = headers
  if (etag !== undefined && etag.length <= LONGEST && ETAG.test(etag)) return { of: hashOf(url), etag }
  const [changed, answered] = [dateOf(modified), dateOf(date)]
  // Within the second that a page changed in, it may change again, and nobody would see it (section 8.8.2.2).
  if (changed === undefined || answered === undefined || answered - changed < 1000) return undefined
  return { of: hashOf(url), modified: modified! }
}

/** The headers that ask only for what is not the same as then; none where it was of another path or query. */
export const conditionsOf = (url: string, tag: PageTag | undefined): Readonly<Record<string, string>> => {
  if (tag === undefined || tag.of !== hashOf(url)) return {}
  if (tag.etag !== undefined) return { 'if-none-match': tag.etag }
  return tag.modified === undefined ? {} : { 'if-modified-since': tag.modified }
}

/** A stored tag, or `undefined` when it is none. */
export const tagIn = (value: unknown): PageTag | undefined => {
  if (typeof value !== 'object' || value === null) return undefined
  const { of, etag, modified } = value as Readonly<Record<string, unknown>>
  if (typeof of !== 'string') return undefined
  if (typeof etag === 'string' && ETAG.test(etag)) return { of, etag }
  return typeof modified === 'string' && dateOf(modified) !== undefined ? { of, modified } : undefined
}

const hashOf = (url: string): string => createHash('sha256').update(url).digest('base64url').slice(0, 22)
