import type { AwaitExpired } from '../failure/await-expired.js'
import { isFailure, type Tagged } from '../failure/failure.js'
import { StepFailed } from '../failure/step-failed.js'
import { checkFunction, checkName } from '../flow/name.js'
import type { FlowNode, NodeBranch } from '../flow/node.js'
import type { Body, Failing } from '../flow/routed.js'
import type { Kept } from '../flow/stored.js'
import type { Branch } from '../flow/typed.js'
import { millis, type Duration } from '../message/duration.js'
import type { Json } from '../message/json.js'
import { left, right, type May } from '../result/result.js'
import type { Context } from '../step/step.js'
import { awaitNode, type AwaitRules } from './await-reply.js'
import { answerNode, type Answering, type AnswerOptions } from './await-reply-answer.js'
import { asJson, type Reply } from './await-reply-row.js'
import { collectUntil, first, type Until } from './await-reply-until.js'

/** A message that still waits, for whoever is to be reminded. */
export interface Reminder<A, R> {
  readonly body: A
  readonly id: string
  /** From 1; reminders that were missed while nothing ran count too. */
  readonly nth: number
  /** Epoch milliseconds. */
  readonly since: number
  readonly until: number
  /** The answers so far that count. */
  readonly replies: readonly Reply<R>[]
}

/** What both kinds of waiting take. `D`: what stands in for an answer; `E`: the failures of the reminders' branch. */
export interface WaitOptions<A, R, D, E extends Tagged> {
  /** What is waited for: the same text that answers give. An id is of one request: for a thing asked about twice, put a version in. */
  readonly id: (body: A, ctx: Context) => string
  /** How long at most, from when the message gets here. */
  readonly within: Duration
  /** Answers that do not hold do not count: those to an outdated version, say. */
  readonly accepts?: (reply: R, body: A) => boolean
  /** Told while nobody has answered: once after so long, then again and again if `every` says so. */
  readonly remind?: {
    readonly after: Duration
    readonly every?: Duration
    // oxlint-disable-next-line typescript/no-explicit-any
    readonly to: Branch<Reminder<A, R>, any, E, any>
  }
  /** In the place of `AwaitExpired`: the body to go on with, or another failure. */
  readonly expired?: (body: A, replies: readonly Reply<R>[], ctx: Context) => May<D>
  /** Of the part of the flow. Default: the correlation's. */
  readonly name?: string
}

/** What a wait goes on with. */
export interface Replied<A, R> {
  readonly body: A
  readonly reply: R
}

/** What a wait for several answers goes on with. */
export interface RepliedBy<A, R> {
  readonly body: A
  readonly replies: readonly Reply<R>[]
}

/** Options of a wait for one answer. `call`: what a call in memory gets as the answer. */
export interface WaitOneOptions<A, R, C, D, E extends Tagged> extends WaitOptions<A, R, D, E> {
  readonly join?: (body: A, reply: R, ctx: Context) => May<C>
  readonly call?: (body: A, ctx: Context) => May<R>
}

/** Options of a wait for several. `call`: what a call in memory gets as the answers. */
export interface CollectOptions<A, R, C, D, E extends Tagged> extends WaitOptions<A, R, D, E> {
  /** When the answers are enough. */
  readonly until: Until<A, R>
  readonly join?: (body: A, replies: readonly Reply<R>[], ctx: Context) => May<C>
  readonly call?: (body: A, ctx: Context) => May<readonly R[]>
}

/** The failures of a wait. */
export type WaitFailure<C, D, E> = ([D] extends [never] ? AwaitExpired : never) | Failing<C> | Failing<D> | E

/** What two flows share: one waits for answers, the other gives them. */
export interface Correlation<R> {
  readonly name: string
  /** Waits for one answer: the first that is accepted. */
  wait<A, C = Replied<A, R>, D = never, E extends Tagged = never>(
    options: WaitOneOptions<A, R, C, D, E>,
  ): FlowNode<A, Kept<Body<C> | Body<D>>, WaitFailure<C, D, E>>
  /** Waits for several: approvals of all, of a quorum, or until a function says that it is enough. */
  collect<A, C = RepliedBy<A, R>, D = never, E extends Tagged = never>(
    options: CollectOptions<A, R, C, D, E>,
  ): FlowNode<A, Kept<Body<C> | Body<D>>, WaitFailure<C, D, E>>
  /** Answers. The flow may end here, or go on with what became of the answer. */
  answer<A>(options: AnswerOptions<A, R>): FlowNode<A, Answering<A>>
}

/** Options of a correlation. */
export interface CorrelationOptions {
  /**
   * How long an answer that nobody waits for yet is kept, how long late ones are kept for a replay, and how long an ended
   * wait is remembered, so that repeats are known as such. Default `1d`; `0s`: not at all.
   */
  readonly keep?: Duration
}

/**
 * Correlation identifier and request-reply over days: one flow asks and waits, another gets the answers. The wait survives
 * restarts, is counted as pending, and holds no slot. Of an answer and the end of the time, one decides.
 *
 * Failures of a wait: `AwaitExpired` (permanent), unless `expired` is given; what `join` and `expired` return; those of the
 * branch that reminds. `StepFailed` when a function throws, or an id is no text.
 *
 * @example
 * const translated = correlation<Translation>('translation')
 * flow('ask').input<Page>().to(order, { into: (page, job) => ({ page, jobId: job.id }) })
 *   .through(translated.wait({ id: (b) => b.jobId, within: '3d', join: (b, t) => ({ ...b.page, text: t.text }) }))
 * flow('hook').from(vendor.webhook(…)).through(translated.answer({ id: (e) => e.jobId, reply: (e) => e.result }))
 * @throws TypeError when the name or a duration is none.
 */
export const correlation = <R = never>(
  name: string,
  { keep = '1d' }: CorrelationOptions = {},
): Correlation<Kept<R>> => {
  const what = `correlation "${checkName('correlation', name)}"`
  if (name.includes(':')) throw new TypeError(`${what}: expected a name without ":"`)
  const keepMs = millis(keep, `${what}: keep`)
  const rules = (o: AnyWait): Omit<AwaitRules, 'collect' | 'several' | 'join' | 'call'> => {
    checkFunction(`${what}: id`, o.id)
    const withinMs = millis(o.within, `${what}: within`)
    const { remind } = o
    for (const option of ['accepts', 'expired', 'join', 'call'] as const)
      if (o[option] !== undefined) checkFunction(`${what}: ${option}`, o[option])
    return {
      correlation: name,
      withinMs,
      keepMs,
      id: o.id,
      accepts: o.accepts ?? (() => true),
      expired: o.expired,
      remind: remind && {
        afterMs: millis(remind.after, `${what}: remind: after`),
        everyMs: remind.every === undefined ? 0 : positive(remind.every, `${what}: remind: every`),
        to: remind.to,
      },
    }
  }
  const node = (
    o: AnyWait,
    more: Pick<AwaitRules, 'collect' | 'several' | 'join'>,
    called: Called | undefined,
  ) => {
    const made = checkName(what, o.name ?? name)
    const call: AwaitRules['call'] = async (body, ctx) => {
      if (called === undefined)
        return left(
          new StepFailed(
            made,
            undefined,
            `${what}: a call in memory cannot wait for an answer: give the option call, or deploy the flow`,
          ),
        )
      const came = await called(body, ctx)
      const failed = came.find(isFailure)
      if (failed !== undefined) return left(failed)
      return right(came.map((v) => ({ value: asJson(`${what}: call`, v), at: ctx.clock.now() })))
    }
    return { name: made, node: awaitNode({ ...rules(o), ...more, call }) }
  }
  return {
    name,
    wait: (o: AnyWait & { join?: Join; call?: Called1 }) => {
      const { join = (body: unknown, reply: unknown) => ({ body, reply }), call } = o
      return node(
        o,
        { collect: first, several: false, join: (body, [reply], ctx) => join(body, reply!.value, ctx) },
        call && (async (body, ctx) => [await call(body, ctx)]),
      ) as never
    },
    collect: (o: AnyWait & { until: Until<unknown, unknown>; join?: Join; call?: Called }) => {
      const { join = (body: unknown, replies: unknown) => ({ body, replies }), call } = o
      const collect = collectUntil(`${what}: collect`, o.until)
      return node(o, { collect, several: true, join }, call) as never
    },
    answer: (o: AnswerOptions<unknown, unknown>) => answerNode(name, keepMs, o) as never,
  } as unknown as Correlation<Kept<R>>
}

type Join = (body: unknown, reply: unknown, ctx: Context) => unknown
type Called1 = (body: unknown, ctx: Context) => unknown
type Called = (body: unknown, ctx: Context) => May<readonly unknown[]>

/** The options as the node sees them. */
interface AnyWait {
  readonly id: (body: unknown, ctx: Context) => string
  readonly within: Duration
  readonly accepts?: (reply: Json, body: unknown) => boolean
  readonly remind?: { readonly after: Duration; readonly every?: Duration; readonly to: NodeBranch }
  readonly expired?: AwaitRules['expired']
  readonly join?: unknown
  readonly call?: unknown
  readonly name?: string
}

const positive = (d: Duration, what: string): number => {
  const ms = millis(d, what)
  if (ms <= 0) throw new TypeError(`${what}: expected a duration longer than nothing, got ${d}`)
  return ms
}
