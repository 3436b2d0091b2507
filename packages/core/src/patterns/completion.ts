import type { Filtered } from '../failure/filtered.js'
import type { PartialFailure } from '../failure/partial-failure.js'
import { checkName } from '../flow/name.js'
import type { FlowNode } from '../flow/node.js'
import type { Branch, Parts } from '../flow/typed.js'
import { byKind, retry, type AlertTarget } from '../route/route.js'
import type { RetryOptions } from '../route/schedule.js'
import {
  completionNode,
  type Hooks,
  type PartDone,
  type PartEnded,
  type PartFailed,
} from './completion-node.js'

/**
 * What is told of the end of a part. Each hook is a target, or a sub-flow: one that filters is told of some ends only. What
 * `target.with` maps for `done` or `always` needs its type written out; inside of a sub-flow it is known.
 */
export interface CompletionHooks<A, B> {
  /** Told when the part has ended well, with what it ended with. */
  readonly done?: Branch<PartDone<A, B>>
  /** Told when it has failed in the end, with the failure. */
  readonly failed?: Branch<PartFailed<A>>
  /** Told of every end. */
  readonly always?: Branch<PartEnded<A, B>>
  /** How failures of hooks that may pass are retried. Default: as `retry()` without options. */
  readonly retry?: RetryOptions
  /** Told when a hook has failed in the end. */
  readonly alert?: AlertTarget
}

/**
 * Completion hooks around a part of a flow: told durably, in the commit that ends the part, well or not. The message goes on with
 * what the part ended with. A hook never changes that: it has retries and a dead letter of its own, and nobody waits for it.
 *
 * The part's failures are routed where they happen, like those of any branch; its dead letter can be replayed there. When it has
 * failed in the end, the message fails here with `PartialFailure` too (as a gather of one branch): replaying the part's dead
 * letter opens it again, and the hooks are told of that end as well. A part that filters ends as filtered, and so does the
 * message.
 *
 * Failures: the part's, and `PartialFailure`; none of the hooks'.
 *
 * @example
 * flow.through(completion('import', (s) => s.to(create).to(publish), {
 *   failed: page.with((end) => ({ text: end.failure.message })),
 *   always: (s) => s.to(audit.with((end) => ({ how: end.as }))),
 * }))
 * @throws TypeError when there is no hook.
 */
export const completion = <A, const Br extends Branch<A>>(
  name: string,
  part: Br,
  hooks: CompletionHooks<NoInfer<A>, Parts<Br>[0]>,
): FlowNode<A, Parts<Br>[0], Parts<Br>[1] | PartialFailure<'part'>, Parts<Br>[2] | Filtered> => {
  const what = `completion "${checkName('completion', name)}"`
  if (typeof hooks !== 'object' || hooks === null)
    throw new TypeError(
      `${what}: hooks: expected done, failed or always, got ${hooks === null ? 'null' : typeof hooks}`,
    )
  const { done, failed, always, alert } = hooks
  const told: Hooks = Object.fromEntries(
    Object.entries({ done, failed, always }).filter(([, hook]) => hook !== undefined),
  ) as Hooks
  if (Object.keys(told).length === 0) throw new TypeError(`${what}: hooks: expected done, failed or always`)
  const route = byKind({ transient: retry(hooks.retry) })
  return {
    name,
    node: completionNode(part, told, alert === undefined ? route : route.alert(alert)),
  }
}
