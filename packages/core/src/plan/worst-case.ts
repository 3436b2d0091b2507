import type { Deployable } from '../route/deployable.js'
import { millis } from '../message/duration.js'
import { routeOf, type RouteData, type RouteFor } from '../route/route.js'
import { delayAfter, type Schedule } from '../route/schedule.js'
import { hopsOf, waysOf } from './ways.js'
import type { End, Hop, Next } from './hop.js'
import { definitionOf } from './definition-of.js'
import { plan, type Plan } from './plan.js'

/** One hop on the longest way. */
export interface WorstHop {
  readonly hop: string
  /** Attempts, the first included, when all of them fail by the most patient of its routes. Infinite where only time limits them. */
  readonly attempts: number
  /** Milliseconds from its first attempt to the end of its last. */
  readonly ms: number
}

/** The longest way of a message through a flow. */
export interface WorstCase {
  /** Milliseconds, waits and delays included. Infinite when a route never gives up. */
  readonly ms: number
  /** The hops of that way, in order. */
  readonly way: readonly WorstHop[]
  /** The flow's deadline ended it, not its routes. */
  readonly byDeadline: boolean
}

/** Options of `worstCase`. */
export interface WorstCaseOptions {
  /** Milliseconds that one attempt may take. Default 600,000: what the runtime allows when it is told nothing else. */
  readonly attemptMs?: number
}

/**
 * The longest that a message may be under way in a flow before it is delivered or a dead letter: every hop fails by the
 * most patient of its routes and works, or gives up, at the last attempt. Time spent parked is not in it, nor are a
 * `Retry-After` longer than the schedule, queueing, or waits for people; the absolute deadline stops for none of them.
 *
 * @throws TypeError when two hops of the flow have one name.
 */
export const worstCase = (flow: Deployable, options: WorstCaseOptions = {}): WorstCase => {
  const d = definitionOf('worstCase', flow)
  const p = plan(d)
  const attemptMs = options.attemptMs ?? 600_000
  if (!(typeof attemptMs === 'number' && attemptMs >= 0 && attemptMs < Infinity))
    throw new TypeError(`worstCase: attemptMs: expected milliseconds, 0 or more, got ${String(attemptMs)}`)
  const longest = furthest(p, p.first, attemptMs, new Set())
  const limit =
    d.accept.deadline === undefined
      ? Number.POSITIVE_INFINITY
      : millis(d.accept.deadline, `flow "${d.name}": deadline`) + attemptMs
  const byDeadline = longest.ms > limit
  return { ms: Math.min(longest.ms, limit), way: longest.way, byDeadline }
}

interface Way {
  readonly ms: number
  readonly way: readonly WorstHop[]
}

const NOWHERE: Way = { ms: 0, way: [] }

// A node may send to itself: a hop on the way already is not gone through again.
const furthest = (p: Plan, name: string, attemptMs: number, seen: ReadonlySet<string>): Way => {
  const hop = p.hops.get(name)
  if (hop === undefined || seen.has(name)) return NOWHERE
  const here = worstOf(p, hop, attemptMs)
  const waits = hop.end.as === 'node' ? (hop.end.node.waits ?? 0) : 0
  const next = onward(p, hop.end, attemptMs, new Set([...seen, name]))
  return { ms: here.ms + waits + next.ms, way: [here, ...next.way] }
}

const onward = (p: Plan, end: End, attemptMs: number, seen: ReadonlySet<string>): Way => {
  if (end.as !== 'split')
    return waysOf(end)
      .map((to) => after(p, to, attemptMs, seen))
      .reduce(longer, NOWHERE)
  const items = after(p, end.item, attemptMs, seen)
  const last = end.join?.hop ?? end.watch
  // What joins the replies, or watches over the run, goes on with the last item at the latest.
  const all = last === undefined ? items : inTurn(items, furthest(p, last, attemptMs, seen))
  return longer(all, after(p, end.after, attemptMs, seen))
}

const after = (p: Plan, next: Next, attemptMs: number, seen: ReadonlySet<string>): Way => {
  if (next.as === 'delay') {
    const on = after(p, next.next, attemptMs, seen)
    return { ms: next.ms + on.ms, way: on.way }
  }
  if (next.as === 'gather') {
    // The join goes on, or fails, with the last branch at the latest.
    const branches = next.branches.map((b) => after(p, b.next, attemptMs, seen)).reduce(longer, NOWHERE)
    return inTurn(branches, furthest(p, next.join, attemptMs, seen))
  }
  return hopsOf(next)
    .map((hop) => furthest(p, hop, attemptMs, seen))
    .reduce(longer, NOWHERE)
}

/** One after the other. */
const inTurn = (a: Way, b: Way): Way => ({ ms: a.ms + b.ms, way: [...a.way, ...b.way] })

const longer = (a: Way, b: Way): Way => (b.ms > a.ms ? b : a)

const worstOf = (p: Plan, hop: Hop, attemptMs: number): WorstHop => {
  const routes: RouteFor<never>[] = hop.program.lines.flatMap((line) =>
    p.handlers(line).flatMap((h) => (h.as === 'recover' ? [] : [h.route])),
  )
  const { rest } = p.definition
  const caught = hop.program.lines.some((line) => p.handlers(line).some((h) => h.tag === undefined))
  if (rest !== undefined && !caught) routes.push(...('all' in rest ? [rest.all] : Object.values(rest.byTag)))
  return routes
    .flatMap(dataOf)
    .map((r): WorstHop => ({ hop: hop.name, ...patience(r, attemptMs) }))
    .reduce((a, b) => (b.ms > a.ms ? b : a), { hop: hop.name, attempts: 1, ms: attemptMs })
}

const dataOf = (r: RouteFor<never>): readonly RouteData[] => {
  const all = 'cases' in r ? [...r.cases.map(([, then]) => routeOf(then)), routeOf(r.orElse)] : [routeOf(r)]
  return all.flatMap(lastDataOf)
}

const lastDataOf = (d: RouteData): readonly RouteData[] =>
  d.verb === 'byKind' ? Object.values(d.kinds).flatMap(lastDataOf) : [d]

const patience = (d: RouteData, attemptMs: number): { attempts: number; ms: number } => {
  if (d.verb !== 'retry') return { attempts: 1, ms: attemptMs }
  const { attempts = Number.POSITIVE_INFINITY, upTo = Number.POSITIVE_INFINITY } = d.schedule
  // The last attempt begins when less than `upTo` had passed at the one before, and its pause is over.
  const byTime = upTo + longestPause(d.schedule) + 2 * attemptMs
  const byCount = attempts * attemptMs + pauses(d.schedule, attempts - 1)
  return { attempts, ms: Math.min(byTime, byCount) }
}

const longestPause = ({ delays }: Schedule): number => ('length' in delays ? Math.max(...delays) : delays.max)

// By then every schedule has come to its last pause.
const SETTLED = 1100

const pauses = (s: Schedule, n: number): number => {
  let ms = 0
  for (let i = 1; i <= Math.min(n, SETTLED); i++) ms += delayAfter(s, i)
  return n <= SETTLED ? ms : ms + (n - SETTLED) * delayAfter(s, SETTLED)
}
