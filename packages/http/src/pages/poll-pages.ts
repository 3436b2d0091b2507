import type { AnyDecoder, Source, Tagged } from '@xconnector/core'
import {
  poll,
  type NoCursor,
  type Page as PollPage,
  type PollContext,
  type PollOptions,
} from '@xconnector/core/patterns'
import type { ClientSettings } from '../client/client-settings.js'
import type { HttpQuery } from '../client/forms.js'
import type { PageReply, PageRequest } from './page.js'
import { pollPlace, type PollPlace } from './poll-place.js'
import type { Position } from './position.js'

/** Options of a poll over pages: those of core's `poll` (docs/patterns/poll.md), with the pages in the place of `fetch`. */
export type PagesPollOptions<A, D extends AnyDecoder> = Omit<
  PollOptions<D, NoCursor>,
  'fetch' | 'cursor' | 'compare' | 'settings'
> & {
  /**
   * Where a pass begins: `'start'` (default) at the first page, for lists that are asked for what changed (`ctx.since`) or
   * as a whole; `'end'` where the last pass ended, for lists that only grow and for tokens that stand for "what is new since".
   */
  readonly from?: 'start' | 'end'
  /** Whether a list of one page is asked for only when it changed. Default `true`. */
  readonly conditional?: boolean
  /**
   * Whether a failure means that the place to go on from is no longer valid: then the pass begins anew at the first page, and
   * what was seen already is left out. Default: an answer of 410 (Gone).
   */
  readonly expired?: (failure: Tagged) => boolean
} & ([A] extends [void]
    ? { readonly input?: never }
    : {
        /** The input of a pass. `ctx.since` (epoch milliseconds): ask for what changed at or after it. */
        readonly input: (ctx: PollContext) => A
      })

interface AnyOptions extends PollOptions<AnyDecoder, NoCursor> {
  readonly from?: 'start' | 'end'
  readonly conditional?: boolean
  readonly expired?: (failure: Tagged) => boolean
  readonly input?: (ctx: PollContext) => unknown
}

type OnePage = HttpQuery<PageRequest<unknown>, PageReply<unknown, unknown>, Tagged>

/** Core's `poll` over pages: items, place and validator move in one commit. */
export const pollPages = (page: OnePage, client: ClientSettings, options: AnyOptions): Source<unknown> => {
  const { from = 'start', conditional = true, expired = isGone, input, ...rest } = options
  const at = `poll "${options.name}" of http "${client.name}"`
  if (from !== 'start' && from !== 'end')
    throw new TypeError(`${at} from: expected 'start' or 'end', got ${JSON.stringify(from)}`)
  for (const [name, f] of Object.entries({ expired, ...(input !== undefined && { input }) }))
    if (typeof f !== 'function') throw new TypeError(`${at} ${name}: expected a function, got ${typeof f}`)
  return poll({
    ...rest,
    cursor: pollPlace,
    ...(page.settings && { settings: page.settings }),
    fetch: (stored: PollPlace | undefined, ctx: PollContext) =>
      fetchPage(page, stored ?? {}, { from, conditional, expired, input }, ctx),
  } as never)
}

interface Rules {
  readonly from: 'start' | 'end'
  readonly conditional: boolean
  readonly expired: (failure: Tagged) => boolean
  readonly input: ((ctx: PollContext) => unknown) | undefined
}

const fetchPage = async (
  page: OnePage,
  place: PollPlace,
  rules: Rules,
  ctx: PollContext,
): Promise<PollPage<PollPlace> | Tagged> => {
  const start = place.on ?? place.from
  const unless = place.on === undefined && rules.conditional ? place.tag : undefined
  const input = rules.input?.(ctx)
  const result = await page.call({ input, at: start, unless }, ctx)
  if (result._tag === 'Right') return pageOf(result.right, place, start, rules)
  if (start === undefined || !rules.expired(result.left)) return result.left
  ctx.log.warn('the place to go on from is no longer valid; the list is read from its first page', {
    error: result.left._tag,
  })
  const anew = await page.call({ input }, ctx)
  return anew._tag === 'Left' ? anew.left : pageOf(anew.right, {}, undefined, rules)
}

const pageOf = (
  reply: PageReply<unknown, unknown>,
  place: PollPlace,
  start: Position | undefined,
  rules: Rules,
): PollPage<PollPlace> | Tagged => {
  if (reply.as === 'unchanged') return { items: [], cursor: place }
  const { items, more, next, stuck, tag } = reply
  // Nothing of it is accepted: what comes after it could never be had.
  if (stuck !== undefined) return stuck
  const { from } = place
  if (more) return { items, more: true, cursor: { ...(from && { from }), on: next! } }
  const end = rules.from === 'end' ? (next ?? start ?? from) : undefined
  const alone = rules.conditional && place.on === undefined
  return { items, cursor: { ...(end && { from: end }), ...(alone && tag && { tag }) } }
}

const isGone = (failure: Tagged): boolean => (failure as { readonly status?: unknown }).status === 410
