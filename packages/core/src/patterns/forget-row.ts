import type { Decision, Emission, NodeContext } from '../flow/node.js'
import type { Json } from '../message/json.js'
import { right, type Result } from '../result/result.js'
import type { Done } from '../ports/journal.js'

/** The entrance that removes rows of state. */
export const FORGET = 'forget'

/** A row of state that is removed by an entry made for that: whatever becomes of the messages that use it. */
export interface Forgettable {
  /** Epoch milliseconds. */
  readonly ends: number
  /** The id of the entry that removes it then. */
  readonly timer: string
}

/** What that entry carries. */
export interface Forgetting {
  readonly row: string
}

/** The entry that removes a row when its time is over; it answers nothing, and nothing waits for it. */
export const forgetting = (row: string, at: number): Emission => ({
  to: FORGET,
  body: { row } satisfies Forgetting,
  at,
  key: null,
  fresh: true,
  aside: true,
})

/** Removes the row that the entry was made for, or waits on when that has got more time. `why`: how that is counted. */
export const forgetRow =
  <R extends Forgettable>(why: (row: R) => Done) =>
  async ({ row: name }: Forgetting, ctx: NodeContext): Promise<Result<never, Decision>> => {
    const stored = (await ctx.load([name]))[name]
    const row = stored?.value as (R & Json) | undefined
    // That it still is not there is part of the commit: a new row may count on this very entry.
    if (row === undefined) return right({ done: 'joined', state: [{ name, expect: 0, value: undefined }] })
    if (row.timer !== ctx.key) return right({ done: 'joined' })
    if (row.ends > ctx.now) return right({ again: row.ends })
    return right({ done: why(row), state: [{ name, expect: stored!.version, value: undefined }] })
  }
