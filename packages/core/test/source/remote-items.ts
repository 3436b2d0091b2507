import * as t from 'io-ts'
import type { PollContext } from '../../src/source/poll-options.js'

/** What the remote of poll tests has: items in the order of their change. */
export const Item = t.type({ id: t.string, at: t.number })
export type Item = t.TypeOf<typeof Item>

/** One call of `fetch`. */
export interface Fetched {
  readonly at: number
  readonly cursor: unknown
  readonly since: number | undefined
}

/** A fetch over a script: the n-th call (from 0) gives what `answer` says, and is remembered. */
export const scripted = <P>(
  answer: (n: number, cursor: never, ctx: PollContext) => P,
): { readonly calls: Fetched[]; fetch(cursor: unknown, ctx: PollContext): P } => {
  const calls: Fetched[] = []
  return {
    calls,
    fetch(cursor, ctx) {
      calls.push({ at: ctx.clock.now(), cursor, since: ctx.since })
      return answer(calls.length - 1, cursor as never, ctx)
    },
  }
}

/** Items of these ids, changed at the given time. */
export const items = (at: number, ...ids: readonly string[]): readonly Item[] => ids.map((id) => ({ id, at }))
