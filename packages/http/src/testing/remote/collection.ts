import { problem, reply, type MockReply } from './reply.js'
import type { MockRequest } from './mock-request.js'

type Asking = Pick<MockRequest, 'headers'>

/**
 * Things by key, each with a strong ETag that changes whenever it is written, also where it was removed in between. `read`,
 * `write` and `remove` answer requests by the rules of conditional ones (RFC 9110, section 13).
 */
export interface Collection<T> {
  readonly size: number
  readonly keys: readonly string[]
  /** Copies, in the order in which they were first written. */
  readonly values: T[]
  get(key: string): T | undefined
  /** As a test arranges it, without a request. */
  set(key: string, value: T): void
  delete(key: string): boolean
  clear(): void
  /** With its quotes; `undefined` where there is none. */
  etag(key: string): string | undefined
  /** 200 with `ETag`; 304 to `If-None-Match`; 404; 412 to `If-Match`. */
  read(request: Asking, key: string): MockReply<T>
  /** 200, or 201 where there was none, with `ETag` and the value; 412 to `If-Match` and `If-None-Match`. */
  write(request: Asking, key: string, value: T | ((old: T | undefined) => T)): MockReply<T>
  /** 204; 404; 412 to `If-Match`. */
  remove(request: Asking, key: string): MockReply<never>
}

interface Kept<T> {
  readonly value: T
  readonly etag: string
}

/**
 * A collection for the handlers of a mocked remote. Values are copied on their way in and out, so that nobody changes what is
 * stored.
 *
 * @example
 * const pages = collection<Page>({ p1: { uid: 'p1', title: 'Home' } })
 * on(page, (request) => pages.read(request, request.params.uid))
 */
export const collection = <T>(start: Readonly<Record<string, T>> = {}): Collection<T> => {
  const kept = new Map<string, Kept<T>>()
  let written = 0
  const set = (key: string, value: T): string => {
    const etag = `"v${++written}"`
    kept.set(key, { value: structuredClone(value), etag })
    return etag
  }
  const copy = ({ value }: Kept<T>): T => structuredClone(value)
  for (const [key, value] of Object.entries(start)) set(key, value)
  return {
    get size() {
      return kept.size
    },
    get keys() {
      return [...kept.keys()]
    },
    get values() {
      return [...kept.values()].map(copy)
    },
    get(key) {
      const found = kept.get(key)
      return found && copy(found)
    },
    set: (key, value) => void set(key, value),
    delete: (key) => kept.delete(key),
    clear: () => kept.clear(),
    etag: (key) => kept.get(key)?.etag,
    read({ headers }, key) {
      const found = kept.get(key)
      if (refusedBy(headers, found?.etag, true)) return FAILED
      if (found === undefined) return MISSING
      const tag = { etag: found.etag }
      return lists(headers.get('if-none-match'), found.etag, false)
        ? reply(304, { headers: tag })
        : reply(200, { headers: tag, body: copy(found) })
    },
    write({ headers }, key, value) {
      const found = kept.get(key)
      if (refusedBy(headers, found?.etag, false)) return FAILED
      const made = typeof value === 'function' ? (value as (old?: T) => T)(found && copy(found)) : value
      const etag = set(key, made)
      return reply(found === undefined ? 201 : 200, { headers: { etag }, body: structuredClone(made) })
    },
    remove({ headers }, key) {
      const found = kept.get(key)
      if (refusedBy(headers, found?.etag, false)) return FAILED
      return kept.delete(key) ? reply(204) : MISSING
    },
  }
}

const FAILED = problem(412, { title: 'Another version is there' })
const MISSING = problem(404, { title: 'There is no such thing' })

const refusedBy = (headers: Headers, etag: string | undefined, reads: boolean): boolean => {
  const match = headers.get('if-match')
  if (match !== null && !lists(match, etag, true)) return true
  const none = headers.get('if-none-match')
  return !reads && none !== null && lists(none, etag, false)
}

/** Whether a list of tags names this one; strong tags are compared strongly (RFC 9110, 8.8.3.2). */
const lists = (header: string | null, etag: string | undefined, strong: boolean): boolean => {
  if (header === null || etag === undefined) return false
  if (header.trim() === '*') return true
  return [...header.matchAll(/(W\/)?("[^"]*")/g)].some(
    ([, weak, tag]) => tag === etag && (weak === undefined || !strong),
  )
}
