import { StepFailed } from '../failure/step-failed.js'
import { checkFunction, checkName } from '../flow/name.js'
import type { Decision, Emission, FlowNode, NodeContext } from '../flow/node.js'
import { compareVersions } from '../journal/version.js'
import type { Json } from '../message/json.js'
import { left, right, type Result } from '../result/result.js'
import type { Context } from '../step/step.js'
import { FORGET, forgetting } from './forget-row.js'
import {
  asJson,
  forget,
  moveTo,
  MOST,
  rowAt,
  rowName,
  rowOf,
  type Reply,
  type Row,
} from './await-reply-row.js'

/** Options of an answer. */
export interface AnswerOptions<in A, R> {
  /** What it answers: the same text that the asking flow gives. */
  readonly id: (body: A, ctx: Context) => string
  /** The answer itself: what JSON carries, and small, for it is kept beside the others. */
  readonly reply: (body: A, ctx: Context) => R
  /** Who answers: a later answer of the same one takes the place of the earlier. */
  readonly by?: (body: A, ctx: Context) => string
  /** Answers of one answerer that are older than what came before are repeats: by number, or by text. Needs `by`. */
  readonly version?: (body: A, ctx: Context) => number | string
  /** Of the part of the flow. Default: `answer <correlation>`. */
  readonly name?: string
}

/**
 * What became of an answer. `awaited`: a message waits, and got it. `early`: nobody waits yet; it is kept for a time.
 * `late`: the wait has expired; it is kept for a time, for a replay of what expired. `repeat`: the wait has its answers, or
 * the same answerer gave a newer one; it is dropped.
 */
export type Fate = 'awaited' | 'early' | 'late' | 'repeat'

/** What an answering flow goes on with. */
export interface Answering<A> {
  readonly body: A
  readonly fate: Fate
}

/** The part of a flow that answers. Counted as joined, or as discarded where the answer was late or a repeat. */
export const answerNode = <A, R>(
  correlation: string,
  keepMs: number,
  o: AnswerOptions<A, R>,
): FlowNode<A, Answering<A>> => {
  const what = `correlation "${correlation}": answer`
  checkFunction(`${what}: id`, o.id)
  checkFunction(`${what}: reply`, o.reply)
  for (const option of ['by', 'version'] as const)
    if (o[option] !== undefined) checkFunction(`${what}: ${option}`, o[option])
  if (o.version !== undefined && o.by === undefined)
    throw new TypeError(`${what}: version: expected by beside it, which says whose versions are compared`)

  const replyOf = (body: A, ctx: NodeContext): Reply<Json> => {
    const by = o.by?.(body, ctx)
    if (o.by !== undefined && (typeof by !== 'string' || by === ''))
      throw new TypeError(`${what}: by: expected a text that is not empty, got ${JSON.stringify(by)}`)
    return {
      value: asJson(`${what}: reply`, o.reply(body, ctx)),
      at: ctx.now,
      ...(by !== undefined && { by }),
      ...(o.version !== undefined && { version: o.version(body, ctx) }),
    }
  }

  const enter = async (body: A, ctx: NodeContext): Promise<Result<never, Decision>> => {
    const name = rowName(correlation, o.id(body, ctx))
    const reply = replyOf(body, ctx)
    const stored = await rowAt(ctx, name)
    const row = rowOf(stored)
    const next = (fate: Fate): readonly Emission[] => [{ to: 'next', body: { body, fate } }]
    if (row !== undefined && (row.over === 'answered' || outdated(row, reply)))
      return right({ done: 'discarded', emit: next('repeat'), state: [moveTo(name, stored, row)] })
    if (row === undefined) {
      const made: Row = { waits: {}, replies: [reply], ends: ctx.now + keepMs, timer: ctx.idOf(FORGET) }
      return right({
        done: 'joined',
        emit: [...next('early'), forgetting(name, made.ends)],
        state: [moveTo(name, undefined, made)],
      })
    }
    const waits = Object.keys(row.waits)
    const fate = waits.length > 0 ? 'awaited' : row.over === 'expired' ? 'late' : 'early'
    const ends = Math.max(row.ends, ctx.now + keepMs)
    return right({
      done: fate === 'late' ? 'discarded' : 'joined',
      emit: next(fate),
      state: [moveTo(name, stored, { ...row, replies: added(what, row.replies, reply), ends })],
      wake: waits,
    })
  }

  const inMemory = (): Result<StepFailed, never> =>
    left(
      new StepFailed(
        made.name,
        undefined,
        `${what}: a call in memory has no journal in which a wait could be found: deploy the flow, or test it with testFlow`,
      ),
    )
  const made: FlowNode<A, Answering<A>> = {
    name: checkName(what, o.name ?? `answer ${correlation}`),
    node: { enter, entrances: { [FORGET]: forget }, call: inMemory },
  }
  return made
}

const outdated = (row: Row, { by, version }: Reply<Json>): boolean =>
  version !== undefined &&
  row.replies.some((r) => r.by === by && r.version !== undefined && compareVersions(version, r.version) < 0)

const added = (what: string, kept: readonly Reply<Json>[], reply: Reply<Json>): readonly Reply<Json>[] => {
  const others = reply.by === undefined ? kept : kept.filter((r) => r.by !== reply.by)
  if (others.length >= MOST) throw new TypeError(`${what}: ${MOST} answers for one id wait already`)
  return [...others, reply]
}
