import { decodeRows, type RowDecoder } from '../decode/decode-rows.js'
import type { DecodeFailed } from '../failure/decode-failed.js'
import type { May, Result } from '../result/result.js'
import type { Fn } from '../run/line.js'
import { checkFunction } from './name.js'
import type { OnBad } from './split-options.js'

/** The options of a split, checked, with defaults filled in. */
export interface SplitSettings {
  readonly decode: ((row: unknown) => May<Result<DecodeFailed, unknown>>) | undefined
  readonly onBad: OnBad
  readonly chunk: number
  readonly key: ((item: unknown) => unknown) | undefined
  readonly ordered: boolean
  readonly stop: boolean
  /** Items at a time, in memory. */
  readonly concurrency: number
  readonly seek: boolean
  /** Items of one message at most. */
  readonly max: number
  readonly run: RunSettings | undefined
}

/** How a batch run tells of itself. */
export interface RunSettings {
  readonly outcome: Fn | undefined
  readonly total: Fn | undefined
  readonly overlap: 'allow' | 'queue' | 'skip'
}

/** The options as they may come from untyped code. */
export interface AnySplitOptions {
  readonly decode?: RowDecoder
  readonly onBad?: OnBad
  readonly chunk?: number
  readonly key?: (item: never) => string
  readonly ordered?: boolean
  readonly onFailure?: 'go on' | 'stop'
  readonly concurrency?: number
  readonly seek?: boolean
  readonly max?: number
  readonly run?: {
    readonly outcome?: Fn
    readonly total?: Fn
    readonly overlap?: 'allow' | 'queue' | 'skip'
    readonly report?: unknown
  }
}

const AT_A_TIME = 16
const CHUNK = 500
const MOST_JOINED = 10_000

/** @throws TypeError that names the split, the option and what was expected. */
export const splitSettings = (what: string, o: AnySplitOptions): SplitSettings => {
  const { key, decode, run, ordered = false, onFailure = 'go on', seek = false } = o
  const stop = oneOf(`${what}: onFailure`, onFailure, ['go on', 'stop']) === 'stop'
  if (key !== undefined) checkFunction(`${what}: key`, key)
  if (key !== undefined && (ordered || stop))
    throw new TypeError(
      `${what}: key: items are ordered by keys of their own, or by their message (ordered, onFailure: 'stop'), not by both`,
    )
  if (o.onBad !== undefined && decode === undefined)
    throw new TypeError(`${what}: onBad: expected decode beside it, which finds what is bad`)
  return {
    decode: decode === undefined ? undefined : decoder(what, decode),
    onBad: oneOf(`${what}: onBad`, o.onBad ?? 'dead-letter', ['dead-letter', 'skip', 'stop']),
    chunk: whole(`${what}: chunk`, o.chunk ?? CHUNK),
    key: key as SplitSettings['key'],
    ordered: ordered || stop,
    stop,
    concurrency: whole(`${what}: concurrency`, o.concurrency ?? (ordered || stop ? 1 : AT_A_TIME)),
    seek,
    max: whole(`${what}: max`, o.max ?? MOST_JOINED),
    run: run === undefined ? undefined : runSettings(`${what}: run`, run),
  }
}

const runSettings = (what: string, run: NonNullable<AnySplitOptions['run']>): RunSettings => {
  const { outcome, total, overlap = 'queue' } = run
  if (outcome !== undefined) checkFunction(`${what}.outcome`, outcome)
  if (total !== undefined) checkFunction(`${what}.total`, total)
  return { outcome, total, overlap: oneOf(`${what}.overlap`, overlap, ['allow', 'queue', 'skip']) }
}

const decoder = (what: string, decode: RowDecoder): NonNullable<SplitSettings['decode']> => {
  try {
    return decodeRows(decode)
  } catch (thrown) {
    throw new TypeError(`${what}: decode: ${(thrown as Error).message}`, { cause: thrown })
  }
}

const whole = (what: string, n: number): number => {
  if (Number.isSafeInteger(n) && n >= 1) return n
  throw new TypeError(`${what}: expected a whole number of at least 1, got ${String(n)}`)
}

const oneOf = <T extends string>(what: string, value: T, names: readonly T[]): T => {
  if (names.includes(value)) return value
  const expected = names.map((n) => `'${n}'`).join(' or ')
  throw new TypeError(`${what}: expected ${expected}, got ${JSON.stringify(value)}`)
}
