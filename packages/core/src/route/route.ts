import type { FailureRecord } from '../failure/failure-record.js'
import type { Kind, Tagged } from '../failure/failure.js'
import type { Json } from '../message/json.js'
import { checkMade } from '../message/check-made.js'
import type { Target } from '../step/step.js'
import type { Alert } from './alert.js'
import type { Deployable } from './deployable.js'
import { schedule, type RetryOptions, type Schedule } from './schedule.js'

/** Where alerts go: any target that takes an `Alert`. */
export type AlertTarget = Target<Alert, unknown, Tagged>

/** How a message ends when it is not tried again. */
export type Last = (
  | { readonly verb: 'deadLetter'; readonly key: 'skip' | 'block' }
  | { readonly verb: 'discard'; readonly reason?: string }
  | { readonly verb: 'divert'; readonly to: Deployable }
) & { readonly alerts?: readonly AlertTarget[] }

/** A route as data: what the runtime reads. */
export type RouteData =
  | Last
  | {
      readonly verb: 'retry'
      readonly schedule: Schedule
      readonly orElse: RouteData
      readonly alerts?: readonly AlertTarget[]
    }
  | { readonly verb: 'byKind'; readonly kinds: Readonly<Record<Kind, RouteData>> }

const data: unique symbol = Symbol.for('@xconnector/core route')

/** What becomes of a message that met a failure. Routes are values: make them once, use them in many flows. */
export interface Route {
  readonly [data]: RouteData
  /**
   * The same route, and these are told: each by an entry of its own, in the same commit. Retries tell when they give up. Called
   * again, it tells the new ones only.
   */
  alert(...to: readonly [AlertTarget, ...AlertTarget[]]): Route
}

/** A retry, which ends some day. */
export interface Retry extends Route {
  /** What becomes of the message when the schedule gives up. Default: a dead letter. */
  orElse(last: Route): Route
}

/** Different routes for different occurrences of one tag. */
export interface Cases<in Er> {
  readonly cases: readonly (readonly [test: (error: Er) => boolean, route: Route])[]
  readonly orElse: Route
}

/** What a tag may be given. */
export type RouteFor<Er> = Route | Cases<Er>

/** What a diverted message carries: what failed, where, with what. */
export interface Failed {
  readonly body: Json
  readonly flow: string
  readonly hop: string
  /** Why: its last failure. */
  readonly error: FailureRecord
  readonly attempts: number
}

const route = (d: RouteData): Route => ({
  [data]: d,
  alert(...to) {
    for (const target of to) checkMade('alert', 'a target that takes an Alert', target, 'run')
    return route(d.verb === 'byKind' ? alerting(d, to) : { ...d, alerts: to })
  },
})

const alerting = (d: RouteData & { readonly verb: 'byKind' }, to: readonly AlertTarget[]): RouteData => ({
  verb: 'byKind',
  kinds: mapKinds(d.kinds, (k) => (k.verb === 'byKind' ? alerting(k, to) : { ...k, alerts: to })),
})

const mapKinds = (
  kinds: Readonly<Record<Kind, RouteData>>,
  f: (d: RouteData) => RouteData,
): Record<Kind, RouteData> => ({
  transient: f(kinds.transient),
  unknown: f(kinds.unknown),
  permanent: f(kinds.permanent),
  poison: f(kinds.poison),
})

const dead: Last = { verb: 'deadLetter', key: 'skip' }

/** Tries the hop again, later, from the journal: the worker is free meanwhile. Without options: see `RetryOptions`. */
export const retry = (options: RetryOptions = {}): Retry => {
  const made = (orElse: RouteData): Route => route({ verb: 'retry', schedule: schedule(options), orElse })
  return {
    ...made(dead),
    orElse(last) {
      checkPlain('retry: orElse', last)
      return made(last[data])
    },
  }
}

/**
 * Puts the message aside with everything needed to understand and replay it. Its key goes on (`skip`, the default) or
 * waits until the dead letter is replayed or discarded (`block`).
 */
export const deadLetter = (options: { readonly key?: 'skip' | 'block' } = {}): Route => {
  const key = options.key ?? 'skip'
  if (key !== 'skip' && key !== 'block')
    throw new TypeError(`deadLetter: key: expected 'skip' or 'block', got ${JSON.stringify(key)}`)
  return route({ verb: 'deadLetter', key })
}

/** Ends the message, counted as discarded. */
export const discard = (reason?: string): Route =>
  route({ verb: 'discard', ...(reason !== undefined && { reason }) })

/** Ends the message here and gives a `Failed` to another flow, as a new message, in the same commit. */
export const divert = (to: Deployable): Route => {
  if (to?.closed !== true)
    throw new TypeError(`divert: to: expected a closed flow, got ${to === null ? 'null' : typeof to}`)
  return route({ verb: 'divert', to })
}

/**
 * The default routes, by the kind of the occurrence: `transient` is retried and then dead-lettered; `unknown`,
 * `permanent` and `poison` are dead-lettered. Overrides replace some.
 */
export const byKind = (overrides: Partial<Readonly<Record<Kind, Route>>> = {}): Route => {
  for (const [kind, to] of Object.entries(overrides)) if (to !== undefined) checkPlain(`byKind: ${kind}`, to)
  return route({
    verb: 'byKind',
    kinds: {
      transient: (overrides.transient ?? retry())[data],
      unknown: overrides.unknown?.[data] ?? dead,
      permanent: overrides.permanent?.[data] ?? dead,
      poison: overrides.poison?.[data] ?? dead,
    },
  })
}

/** One route where a test of the failure holds, another where it does not. A test that throws does not hold. */
export const when = <Er>(test: (error: Er) => boolean, then: Route, orElse: Route): Cases<Er> => {
  if (typeof test !== 'function') throw new TypeError(`when: test: expected a function, got ${typeof test}`)
  checkPlain('when: then', then)
  checkPlain('when: orElse', orElse)
  return { cases: [[test, then]], orElse }
}

const isRoute = (to: unknown): boolean => typeof to === 'object' && to !== null && data in to

const checkPlain = (what: string, to: unknown): void => {
  if (isRoute(to)) return
  const got = to === null ? 'null' : typeof to
  throw new TypeError(`${what}: expected a route, such as retry() or deadLetter(), got ${got}`)
}

/** @throws TypeError naming `what`, when it is neither a route nor cases of them. */
export const checkRoute = (what: string, to: unknown): void => {
  if (!Array.isArray((to as Partial<Cases<never>> | null | undefined)?.cases)) checkPlain(what, to)
}

/** A route as data. */
export const routeOf = (r: Route): RouteData => r[data]

/** The data of the route for one occurrence. */
export const routeData = (to: RouteFor<never>, failure: Tagged): Exclude<RouteData, { verb: 'byKind' }> => {
  const d = ('cases' in to ? chosen(to, failure) : to)[data]
  return byKindOf(d, failure.kind)
}

const byKindOf = (d: RouteData, kind: Kind): Exclude<RouteData, { verb: 'byKind' }> =>
  d.verb === 'byKind' ? byKindOf(d.kinds[kind] ?? dead, kind) : d

const chosen = (to: Cases<never>, failure: Tagged): Route => {
  for (const [test, then] of to.cases)
    try {
      if (test(failure as never)) return then
    } catch {
      // A failure in handling triggers no other route: the test did not hold.
    }
  return to.orElse
}
