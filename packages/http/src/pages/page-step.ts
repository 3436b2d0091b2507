import {
  decodeWith,
  left,
  read,
  right,
  StepFailed,
  type AnyDecoder,
  type Context,
  type Decoded,
  type Destination,
  type Result,
  type Step,
  type Tagged,
} from '@xconnector/core'
import { headersOf, type Answered } from '../client/answered.js'
import { baseOf } from '../client/base-url.js'
import { encoderOf } from '../client/body.js'
import { callerOf } from '../client/caller.js'
import type { ClientSettings } from '../client/client-settings.js'
import { concluder, seenOf, type Conclude } from '../client/conclude.js'
import { pathOf } from '../client/path.js'
import { queryString } from '../client/query-string.js'
import { replyReader, wholeReader } from '../client/reply-reader.js'
import { jsonSender } from '../client/send-json.js'
import { BadResponse, type Flaw } from '../failure/bad-response.js'
import type { CallFacts } from '../failure/http-failure.js'
import type { PageReply, PageRequest } from './page.js'
import { conditionsOf, tagOf } from './page-tag.js'
import type { Pager } from './pager.js'
import type { PagesOptions } from './pages-options.js'

/** The call behind one page. */
export interface PageStep<A, P, I> extends Step<PageRequest<A>, PageReply<P, I>, Tagged> {
  readonly destination: Destination
  readonly method: string
  /** As declared. */
  readonly path: string
  /** How long a call of it may take by default. */
  readonly timeoutMs: number
  /** The path and query of a page, below the base URL. */
  urlOf(request: PageRequest<A>): string
  /** A failure of paging itself. */
  bad(flaw: Flaw, what: string): BadResponse
}

/** Makes the call of one page: an ordinary query, whose answer tells where the next page is. */
export const pageStep = <S extends string, A, R extends AnyDecoder, I>(
  client: ClientSettings,
  options: PagesOptions<S, A, R, I>,
  pager: Pager<Decoded<R>>,
  method: string,
): PageStep<A, Decoded<R>, I> => {
  type P = Decoded<R>
  const { name, query, headers, body, items } = options
  const at = `"${name}" of http "${client.name}"`
  const path = pathOf<A>(options.path, at)
  const encode = body === undefined ? undefined : encoderOf(body)
  const fixed = typeof query === 'object' ? query : {}
  const pathAndSearch = ({ input, at: position }: PageRequest<A>): readonly [string, string] => {
    if (position !== undefined && 'link' in position) {
      const cut = position.link.indexOf('?')
      return cut < 0 ? [position.link, ''] : [position.link.slice(0, cut), position.link.slice(cut)]
    }
    const values = typeof query === 'function' ? query(input) : fixed
    return [path.of(input), queryString({ ...values, ...pager.query(position) })]
  }
  const urlOf = (request: PageRequest<A>): string => pathAndSearch(request).join('')
  const caller = callerOf<PageRequest<A>, Answered<P>>(
    client,
    {
      name,
      path: (request) => pathAndSearch(request)[0],
      shown: path.shown,
      search: (request) => pathAndSearch(request)[1],
      ...(headers !== undefined && {
        headers:
          typeof headers === 'function'
            ? (request: PageRequest<A>, ctx) => headers(request.input, ctx)
            : headers,
      }),
      added: (request) => conditionsOf(urlOf(request), request.unless),
      ...((encode !== undefined || pager.member(undefined) !== undefined) && {
        body: (request: PageRequest<A>, ctx: Context) =>
          withMember(encode?.(request.input, ctx), pager.member(request.at), at),
      }),
      ...(options.integers !== undefined && { integers: options.integers }),
    },
    method,
    'none',
    jsonSender<Answered<P>>(client, method, 'none', concludePage(client, options)),
  )
  const bad = (flaw: Flaw, what: string, facts?: Partial<CallFacts>): BadResponse =>
    new BadResponse(
      {
        kind: 'permanent',
        facts: { destination: client.name, target: name, method, path: path.shown, durationMs: 0, ...facts },
        what,
      },
      flaw,
    )
  const step = read({ ...caller, name, destination: client.destination })
  const finish = (
    request: PageRequest<A>,
    answer: Answered<P>,
    ctx: Context,
  ): Result<Tagged, PageReply<P, I>> => {
    const url = urlOf(request)
    if (answer.status === 304)
      return Object.keys(conditionsOf(url, request.unless)).length > 0
        ? right({ as: 'unchanged' })
        : left(bad('redirect', 'was answered with 304, which nobody asked for', { status: 304 }))
    const found: unknown = items(answer.body)
    if (!Array.isArray(found)) throw new TypeError(`${at} items: expected a list, got ${typeof found}`)
    const { url: baseUrl } = baseOf(client.baseUrl, ctx.config, at, client.plaintext)
    const turn = pager.turn({
      body: answer.body,
      headers: answer.headers,
      count: found.length,
      at: request.at,
      baseUrl,
      url: baseUrl + url,
      credentials: client.auth?.query ?? [],
    })
    const tag = method === 'GET' ? tagOf(url, answer.headers) : undefined
    const page = { as: 'page', items: found as readonly I[], body: answer.body, ...(tag && { tag }) } as const
    if ('stuck' in turn)
      return right({ ...page, more: true, stuck: bad(turn.flaw, turn.stuck, { status: answer.status }) })
    return right({ ...page, more: turn.more, ...(turn.next && { next: turn.next }) })
  }
  return {
    ...step,
    method,
    path: path.shown,
    timeoutMs: client.timeoutMs,
    urlOf,
    bad,
    async run(request, ctx) {
      const result = await step.run(request, ctx)
      if (result._tag === 'Left') return result
      try {
        return finish(request, result.right, ctx)
      } catch (cause) {
        return left(new StepFailed(name, cause))
      }
    },
  }
}

// A page that did not change is an answer like another; only whoever asked can tell whether it was asked for.
const concludePage = <S extends string, A, R extends AnyDecoder, I, P>(
  client: ClientSettings,
  { response, integers }: PagesOptions<S, A, R, I>,
): Conclude<Answered<P>> => {
  const reader = replyReader(decodeWith(response), integers ?? client.integers)
  const conclude = concluder<Answered<P>>(client, wholeReader(reader))
  return (called, exchange) =>
    exchange.as === 'answered' && exchange.status === 304
      ? {
          result: right({ status: 304, headers: headersOf(exchange.headers), body: undefined as P }),
          seen: seenOf(exchange, called.now),
        }
      : conclude(called, exchange)
}

const withMember = (
  sent: unknown,
  member: Readonly<Record<string, unknown>> | undefined,
  at: string,
): unknown => {
  if (member === undefined || Object.keys(member).length === 0) return sent ?? (member && {})
  if (sent === undefined) return member
  if (typeof sent !== 'object' || sent === null || Array.isArray(sent))
    throw new TypeError(`${at} body: expected an object, which the cursor is a member of, got ${typeof sent}`)
  return { ...sent, ...member }
}
