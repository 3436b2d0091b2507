import type { Position } from './position.js'
import type { BadResponse } from '../failure/bad-response.js'
import type { PageTag } from './page-tag.js'

/** A page of a list. */
export interface Page<P, I> {
  readonly items: readonly I[]
  /** The whole page, decoded. */
  readonly body: P
}

/** Which page to ask for. */
export interface PageRequest<A> {
  readonly input: A
  /** Where it begins. Left out: the first page. */
  readonly at?: Position | undefined
  /** Ask only for what is not the same as then (RFC 9110, section 13). */
  readonly unless?: PageTag | undefined
}

/** A page that was asked for by itself. */
export type PageReply<P, I> = FetchedPage<P, I> | { readonly as: 'unchanged' }

export interface FetchedPage<P, I> extends Page<P, I> {
  readonly as: 'page'
  /** Whether there are more pages now. */
  readonly more: boolean
  /** Where the next page begins; without `more`, where one may begin to ask the next time. */
  readonly next?: Position
  /** Why it cannot be gone on from, although there are more: a link that leads elsewhere, or nowhere. */
  readonly stuck?: BadResponse
  /** For asking again only for what changed; absent where the answer has no validator. */
  readonly tag?: PageTag
}
