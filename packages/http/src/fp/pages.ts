import { checkMade } from '../config/check-option.js'
import { right, type Context, type Result } from '@xconnector/core'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { Page } from '../pages/page.js'
import type { PagesCallOptions } from '../pages/pages-options.js'

/** A list of a client that comes page by page. */
export interface CallablePages<in A, out P, out I, out E> {
  call(input: A, options?: PagesCallOptions | Context): AsyncIterable<Result<E, Page<P, I>>>
}

/**
 * A pass over a list as a lazy task: each page is folded when it has come, and the next one is asked for then. The first
 * failure ends it. What `step` throws, it rejects with.
 *
 * @example
 * const count = foldPages(assets, 0, (n, page) => n + page.items.length)
 * pipe(count(), TE.map((n) => `${n} assets`))
 */
export const foldPages = <A, P, I, E, S>(
  pages: CallablePages<A, P, I, E>,
  start: S,
  step: (state: S, page: Page<P, I>) => S,
): ((input: A, options?: PagesCallOptions | Context) => TaskEither<E, S>) => {
  checkMade('foldPages: pages', 'the pages of a client', pages, 'call')
  if (typeof step !== 'function')
    throw new TypeError(`foldPages: step: expected a function, got ${typeof step}`)
  return (input, options) => async () => {
    let state = start
    for await (const result of pages.call(input, options)) {
      if (result._tag === 'Left') return result
      state = step(state, result.right)
    }
    return right(state)
  }
}

/** All items of a list as a lazy task: for lists that fit into memory. The first failure ends it. */
export const itemsOf = <A, I, E>(
  pages: CallablePages<A, unknown, I, E>,
): ((input: A, options?: PagesCallOptions | Context) => TaskEither<E, readonly I[]>) => {
  checkMade('itemsOf: pages', 'the pages of a client', pages, 'call')
  return (input, options) => async () => {
    const items: I[] = []
    for await (const result of pages.call(input, options)) {
      if (result._tag === 'Left') return result
      for (const item of result.right.items) items.push(item)
    }
    return right(items)
  }
}
