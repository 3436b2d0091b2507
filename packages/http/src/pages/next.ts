/**
 * How the page after a page is found; `P`: a page's body, decoded.
 *
 * - `{ link: 'next' }`: by the `Link` header with that relation (RFC 8288).
 * - `{ linkIn: (page) => page.links.next }`: by a link in the body. Absent or empty: there are no more.
 * - `{ cursor: (page) => page.next, query: 'cursor' }`: by a cursor in the body, sent as a query parameter, or with `body` as
 *   a member of the JSON body. `more`: says whether there are more, for remotes that always give a cursor.
 * - `{ offset: 'offset', limit: 'limit', size: 100 }`: by how many items came so far. Ends at `total`, or where that is not
 *   told at the first page without items: a page that is shorter than asked for may be the remote's own limit.
 * - `{ page: 'page', limit: 'per_page', size: 100 }`: by the page's number, from `first` on. Ends at `pages`, or at the first
 *   page without items.
 */
export type Next<P> = LinkNext | LinkInNext<P> | CursorNext<P> | OffsetNext<P> | PageNext<P>

export interface LinkNext {
  /** The relation, as a rule `'next'`. */
  readonly link: string
}

export interface LinkInNext<P> {
  readonly linkIn: (page: P) => string | null | undefined
}

interface CursorOf<P> {
  readonly cursor: (page: P) => string | number | null | undefined
  /** Whether there are more now. Default: when there is a cursor. */
  readonly more?: (page: P) => boolean
}

export type CursorNext<P> =
  | (CursorOf<P> & { readonly query: string; readonly body?: never })
  | (CursorOf<P> & { readonly body: string; readonly query?: never })

interface Sized {
  /** The query parameter that says how many items a page should have. */
  readonly limit?: string
  /** What is sent in it. */
  readonly size?: number
}

export interface OffsetNext<P> extends Sized {
  /** The query parameter that says how many items are left out. */
  readonly offset: string
  /** How many items there are at all, where the page tells. */
  readonly total?: (page: P) => number | null | undefined
}

export interface PageNext<P> extends Sized {
  /** The query parameter that says which page. */
  readonly page: string
  /** The number of the first page. Default 1. */
  readonly first?: number
  /** How many pages there are, where the page tells. */
  readonly pages?: (page: P) => number | null | undefined
}
