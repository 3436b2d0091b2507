import type { FlowNode } from '../flow/node.js'
import { checkFunction, checkName } from '../flow/name.js'
import { millis, type Duration } from '../message/duration.js'
import { StepFailed } from '../failure/step-failed.js'
import { left, right } from '../result/result.js'
import type { Context } from '../step/step.js'
import { entering } from './window/adding.js'
import { concluding, forgetting } from './window/concluding.js'
import { factOf, type WindowRules } from './window/rules.js'
import type { TooLate } from './window/too-late.js'
import type { Windowed } from './window/windowed.js'

/** Which facts belong to a window, and when its results go on. */
export interface WindowOptions<in A, T> {
  /** Facts of one key have windows of their own. Left out: all facts are of one. */
  readonly key?: (body: A, ctx: Context) => string
  /** When the fact happened: epoch milliseconds. */
  readonly time: (body: A, ctx: Context) => number
  /** What tells facts of one window and key apart: one that comes again changes nothing. */
  readonly id: (body: A, ctx: Context) => string
  /** The length of a window; windows begin at whole multiples of it, UTC. */
  readonly size: Duration
  /** How long after its end the first result of a window goes on, for facts that are on their way. Default 0. */
  readonly grace?: Duration
  /** How long after that a late fact still makes another result. Default 24 h. */
  readonly retain?: Duration
  /** A fact that comes even later: `refuse` it with `TooLate`, or `discard` it (default), counted. */
  readonly tooLate?: T
}

/** Windows whose value is the list of their facts. */
export interface ListWindows<in A, T> extends WindowOptions<A, T> {
  readonly into?: undefined
}

/** Windows whose facts are folded, in the order of their times. */
export interface FoldWindows<in A, in out V, T> extends WindowOptions<A, T> {
  /** `start`: the value with the first fact; `add`: with one more. Values are JSON. */
  readonly into: {
    readonly start: (body: A, ctx: Context) => V
    readonly add: (value: V, body: A, ctx: Context) => V
  }
}

type Then = 'refuse' | 'discard'
type Failures<T> = T extends 'refuse' ? TooLate : never

/**
 * Tumbling windows over the times at which facts happened, not came. The first result of a window goes on when the clock
 * says that it is over, and its `grace` too; a late fact makes another, with the next `revision`. Every result is made of
 * all facts of its window, each once, in the order of time, then id: whatever order they came in, and however often, the
 * last result is the same. Late facts that come close together make one result. Results of one key go on in order, with
 * the key; a window without facts has none. Give it to `.through(…)`.
 *
 * Facts are state in the journal until `retain` is over. A clock that jumps forward makes results early, and facts too
 * late sooner; one that is set back makes them late by the jump, and a window that was removed may begin again.
 *
 * Failures: `TooLate` when such facts are refused; `StepFailed` when `key`, `time` or `id` throws or gives none (the fact
 * fails, the window stays), or when `into` does (the result fails; replayed, it is made again of all facts).
 *
 * @throws TypeError that names the option at fault and what was expected.
 * @example
 * flow('usage')
 *   .from(views)
 *   .through(eventWindows('per hour', {
 *     key: (v) => v.page, time: (v) => v.at, id: (v) => v.id, size: '1h', grace: '1m',
 *     into: { start: () => 1, add: (n) => n + 1 },
 *   }))
 *   .to(store)
 */
export const eventWindows: {
  <A, V, T extends Then = 'discard'>(
    name: string,
    options: FoldWindows<A, V, T>,
  ): FlowNode<A, Windowed<V>, Failures<T>>
  // The last one, for the compiler speaks of it when neither fits.
  <A, T extends Then = 'discard'>(
    name: string,
    options: ListWindows<A, T>,
  ): FlowNode<A, Windowed<readonly A[]>, Failures<T>>
} = (name: string, options: unknown): never => {
  const rules = checked(name, options as ListWindows<never, Then>)
  const node = {
    enter: entering(rules),
    entrances: { window: concluding(rules), forget: forgetting },
    call: (body: unknown, ctx: Context) => alone(rules, body, ctx),
  }
  return { name, node } as never
}

const checked = (name: string, o: ListWindows<never, Then>): WindowRules => {
  const what = `eventWindows "${checkName('eventWindows', name)}"`
  for (const f of ['time', 'id'] as const) checkFunction(`${what}: ${f}`, o[f])
  if (o.key !== undefined) checkFunction(`${what}: key`, o.key)
  if (o.tooLate !== undefined && o.tooLate !== 'discard' && o.tooLate !== 'refuse')
    throw new TypeError(`${what}: tooLate: expected 'discard' or 'refuse', got ${JSON.stringify(o.tooLate)}`)
  const size = millis(o.size, `${what}: size`)
  if (size === 0)
    throw new TypeError(`${what}: size: expected more than nothing, got ${JSON.stringify(o.size)}`)
  return {
    name,
    key: o.key as WindowRules['key'],
    time: o.time as WindowRules['time'],
    id: o.id as WindowRules['id'],
    size,
    grace: millis(o.grace ?? '0s', `${what}: grace`),
    retain: millis(o.retain ?? '24h', `${what}: retain`),
    refuse: o.tooLate === 'refuse',
    into: o.into,
  }
}

/** In memory nothing is kept: every fact is a window of its own. */
const alone = (
  rules: WindowRules,
  body: unknown,
  ctx: Context,
): ReturnType<typeof left> | ReturnType<typeof right> => {
  try {
    const { key, from } = factOf(rules, body, ctx)
    const value = rules.into === undefined ? [body] : rules.into.start(body, ctx)
    return right({ key, from, to: from + rules.size, value, count: 1, revision: 0 })
  } catch (thrown) {
    return left(new StepFailed(rules.name, thrown))
  }
}
