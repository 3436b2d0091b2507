import type { QueryValues } from '../client/query-string.js'
import { linkTarget, linkWith } from './link-target.js'
import type { CursorNext, Next, OffsetNext, PageNext } from './next.js'
import type { Position } from './position.js'

/** What a page told of the one after it. */
export type Turn =
  /** `next`: where to go on; without `more`, where to begin the next time. */
  | { readonly more: boolean; readonly next: Position | undefined }
  /** It cannot be gone on from: why. */
  | { readonly stuck: string; readonly flaw: 'foreign-link' | 'endless' }

/** A page that came. */
export interface Came<P> {
  readonly body: P
  readonly headers: Readonly<Record<string, string>>
  readonly count: number
  /** Where it began; `undefined`: the first one. */
  readonly at: Position | undefined
  readonly baseUrl: string
  /** The whole URL that it came from. */
  readonly url: string
  /** Query parameters of the client's credentials. */
  readonly credentials: readonly string[]
}

/** How one way of paging asks for a page, and finds the next. */
export interface Pager<P> {
  /** Query parameters that say which page. */
  query(at: Position | undefined): QueryValues
  /** The member of the JSON body that says which page. */
  member(at: Position | undefined): Readonly<Record<string, unknown>> | undefined
  turn(page: Came<P>): Turn
}

/** @throws TypeError naming the option that makes no sense. */
export const pagerOf = <P>(next: Next<P>, at: string): Pager<P> => {
  if (typeof next === 'object' && next !== null) {
    if ('link' in next) return linkPager((page) => headerLink(page.headers['link'], next.link))
    if ('linkIn' in next) return linkPager((page) => next.linkIn(page.body))
    if ('cursor' in next) return cursorPager(next, at)
    if ('offset' in next) return offsetPager(next, at)
    if ('page' in next) return numberPager(next, at)
  }
  throw new TypeError(`${at} next: expected one of { link }, { linkIn }, { cursor }, { offset } and { page }`)
}

const none = (): undefined => undefined
const END: Turn = { more: false, next: undefined }

const UNREADABLE: unique symbol = Symbol('a header that cannot be read')

const headerLink = (header: string | undefined, relation: string): string | undefined | typeof UNREADABLE => {
  try {
    return linkWith(header, relation)
  } catch {
    return UNREADABLE
  }
}

const linkPager = <P>(
  linkOf: (page: Came<P>) => string | null | undefined | typeof UNREADABLE,
): Pager<P> => ({
  query: () => ({}),
  member: none,
  turn(page) {
    const link = linkOf(page)
    if (link === UNREADABLE) return { stuck: 'has a Link header that cannot be read', flaw: 'foreign-link' }
    if (link === undefined || link === null || link === '') return END
    const target = linkTarget(page.baseUrl, page.url, String(link), page.credentials)
    return 'refused' in target
      ? { stuck: `has a link ${target.refused}; it is not followed`, flaw: 'foreign-link' }
      : { more: true, next: target }
  },
})

const cursorPager = <P>(next: CursorNext<P>, at: string): Pager<P> => {
  const { query, body } = next
  const name = query ?? body
  if (typeof name !== 'string' || name === '' || (query !== undefined && body !== undefined))
    throw new TypeError(`${at} next: expected the name of a query parameter, or of a member of the body`)
  const sent = (p: Position | undefined): Record<string, string | number> =>
    p !== undefined && 'cursor' in p ? { [name]: p.cursor } : {}
  return {
    query: (p) => (query === undefined ? {} : sent(p)),
    member: (p) => (body === undefined ? undefined : sent(p)),
    turn(page) {
      const cursor = next.cursor(page.body)
      const given = cursor !== undefined && cursor !== null && cursor !== ''
      if (given && typeof cursor !== 'string' && !Number.isFinite(cursor))
        throw new TypeError(`${at} next: cursor gave ${kindOf(cursor)}, expected a text or a number`)
      const more = next.more === undefined ? given : next.more(page.body)
      if (more && !given) return { stuck: 'says that there is more, but not where', flaw: 'endless' }
      return { more, next: given ? { cursor } : undefined }
    },
  }
}

const offsetPager = <P>(next: OffsetNext<P>, at: string): Pager<P> => {
  const size = sized(next, at)
  return {
    query: (p) => ({ [next.offset]: offsetOf(p), ...size }),
    member: none,
    turn(page) {
      const offset = offsetOf(page.at) + page.count
      const total = next.total?.(page.body)
      const more = page.count > 0 && (!isTold(total) || offset < total)
      return { more, next: { offset } }
    },
  }
}

const kindOf = (value: unknown): string => (typeof value === 'number' ? String(value) : typeof value)

// Remotes that do not know it say -1, and a header that is not there makes NaN: a list must not end early by either.
const isTold = (count: number | null | undefined): count is number => typeof count === 'number' && count >= 0

const offsetOf = (p: Position | undefined): number => (p !== undefined && 'offset' in p ? p.offset : 0)

const numberPager = <P>(next: PageNext<P>, at: string): Pager<P> => {
  const size = sized(next, at)
  const { first = 1 } = next
  if (!Number.isSafeInteger(first) || first < 0)
    throw new TypeError(`${at} next.first: expected a whole number of 0 or more, got ${String(first)}`)
  const numberOf = (p: Position | undefined): number => (p !== undefined && 'page' in p ? p.page : first)
  return {
    query: (p) => ({ [next.page]: numberOf(p), ...size }),
    member: none,
    turn(page) {
      const now = numberOf(page.at)
      const pages = next.pages?.(page.body)
      const more = page.count > 0 && (!isTold(pages) || now + 1 - first < pages)
      // The last page with items may have room for more: the next time begins with it.
      const last = page.count > 0 ? now : Math.max(first, now - 1)
      return { more, next: { page: more ? now + 1 : last } }
    },
  }
}

const sized = (
  { limit, size }: { readonly limit?: string; readonly size?: number },
  at: string,
): QueryValues => {
  if ((limit === undefined) !== (size === undefined))
    throw new TypeError(`${at} next: expected limit and size, or none of them`)
  if (limit === undefined || size === undefined) return {}
  if (Number.isSafeInteger(size) && size >= 1) return { [limit]: size }
  throw new TypeError(`${at} next.size: expected a whole number of 1 or more, got ${String(size)}`)
}
