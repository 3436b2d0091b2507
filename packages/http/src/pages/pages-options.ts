import type { AnyDecoder, Context, Decoded, Duration } from '@xconnector/core'
import type { JsonBody } from '../client/body.js'
import type { HeaderValue } from '../client/options.js'
import type { QueryValues } from '../client/query-string.js'
import type { Integers } from '../json/integers.js'
import type { Next } from './next.js'

/** What declares a list that comes page by page. */
export interface PagesOptions<P extends string, A, R extends AnyDecoder, I> {
  /** In failures and events. */
  readonly name: string
  /** Default `'GET'`. `'POST'` for searches that send a body. */
  readonly method?: 'GET' | 'POST' | (string & {})
  /** Below the base URL. `:names` are filled from the input's fields, and encoded; a function gives an encoded path. */
  readonly path: P | ((input: A) => string)
  readonly query?: QueryValues | ((input: A) => QueryValues)
  readonly headers?:
    | Readonly<Record<string, HeaderValue>>
    | ((input: A, ctx: Context) => Readonly<Record<string, string>>)
  /** A body of JSON, sent with each page's request. */
  readonly body?: JsonBody<A>
  /** What a page is: an io-ts codec or a Standard Schema. */
  readonly response: R
  /** The items of a page. */
  readonly items: (page: Decoded<R>) => readonly I[]
  /** How the page after it is found. */
  readonly next: Next<Decoded<R>>
  /** The most pages that one pass may take: one that is told of more ends with `BadResponse`. Default 10,000. */
  readonly most?: number
  /**
   * Asks for the page after a page while that is worked on: one page ahead, never more. Default `false`: a page is asked for
   * when it is wanted.
   */
  readonly prefetch?: boolean
  /** What becomes of integers past 2^53 - 1. Default: as the client says. */
  readonly integers?: Integers
}

/** What a caller may say about one pass. A flow step's context fits too. */
export interface PagesCallOptions {
  readonly signal?: AbortSignal
  /** How long each page may take, waiting for the destination included. Default: the client's timeout. */
  readonly timeout?: Duration
  /** How long all pages may take together, the time between them included. Default: no limit. */
  readonly within?: Duration
}
