import { isRecord } from '../message/is-record.js'
import type { May } from '../result/result.js'
import type { Deployable } from '../route/deployable.js'
import type { MessageDifference } from './difference.js'
import type { WhatIfEntry } from './entry.js'
import type { Replies } from './replies.js'

/** Options of `whatIf`. */
export interface WhatIfOptions {
  /** What is run: raw messages, dead letters, entries of a journal. Read as they are needed, a batch at a time. */
  readonly entries: Iterable<WhatIfEntry> | AsyncIterable<WhatIfEntry>
  /** The other version of the flow. */
  readonly against: Deployable
  /**
   * By the name of a read or target: what it gives, or a function of what it is asked, `(input, ctx) => reply`. A failure that
   * it gives is the step's. Needed for reads, and for targets of whose reply something is made.
   */
  readonly replies?: Replies
  /** By name: what the effects of `ctx.once(name, …)` give. */
  readonly once?: Replies
  /** What becomes of reads without a reply. `stub`: their messages stop there, and are `incomplete`. `real`: they are made. Default `stub`. */
  readonly reads?: 'stub' | 'real'
  /** Overrides of configuration, for both versions. */
  readonly config?: Readonly<Record<string, string>>
  /** Flows beside it, to which it diverts; without effects, as it is. */
  readonly flows?: readonly Deployable[]
  /** Those beside `against`, where they differ. */
  readonly flowsAgainst?: readonly Deployable[]
  /**
   * Places of what is sent that do not count: `body.at`, `headers.x-request-id`, `body.items[].at`. What is inside of them does not
   * count either.
   */
  readonly ignore?: readonly string[]
  /** How many differing messages the report keeps whole. Default 100. */
  readonly keep?: number
  /**
   * How many messages are together in one world: they see each other's groups, keys, versions and dedupe keys, and no others'.
   * Default 1000.
   */
  readonly batch?: number
  /** The time at which all messages come: epoch milliseconds. Default: that of the first that has one, else the start of 2026. */
  readonly now?: number
  /** Told of every message, in order; waited for. */
  readonly each?: (message: MessageDifference) => May<unknown>
  /** Ends it between two batches: it rejects with the signal's reason. */
  readonly signal?: AbortSignal
}

/** The options, checked. */
export interface CheckedOptions {
  readonly entries: AsyncIterable<WhatIfEntry> | Iterable<WhatIfEntry>
  readonly replies: Replies
  readonly once: Replies
  readonly reads: 'stub' | 'real'
  readonly config: Readonly<Record<string, string>>
  readonly ignore: readonly string[]
  readonly keep: number
  readonly batch: number
  readonly now: number | undefined
}

/** @throws TypeError that names the option, what was expected, and what came. */
export const checkOptions = (o: WhatIfOptions): CheckedOptions => {
  if (!isRecord(o)) throw wrong('options', 'an object with entries and against', o)
  const { entries } = o as Partial<WhatIfOptions>
  if (
    typeof entries !== 'object' ||
    entries === null ||
    !(Symbol.iterator in entries || Symbol.asyncIterator in entries)
  )
    throw wrong('entries', 'a list or an async iterable of messages or dead letters', entries)
  if (o.reads !== undefined && o.reads !== 'stub' && o.reads !== 'real')
    throw wrong('reads', "'stub' or 'real'", o.reads)
  for (const option of ['flows', 'flowsAgainst'] as const)
    if (o[option] !== undefined && !Array.isArray(o[option]))
      throw wrong(option, 'a list of flows', o[option])
  for (const option of ['replies', 'once', 'config'] as const)
    if (o[option] !== undefined && !isRecord(o[option])) throw wrong(option, 'an object', o[option])
  if (
    o.ignore !== undefined &&
    !(Array.isArray(o.ignore) && o.ignore.every((p) => typeof p === 'string' && p !== ''))
  )
    throw wrong('ignore', 'a list of places, such as "body.at"', o.ignore)
  if (o.each !== undefined && typeof o.each !== 'function') throw wrong('each', 'a function', o.each)
  if (o.now !== undefined && !isTime(o.now)) throw wrong('now', 'epoch milliseconds', o.now)
  if (o.signal !== undefined && typeof (o.signal as Partial<AbortSignal>)?.throwIfAborted !== 'function')
    throw wrong('signal', 'an AbortSignal', o.signal)
  return {
    entries,
    replies: o.replies ?? {},
    once: o.once ?? {},
    reads: o.reads ?? 'stub',
    config: o.config ?? {},
    ignore: o.ignore ?? [],
    keep: whole('keep', o.keep ?? 100, 0),
    batch: whole('batch', o.batch ?? 1000, 1),
    now: o.now,
  }
}

/** Whether it is a time that a clock can show. */
export const isTime = (ms: unknown): ms is number =>
  typeof ms === 'number' && Number.isFinite(ms) && Math.abs(ms) <= 864e13

const whole = (option: string, n: unknown, least: number): number => {
  if (!Number.isInteger(n) || (n as number) < least)
    throw wrong(option, `a whole number of ${least} or more`, n)
  return n as number
}

const wrong = (option: string, expected: string, got: unknown): TypeError =>
  new TypeError(`whatIf: ${option}: expected ${expected}, got ${shown(got)}`)

const shown = (got: unknown): string => {
  if (typeof got === 'number' || got === undefined || got === null) return String(got)
  return typeof got === 'string' ? JSON.stringify(got.slice(0, 40)) : typeof got
}
