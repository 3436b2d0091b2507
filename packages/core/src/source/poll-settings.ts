import type { AnyDecoder } from '../decode/decoder.js'
import { decider, decodeWith } from '../decode/decode-with.js'
import { DecodeFailed } from '../failure/decode-failed.js'
import type { Json } from '../message/json.js'
import { millis } from '../message/duration.js'
import { left, type May, type Result } from '../result/result.js'
import type { BackOffRule } from './poll-back-off.js'
import { itemReader, type ItemReader, type KnownItem } from './poll-item.js'
import type { BackOff, Deletions, PollContext } from './poll-options.js'

/** The options of a poll, without their types: what the poll works with. */
export interface AnyPollOptions extends ItemReader {
  readonly name: string
  readonly every: string
  readonly cursor?: AnyDecoder
  fetch(cursor: unknown, ctx: PollContext): unknown
  readonly lookback?: string
  readonly remember?: number
  readonly compare?: false | ((next: never, before: never) => number)
  readonly greedy?: boolean
  readonly backOff?: BackOff
  readonly timeout?: string
  readonly type?: string
  readonly deletions?: Deletions | undefined
}

/** The options, checked. Milliseconds. */
export interface PollSettings {
  readonly name: string
  readonly every: number
  readonly lookback: number
  readonly remember: number
  /** Whether items have times. */
  readonly timed: boolean
  readonly timeout: number
  readonly greedy: boolean
  readonly type: string
  readonly backOff: BackOffRule
  readonly deletions?: Pick<Deletions, 'ids'> & {
    readonly every: number
    readonly most: number
    readonly timeout: number
  }
  fetch(cursor: unknown, ctx: PollContext): unknown
  /** Positive: `next` is ahead. `undefined`: they cannot be compared. */
  compare(next: unknown, before: unknown): number | undefined
  readItem(raw: Json): May<Result<DecodeFailed, KnownItem>>
  readCursor(stored: Json): May<Result<DecodeFailed, unknown>>
  /** From the user's cursor to what is stored. */
  encodeCursor(cursor: unknown): unknown
}

/** @throws TypeError that names the poll and the option at fault. */
export const checkPoll = (o: AnyPollOptions): PollSettings => {
  if (typeof o.name !== 'string' || o.name === '') throw new TypeError('poll: name: expected a text')
  const at = (option: string): string => `poll "${o.name}": ${option}`
  for (const f of ['fetch', 'id'] as const)
    if (typeof o[f] !== 'function') throw new TypeError(`${at(f)}: expected a function, got ${typeof o[f]}`)
  if (o.lookback !== undefined && o.time === undefined)
    throw new TypeError(`${at('lookback')}: it goes back in time; give time, which says when an item changed`)
  decider(o.decode, at('decode'))
  if (o.deletions !== undefined && typeof (o.deletions as Partial<Deletions>).ids !== 'function')
    throw new TypeError(`${at('deletions.ids')}: expected a function, got ${typeof o.deletions.ids}`)
  const length = (option: string, d: string): number => {
    const ms = millis(d as never, at(option))
    if (ms < 1) throw new TypeError(`${at(option)}: expected a duration longer than nothing, got ${d}`)
    return ms
  }
  const { deletions: d } = o
  return {
    name: o.name,
    every: length('every', o.every),
    lookback: o.lookback === undefined ? 0 : millis(o.lookback as never, at('lookback')),
    remember: whole(at('remember'), o.remember ?? 10_000, 1),
    timed: o.time !== undefined,
    timeout: length('timeout', o.timeout ?? '1m'),
    greedy: o.greedy ?? false,
    type: o.type ?? 'item',
    backOff: backOff(o.backOff, at),
    ...(d !== undefined && {
      deletions: {
        ids: (ctx: PollContext) => d.ids(ctx),
        every: length('deletions.every', d.every),
        most: share(at('deletions.most'), d.most ?? 0.5),
        timeout: length('deletions.timeout', d.timeout ?? '10m'),
      },
    }),
    fetch: (cursor, ctx) => o.fetch(cursor, ctx),
    compare: (next, before) => compared(o.compare, next, before),
    readItem: itemReader(o),
    ...cursorCodec(o.cursor),
  }
}

const cursorCodec = (decoder: AnyDecoder | undefined): Pick<PollSettings, 'readCursor' | 'encodeCursor'> => {
  if (decoder === undefined)
    return {
      readCursor: () => left(new DecodeFailed([{ path: [], message: 'the poll has no option cursor' }])),
      encodeCursor: () => {
        throw new TypeError('fetch gave a cursor, but the poll has no option cursor that could read it back')
      },
    }
  const { encode } = decoder as { readonly encode?: unknown }
  return {
    readCursor: decodeWith(decoder) as PollSettings['readCursor'],
    encodeCursor:
      typeof encode === 'function' ? (c) => (encode as (c: unknown) => unknown).call(decoder, c) : (c) => c,
  }
}

const compared = (compare: AnyPollOptions['compare'], next: unknown, before: unknown): number | undefined => {
  if (compare === false) return undefined
  if (compare === undefined)
    return typeof next === 'number' && typeof before === 'number' ? next - before : undefined
  const said: unknown = compare(next as never, before as never)
  if (typeof said === 'number' && !Number.isNaN(said)) return said
  throw new TypeError(`compare gave ${typeof said === 'number' ? 'NaN' : typeof said}, expected a number`)
}

const backOff = (b: BackOff | undefined, at: (option: string) => string): BackOffRule => ({
  multiplier: whole(at('backOff.multiplier'), b?.multiplier ?? 4, 0),
  afterIdle: b?.afterIdle === undefined ? Infinity : whole(at('backOff.afterIdle'), b.afterIdle, 1),
  afterFailures: whole(at('backOff.afterFailures'), b?.afterFailures ?? 3, 1),
})

const whole = (option: string, n: number, least: number): number => {
  if (!Number.isInteger(n) || n < least)
    throw new TypeError(`${option}: expected a whole number of ${least} or more, got ${String(n)}`)
  return n
}

const share = (option: string, n: number): number => {
  if (typeof n !== 'number' || !(n >= 0 && n <= 1))
    throw new TypeError(`${option}: expected a number from 0 to 1, got ${String(n)}`)
  return n
}
