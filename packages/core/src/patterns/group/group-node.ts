import type { NodeDefinition } from '../../flow/node.js'
import type { Tagged } from '../../failure/failure.js'
import type { Filtered } from '../../failure/filtered.js'
import { StepFailed } from '../../failure/step-failed.js'
import { millis } from '../../message/duration.js'
import { left, right, type Result } from '../../result/result.js'
import type { Context } from '../../step/step.js'
import { entering, keyOf } from './adding.js'
import { enteringMany } from './adding-many.js'
import { completing, forgetting } from './completing.js'
import type { DurableRules } from './durable-rules.js'
import { KeyMissing } from './key-missing.js'
import type { Grouping } from './options.js'
import { checkRules, type Completion } from './rules.js'

/** Longest list, where no size is given. */
const MOST = 10_000

/** How long a group is open at most, where nothing is said. */
const DAY = '24h'

const CHOICES = [
  ['atStop', ['keep', 'complete']],
  ['timedOut', ['emit', 'discard']],
  ['withoutKey', ['fail', 'discard']],
] as const satisfies readonly (readonly [
  keyof Grouping<never, unknown, unknown, unknown>,
  readonly string[],
])[]

type Each = (body: unknown, ctx: Context) => Iterable<unknown>

type Options = Completion & Grouping<never, unknown, unknown, unknown>

/** The options of a durable pattern, checked. @throws TypeError that names the option and what was expected. */
export const durableRules = (
  what: string,
  name: string,
  o: Options,
  give: DurableRules['give'] = (joined) => joined,
): DurableRules => {
  for (const f of ['key', 'signal'] as const)
    if (o[f] !== undefined && typeof o[f] !== 'function')
      throw new TypeError(`${what}: ${f}: expected a function, got ${typeof o[f]}`)
  for (const [option, known] of CHOICES) {
    const given: unknown = o[option]
    if (given !== undefined && !(known as readonly unknown[]).includes(given))
      throw new TypeError(
        `${what}: ${option}: expected ${known.map((k) => `'${k}'`).join(' or ')}, got ${JSON.stringify(given)}`,
      )
  }
  const most = o.into === undefined ? MOST : Number.POSITIVE_INFINITY
  return {
    ...checkRules<unknown, unknown, Context>(what, { ...o, within: o.within ?? DAY }, most),
    name,
    key: o.key as DurableRules['key'],
    withoutKey: o.withoutKey === 'discard' ? 'discard' : 'fail',
    signal: o.signal as DurableRules['signal'],
    late: o.late && {
      ms: millis(o.late.remember, `${what}: late.remember`),
      refuse: o.late.verb === 'refuse',
    },
    timedOut: o.timedOut ?? 'emit',
    closesOlder: o.closesOlder === true,
    atStop: o.atStop === 'complete',
    give,
  }
}

/** The node of a pattern that groups. `each`: the items of a message, where it has many. */
export const groupNode = (rules: DurableRules, each?: Each): NodeDefinition => ({
  enter: each === undefined ? entering(rules) : enteringMany(rules, each),
  entrances: { group: completing(rules), ...(rules.late !== undefined && { forget: forgetting }) },
  ...(rules.atStop && { atStop: 'group' }),
  call: (body, ctx) => alone(rules, each === undefined ? [body] : lazily(each, body, ctx), ctx),
})

// What `each` throws is met where the items are taken.
function* lazily(each: Each, body: unknown, ctx: Context): Generator<unknown, void> {
  yield* each(body, ctx)
}

/** In memory nothing is kept: every message is a group of its own; of one with many items, those of the first one's key. */
const alone = (
  rules: DurableRules,
  items: Iterable<unknown>,
  ctx: Context,
): Result<Tagged | Filtered, unknown> => {
  try {
    const now = ctx.clock.now()
    const group = {
      key: '',
      count: 0,
      first: now,
      last: now,
      value: undefined as unknown,
      by: 'call' as const,
    }
    for (const item of items) {
      const key = keyOf(rules, item, ctx)
      if (key === undefined) return left(new KeyMissing(rules.name))
      if (group.count++ === 0) {
        group.key = key
        group.value = rules.into === undefined ? [item] : rules.into.start(item, ctx)
      } else if (key !== group.key) group.count--
      else
        group.value =
          rules.into === undefined
            ? [...(group.value as unknown[]), item]
            : rules.into.add(group.value, item, ctx)
    }
    return group.count === 0 ? left({ _tag: 'Filtered', step: rules.name }) : right(rules.give(group))
  } catch (thrown) {
    return left(new StepFailed(rules.name, thrown))
  }
}
