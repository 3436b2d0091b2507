import type { DecodeFailed } from '../failure/decode-failed.js'
import type { Tagged } from '../failure/failure.js'
import { PartialFailure, type FailedBranch } from '../failure/partial-failure.js'
import { StepFailed } from '../failure/step-failed.js'
import type { Settle } from '../ports/journal.js'
import { left, right, type May, type Result } from '../result/result.js'
import { itemAt } from '../step/item.js'
import { ending, SENT } from './branches.js'
import { openItems } from './items.js'
import { enough, joined, type Ending } from './joined.js'
import type { Fn, Program, RunContext } from './line.js'
import { run } from './loop.js'
import { pool } from './pool.js'

/** A split, ready to run in memory. */
export interface Splitting {
  readonly name: string
  readonly each: Fn
  /** What an item runs; its first line decodes it, where rows are decoded. */
  readonly item: Program
  readonly decode: ((row: unknown) => May<Result<DecodeFailed, unknown>>) | undefined
  readonly onBad: 'dead-letter' | 'skip' | 'stop'
  /** No more are begun once one has failed. */
  readonly stop: boolean
  /** Items at a time. */
  readonly concurrency: number
  /** Items at most, where replies are joined. */
  readonly max: number
}

type Ended = Result<unknown, unknown>

/**
 * In memory, a split runs its items, so many at a time, and fails with all that failed, by index. What a row that does
 * not decode comes to is as durably; that the message stops at it ends the split with `DecodeFailed`.
 */
export const split =
  (s: Splitting): Fn =>
  async (body: unknown, ctx: RunContext): Promise<Ended> => {
    const failed: FailedBranch[] = []
    let bad: DecodeFailed | undefined
    const end = (r: Ended, index: number): boolean => {
      if (r._tag === 'Right' || (r.left as Tagged)._tag === 'Filtered') return true
      failed.push({ branch: String(index), error: r.left as Tagged, attempts: 1 })
      return !s.stop
    }
    const go = (value: unknown, index: number, size: number | undefined, from: number): May<boolean> => {
      const r = run(s.item, value, itemOf(s, ctx, value, index, size), from)
      return r instanceof Promise ? r.then((x) => end(x, index)) : end(r, index)
    }
    const first = s.onBad === 'dead-letter' ? undefined : s.decode
    const decoded = (r: Result<DecodeFailed, unknown>, index: number, size?: number): May<boolean> => {
      if (r._tag === 'Right') return go(r.right, index, size, 1)
      if (s.onBad === 'stop') bad = r.left
      else
        ctx.log.warn(`split "${s.name}": row ${index} does not decode and is left out`, {
          issues: r.left.issues,
        })
      return s.onBad !== 'stop'
    }
    const given = await s.each(body, ctx)
    await pool(openItems(given), s.concurrency, (row, index, size): May<boolean> => {
      if (first === undefined) return go(row, index, size, 0)
      const r = first(row)
      return r instanceof Promise ? r.then((x) => decoded(x, index, size)) : decoded(r, index, size)
    })
    if (bad !== undefined) return left(bad)
    return failed.length === 0 ? right(SENT) : left(new PartialFailure(failed))
  }

/** In memory, a split whose items' replies are joined, by policy, in the items' order. */
export const gatherEach =
  (s: Splitting, settle: Settle): Fn =>
  async (body: unknown, ctx: RunContext): Promise<Ended> => {
    const endings = new Map<string, Ending>()
    let replied = 0
    let items = 0
    // How many there are is known only when all have been taken: `all` and `bestEffort` go on to the end.
    const need = settle === 'all' ? Number.POSITIVE_INFINITY : enough(settle, Number.POSITIVE_INFINITY)
    const end = (r: Ended, index: number): boolean => {
      endings.set(String(index), ending(r))
      if (r._tag === 'Right') replied++
      return replied < need
    }
    const given = await s.each(body, ctx)
    await pool(openItems(given), s.concurrency, (one, index, size): May<boolean> => {
      items = index + 1
      if (items > s.max) return false
      const r = run(s.item, one, itemOf(s, ctx, one, index, size))
      return r instanceof Promise ? r.then((x) => end(x, index)) : end(r, index)
    })
    if (items > s.max) return left(tooMany(s.name, s.max))
    const names = Array.from({ length: items }, (_, i) => String(i))
    return joined(settle, names, endings, 'every', true)
  }

/** More items than are joined. */
export const tooMany = (name: string, max: number): StepFailed =>
  new StepFailed(
    name,
    undefined,
    `gatherEach "${name}": more than ${max} items to join; give max, or split the message into parts first`,
  )

const itemOf = (
  s: Splitting,
  ctx: RunContext,
  body: unknown,
  index: number,
  size: number | undefined,
): RunContext => ctx.fork(`${s.name}/${index}`, body, itemAt(index, size))
