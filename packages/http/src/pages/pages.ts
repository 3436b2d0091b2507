import type { AnyDecoder, Context, Decoded, Destination, Result, Source, Tagged } from '@xconnector/core'
import type { Change, Deletions } from '@xconnector/core/patterns'
import type { ClientSettings } from '../client/client-settings.js'
import type { Declared, declared } from '../client/declared.js'
import { withForms, type HttpQuery } from '../client/forms.js'
import type { Page, PageReply, PageRequest } from './page.js'
import { pagerOf } from './pager.js'
import { pageStep } from './page-step.js'
import type { PagesCallOptions, PagesOptions } from './pages-options.js'
import { pollPages, type PagesPollOptions } from './poll-pages.js'
import { walk, type Walked } from './walk.js'

/**
 * A list that comes page by page. Each of its forms is lazy and may be passed over again and again: every pass begins at the
 * first page, asks for a page when it is wanted, and takes a slot of the destination for each page only. Leaving the loop
 * ends the pass.
 *
 * Given a step's context, a pass is part of that step: its deadline, signal and clock.
 */
export interface HttpPages<A, P, I, E extends Tagged, D = unknown> {
  readonly [declared]?: Declared<D>
  readonly name: string
  readonly destination: Destination
  /** Page by page, each a result: what is on the left is the last one. Rejects only with the reason of the caller's signal. */
  call(input: A, options?: PagesCallOptions | Context): AsyncIterable<Result<E, Page<P, I>>>
  /** Page by page; throws the failure that `call` has on the left. */
  run(input: A, options?: PagesCallOptions | Context): AsyncIterable<Page<P, I>>
  /** Item by item; throws the failure that `call` has on the left. */
  items(input: A, options?: PagesCallOptions | Context): AsyncIterable<I>
  /** One page by itself, from a place that an earlier one told. */
  readonly page: HttpQuery<PageRequest<A>, PageReply<P, I>, E>
  /**
   * A source that asks for the list from time to time, and makes a message of each item that is new: core's `poll` over it.
   *
   * Where the list is one page, it is asked for with `If-None-Match` (or `If-Modified-Since`), and 304 is nothing new. A pass
   * that a crash broke off goes on at the page after the last that was committed.
   *
   * @throws TypeError that names the option at fault.
   */
  poll<const D extends AnyDecoder>(
    options: PagesPollOptions<A, D> & { readonly deletions: Deletions },
  ): Source<Change<Decoded<D>>>
  poll<const D extends AnyDecoder>(
    options: PagesPollOptions<A, D> & { readonly deletions?: undefined },
  ): Source<Decoded<D>>
}

/** @throws TypeError naming the option that makes no sense. */
export const pagesOf = <S extends string, A, R extends AnyDecoder, I>(
  client: ClientSettings,
  options: PagesOptions<S, A, R, I>,
): HttpPages<A, Decoded<R>, I, Tagged> & { readonly method: string; readonly path: string } => {
  type P = Decoded<R>
  const { name, items, most = 10_000, prefetch = false } = options
  const at = `"${name}" of http "${client.name}"`
  if (typeof name !== 'string' || name.trim() === '')
    throw new TypeError(`http name: expected a name for the pages, got ${JSON.stringify(name)}`)
  if (typeof items !== 'function')
    throw new TypeError(`${at} items: expected a function, got ${typeof items}`)
  if (!Number.isSafeInteger(most) || most < 1)
    throw new TypeError(`${at} most: expected a whole number of 1 or more, got ${String(most)}`)
  const method = (options.method ?? 'GET').toUpperCase()
  if (!/^[A-Z]{3,16}$/.test(method))
    throw new TypeError(`${at} method: expected an HTTP method, got ${JSON.stringify(options.method)}`)
  const step = pageStep(client, options, pagerOf(options.next, at), method)
  const { env, timeoutMs } = client
  const page = withForms<PageRequest<A>, PageReply<P, I>, Tagged, typeof step>(step, {
    destination: client.name,
    timeoutMs,
    env,
    method,
    path: step.path,
  })
  const walked: Walked<A, P, I> = {
    step,
    call: (request, o) => page.call(request, o),
    clock: env.clock,
    most,
    prefetch,
  }
  return {
    name,
    method,
    path: step.path,
    destination: client.destination,
    page: page as never,
    call: (input, o) => again(() => walk(walked, input, o)),
    run: (input, o) => again(() => thrown(walk(walked, input, o))),
    items: (input, o) => again(() => flat(thrown(walk(walked, input, o)))),
    poll: (o: never) => pollPages(page as never, client, o) as never,
  }
}

const again = <T>(start: () => AsyncGenerator<T, void, undefined>): AsyncIterable<T> => ({
  [Symbol.asyncIterator]: start,
})

async function* thrown<T>(results: AsyncIterable<Result<Tagged, T>>): AsyncGenerator<T, void, undefined> {
  for await (const result of results) {
    if (result._tag === 'Left') throw result.left as unknown as Error
    yield result.right
  }
}

async function* flat<I>(pages: AsyncIterable<Page<unknown, I>>): AsyncGenerator<I, void, undefined> {
  for await (const { items } of pages) yield* items
}
