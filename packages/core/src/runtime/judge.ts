import type { Tagged } from '../failure/failure.js'
import { failureRecord } from '../failure/failure-record.js'
import { failureToJson } from '../failure/to-json.js'
import { StepFailed } from '../failure/step-failed.js'
import { isFailure } from '../failure/failure.js'
import type { Json } from '../message/json.js'
import type { RunReport } from '../flow/run-report.js'
import type { Deployable } from '../route/deployable.js'
import type { End, Handler } from '../plan/hop.js'
import type { Ids } from '../ports/ids.js'
import type { Journal, NewEntry, Outcome, StateMove } from '../ports/journal.js'
import type { Random } from '../ports/random.js'
import type { Failed, Last, RouteFor } from '../route/route.js'
import { verdict } from '../route/verdict.js'
import type { Line } from '../run/line.js'
import type { AttemptContext } from './attempt-context.js'
import type { Notice } from './alerts.js'
import { emit, type Origin } from './emit.js'
import { delivered } from './ending.js'
import { newMessage } from './new-message.js'
import { memoJson, memoOf, type Memo } from './memo.js'
import type { OpenSplits } from './open-splits.js'
import type { Deployed } from './registry.js'
import type { Tally } from './tallies.js'

/** What became of an attempt: what to write, what to tell. */
export interface Judgement {
  readonly outcome: Outcome
  readonly emit?: readonly NewEntry[]
  /** State that a node moves. Where it conflicts, the entry runs again. */
  readonly moves?: readonly StateMove[]
  readonly wake?: readonly string[]
  readonly notice?: Notice
  /** What an item of a batch run counts as. */
  readonly tally?: Tally
  /** The run that this ends. */
  readonly report?: RunReport
  /** The failure as stored, when it failed. */
  readonly error?: Json
}

/** What judging needs of the runtime. */
export interface JudgePorts {
  readonly journal: Journal
  /** Iterations of messages that are being split. */
  readonly splits: OpenSplits
  readonly random: Random
  readonly ids: Ids
  /** The first hop of a deployed flow. */
  first(flow: string): string | undefined
  /** Milliseconds that the hop's destinations have been parked, over their whole life. */
  parkedMs(d: Deployed): number
}

/** One failed attempt. */
export interface Trial {
  readonly deployed: Deployed
  readonly origin: Origin
  readonly ctx: AttemptContext
  readonly started: number
}

/**
 * What becomes of a failure: the nearest `recover` or `on` of its tag below the line that failed, else the flow's rest.
 * A failure while recovering is judged the same way, from where it happened; a failure in handling triggers no other
 * route.
 */
export const judge = async (
  ports: JudgePorts,
  t: Trial,
  line: Line | undefined,
  failure: Tagged,
): Promise<Judgement> => {
  const { plan } = t.deployed
  const from = line === plan.start && endsOfItsOwn(t) ? firstLine(t) : line
  const handlers = from === undefined ? [] : plan.handlers(from)
  const h = handlers.find(
    (x) => x.tag === undefined || (x.tag === failure._tag && (from !== plan.start || isAhead(t, x))),
  )
  if (h?.as === 'catch') return caught(ports, t, h.route, failure)
  if (h?.as !== 'recover') return routed(ports, t, h?.route ?? plan.rest(failure._tag), failure)
  let body: unknown
  try {
    const fn = h.line.fn
    body = await fn(failure, t.ctx)
  } catch (thrown) {
    return judge(ports, t, h.line, new StepFailed(h.line.name, thrown))
  }
  if (isFailure(body)) return judge(ports, t, h.line, body)
  // What a failed join goes on with is at the join's own hop, and no join.
  const same = h.next.as === 'hop' && h.next.hop === t.deployed.hop.name
  const origin = failure._tag === 'DeadlineExceeded' ? timeless(t.origin) : t.origin
  const out = emit(origin, h.next, body, same ? { suffix: failure._tag } : {})
  if (out._tag === 'Left') return judge(ports, t, h.line, out.left)
  return delivered(t, out.right)
}

/** What a branch fails with in the end is its reply: no dead letter, and nothing more. */
const caught = (ports: JudgePorts, t: Trial, route: RouteFor<never>, failure: Tagged): Judgement => {
  const judged = routed(ports, t, route, failure)
  if (judged.outcome.as === 'again') return judged
  const error = attemptError(t, failure)
  const reply = JSON.stringify({ e: error })
  return { outcome: { as: 'done', why: 'joined', reply }, error }
}

// A hop without any has nothing that could be handled.
const firstLine = ({ deployed: { hop } }: Trial): Line =>
  hop.program.lines[0] ?? (hop.end as Exclude<End, { readonly as: 'next' }>).line

/** Whether the hop is in a branch of a node that says how its branches fail: a deadline too. */
const endsOfItsOwn = (t: Trial): boolean =>
  t.deployed.plan.handlers(firstLine(t)).some((h) => h.tag === undefined)

/**
 * A deadline is met at any hop and handled from the start of the flow: by every route, but by no recovery that the
 * message has left behind, which would send it back to where it has been.
 */
const isAhead = (t: Trial, handler: Handler): boolean => {
  if (handler.as !== 'recover') return true
  const { plan, hop } = t.deployed
  if (hop.program.lines.includes(handler.line)) return true
  return plan.handlers(firstLine(t)).some((h) => h.as === 'recover' && h.line === handler.line)
}

/** A recovered deadline is over: what goes on has none. */
const timeless = (o: Origin): Origin => {
  const { deadline: _, ...entry } = o.entry
  return { ...o, entry }
}

const routed = (ports: JudgePorts, t: Trial, route: RouteFor<never>, failure: Tagged): Judgement => {
  const { entry, now } = t.origin
  const before = memoOf(entry)
  const parked = ports.parkedMs(t.deployed)
  const first = before?.first ?? now
  const memo: Memo = {
    first,
    parked: before?.parked ?? parked,
    ...(failure._tag === 'OutcomeUnknown' && { doubt: true }),
    ...(t.ctx.met.size > 0 && { met: [...t.ctx.met] }),
  }
  const attempts = entry.attempts + 1
  const error = attemptError(t, failure)
  // What poison is will not change, and a deadline does not come again: their retries have given up from the start.
  const poisoned = t.deployed.hop.raw && t.origin.envelope.poison !== undefined
  const tried =
    poisoned || failure._tag === 'DeadlineExceeded'
      ? { attempts: Number.POSITIVE_INFINITY, first: Number.NEGATIVE_INFINITY, parked: 0 }
      : { attempts, first, parked: Math.max(0, parked - memo.parked) }
  const v = verdict(route, failure, tried, now, ports.random)
  if (v.as === 'again') {
    const at = entry.deadline === undefined ? v.at : Math.max(now, Math.min(v.at, entry.deadline))
    return { outcome: { as: 'again', at, spend: true, error, memo: memoJson(memo) }, error }
  }
  const { last, alerts } = v
  const ended = ending(ports, t, last, error, attempts)
  if (alerts.length === 0) return { ...ended, error }
  const notice: Notice = {
    targets: alerts,
    by: entry.flow,
    flow: entry.flow,
    hop: t.deployed.hop.name,
    tag: failure._tag,
    verdict: last.verb === 'deadLetter' ? 'dead' : last.verb === 'discard' ? 'discarded' : 'diverted',
    id: entry.id,
    error,
    at: now,
  }
  return { ...ended, error, notice }
}

const ending = (ports: JudgePorts, t: Trial, last: Last, error: Json, attempts: number): Judgement => {
  if (last.verb === 'discard') return { outcome: { as: 'done', why: 'discarded' } }
  if (last.verb === 'divert') return diverted(ports, t, last.to, error, attempts)
  return {
    outcome: {
      as: 'dead',
      error,
      ...((last.key === 'block' || t.deployed.hop.holds) && { hold: true as const }),
    },
  }
}

const diverted = (ports: JudgePorts, t: Trial, to: Deployable, error: Json, attempts: number): Judgement => {
  const { entry } = t.origin
  const failed: Failed = {
    body: JSON.parse(entry.body) as Json,
    flow: entry.flow,
    hop: t.deployed.hop.name,
    error: failureRecord(error),
    attempts,
  }
  return {
    outcome: { as: 'done', why: 'diverted' },
    emit: [newMessage(ports, t, to, JSON.stringify(failed))],
  }
}

/** A failed attempt as it stays with the entry: the failure, and which attempt, where, when, how long. */
export const attemptError = (t: Trial, failure: unknown): Json => {
  const { entry, now } = t.origin
  const said = failureToJson(failure) as Readonly<Record<string, Json>>
  return { ...said, hop: t.deployed.hop.name, attempt: entry.attempts + 1, at: now, ms: now - t.started }
}
