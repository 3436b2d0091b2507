import type { Decision, NodeContext } from '../../flow/node.js'
import type { Tagged } from '../../failure/failure.js'
import type { StateMove } from '../../ports/journal.js'
import { left, right, type Result } from '../../result/result.js'
import { adding, keyOf } from './adding.js'
import { closing } from './closing.js'
import type { DurableRules, Signal } from './durable-rules.js'
import { KeyMissing } from './key-missing.js'
import { known } from './known.js'
import type { GroupEntry } from './rows.js'

/** A message that completes every open group of the pattern, in one commit. */
export const signalled = async (
  rules: DurableRules,
  signal: Signal,
  body: unknown,
  ctx: NodeContext,
): Promise<Result<Tagged, Decision>> => {
  const own = signal.joins === true ? keyOf(rules, body, ctx) : undefined
  if (signal.joins === true && own === undefined && rules.withoutKey === 'fail')
    return left(new KeyMissing(rules.name))
  const open = await ctx.waiting('group')
  const keys = new Set(open.map(({ body: of }) => (of as GroupEntry).k))
  if (own !== undefined) keys.delete(own)
  const state: StateMove[] = []
  const wake: string[] = []
  const collect = (d: Decision): void => {
    state.push(...(d.state ?? []))
    wake.push(...(d.wake ?? []))
  }
  for (const key of keys) collect(closing(rules, ctx, await settled(() => known(ctx, key)), 'signal'))
  if (own === undefined) return right({ done: 'delivered', state, wake })
  const added = await settled(() => {
    const k = known(ctx, own)
    return k instanceof Promise ? k : adding(rules, body, ctx, k, 'signal')
  })
  if (added._tag === 'Left') return added
  collect(added.right)
  return right({ ...added.right, state, wake })
}

/** Asks again until all of it is in memory. */
const settled = async <A>(ask: () => A | Promise<undefined>): Promise<A> => {
  for (;;) {
    const got = ask()
    if (!(got instanceof Promise)) return got
    await got
  }
}
