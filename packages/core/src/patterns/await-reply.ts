import { AwaitExpired } from '../failure/await-expired.js'
import { isFailure, type Tagged } from '../failure/failure.js'
import type { Decision, Emission, NodeBranch, NodeContext, NodeDefinition } from '../flow/node.js'
import type { Json } from '../message/json.js'
import { left, right, type Result } from '../result/result.js'
import type { Context } from '../step/step.js'
import { forget, moveTo, rowAt, rowName, rowOf, type Reply, type Row, type Wait } from './await-reply-row.js'
import type { Collect } from './await-reply-until.js'
import { FORGET, forgetting } from './forget-row.js'

const WAIT = 'wait'
const REMIND = 'remind'

/** What a message that waits carries. */
interface Waiting {
  readonly body: unknown
  readonly id: string
  readonly key: string | null
}

/** How a wait works: what is common to one answer and to several. Milliseconds. */
export interface AwaitRules {
  readonly correlation: string
  readonly withinMs: number
  readonly keepMs: number
  readonly id: (body: unknown, ctx: Context) => string
  readonly accepts: (reply: Json, body: unknown) => boolean
  readonly collect: Collect
  /** Whether none may be enough: looked at before anything came. */
  readonly several: boolean
  readonly join: (body: unknown, replies: readonly Reply<Json>[], ctx: Context) => unknown
  readonly expired: ((body: unknown, replies: readonly Reply<Json>[], ctx: Context) => unknown) | undefined
  readonly remind: { readonly afterMs: number; readonly everyMs: number; readonly to: NodeBranch } | undefined
  readonly call: (body: unknown, ctx: Context) => Promise<Result<Tagged, readonly Reply<Json>[]>>
}

/**
 * A message waits as an entry that sleeps until its time. A row of state says who waits for an id and what came for it; an
 * answer moves the row and wakes the entry. Both decide by the row, so that of an answer and the end of time one is first.
 */
export const awaitNode = (r: AwaitRules): NodeDefinition => {
  const fresh = (ctx: NodeContext): Wait => ({ since: ctx.now, until: ctx.now + r.withinMs, reminded: 0 })

  const enter = async (body: unknown, ctx: NodeContext): Promise<Result<never, Decision>> => {
    const id = r.id(body, ctx)
    const name = rowName(r.correlation, id)
    const stored = await rowAt(ctx, name)
    const wait = fresh(ctx)
    const begun = begin(r, ctx, name, rowOf(stored), ctx.idOf(WAIT), wait)
    const atOnce = r.several || begun.row.replies.length > 0
    return right({
      emit: [
        {
          to: WAIT,
          body: { body, id, key: ctx.inherits.key ?? null } satisfies Waiting,
          key: null,
          ...(!atOnce && { at: alarm(r, wait) }),
        },
        ...begun.emit,
      ],
      state: [moveTo(name, stored, begun.row)],
      wake: begun.wake,
    })
  }

  const wait = async (w: Waiting, ctx: NodeContext): Promise<Result<Tagged, Decision>> => {
    const name = rowName(r.correlation, w.id)
    const stored = await rowAt(ctx, name)
    const known = rowOf(stored)?.waits[ctx.key]
    // It expired before, and was replayed or tried again: it waits anew, and what came late counts.
    const { row, emit, wake } =
      known === undefined
        ? begin(r, ctx, name, rowOf(stored), ctx.key, fresh(ctx))
        : { row: rowOf(stored)!, emit: [], wake: [] }
    const mine = row.waits[ctx.key]!
    const came = r.collect(
      row.replies.filter((reply) => r.accepts(reply.value, w.body)),
      w.body,
    )
    const goOn = (body: unknown, over: 'answered' | 'expired'): Result<Tagged, Decision> => {
      const after = leave(r, ctx, row, over)
      const decision = {
        emit: after === undefined ? [] : emit,
        state: [moveTo(name, stored, after)],
        wake: after === undefined || Object.keys(after.waits).length === 0 ? [...wake, row.timer] : wake,
      }
      if (isFailure(body)) return right({ ...decision, fails: body })
      return right({ ...decision, emit: [...decision.emit, { to: 'next', body, key: w.key }] })
    }
    if (came.enough) return goOn(await r.join(w.body, came.replies, ctx), 'answered')
    if (ctx.now >= mine.until) {
      const failure = new AwaitExpired(r.correlation, w.id, came.replies.length, ctx.now - mine.since)
      return goOn(r.expired === undefined ? failure : await r.expired(w.body, came.replies, ctx), 'expired')
    }
    const n = reminders(r, mine, ctx.now)
    const next = { ...mine, reminded: n }
    return right({
      again: alarm(r, next),
      emit: [...emit, ...(n > mine.reminded ? [reminder(w, n, mine, came.replies)] : [])],
      state: [moveTo(name, stored, { ...row, waits: { ...row.waits, [ctx.key]: next } })],
      wake,
    })
  }

  return {
    enter,
    entrances: { [WAIT]: wait, [FORGET]: forget },
    waits: r.withinMs,
    ...(r.remind && { branches: { [REMIND]: r.remind.to } }),
    async call(body, ctx) {
      const came = await r.call(body, ctx)
      if (came._tag === 'Left') return came
      const joined = await r.join(body, came.right, ctx)
      return isFailure(joined) ? left(joined) : right(joined)
    },
  }
}

/** A row with one more that waits; whoever is the first to wait sees to its end. */
const begin = (
  r: AwaitRules,
  ctx: NodeContext,
  name: string,
  before: Row | undefined,
  entry: string,
  wait: Wait,
): { readonly row: Row; readonly emit: readonly Emission[]; readonly wake: readonly string[] } => {
  const ends = Math.max(wait.until + r.keepMs, before?.ends ?? 0)
  const others = before?.waits ?? {}
  const mine = Object.keys(others).length === 0
  const timer = mine ? ctx.idOf(FORGET) : before!.timer
  return {
    row: {
      waits: { ...others, [entry]: wait },
      replies: before === undefined || before.over === 'answered' ? [] : before.replies,
      ends,
      timer,
    },
    emit: mine ? [forgetting(name, ends)] : [],
    wake: mine && before !== undefined && before.timer !== timer ? [before.timer] : [],
  }
}

/** The row when an entry does not wait any more; nothing, where nothing is to be remembered. */
const leave = (r: AwaitRules, ctx: NodeContext, row: Row, over: 'answered' | 'expired'): Row | undefined => {
  const { [ctx.key]: _, ...waits } = row.waits
  if (Object.keys(waits).length > 0) return { ...row, waits }
  if (r.keepMs === 0) return undefined
  return {
    waits,
    replies: over === 'answered' ? [] : row.replies,
    over,
    ends: ctx.now + r.keepMs,
    timer: row.timer,
  }
}

/** How many reminders are due; those that were missed are not made up for. */
const reminders = ({ remind }: AwaitRules, { since, reminded }: Wait, now: number): number => {
  if (remind === undefined || now < since + remind.afterMs) return reminded
  return remind.everyMs === 0 ? 1 : 1 + Math.floor((now - since - remind.afterMs) / remind.everyMs)
}

/** When to look again, if nobody answers. */
const alarm = ({ remind }: AwaitRules, { since, until, reminded }: Wait): number => {
  if (remind === undefined || (remind.everyMs === 0 && reminded > 0)) return until
  return Math.min(until, since + remind.afterMs + reminded * remind.everyMs)
}

const reminder = (w: Waiting, nth: number, wait: Wait, replies: readonly Reply<Json>[]): Emission => ({
  to: REMIND,
  body: { body: w.body, id: w.id, nth, since: wait.since, until: wait.until, replies },
  key: null,
  fresh: true,
  aside: true,
  suffix: String(nth),
})
