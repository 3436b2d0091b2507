import type { Failure } from '../failure/failure.js'
import type { CallOptions } from '../flow/flow.js'
import type { FlowNode, NodeDefinition } from '../flow/node.js'
import { left, right, type Result } from '../result/result.js'
import type { Deployable } from '../route/deployable.js'

/** How a call ends whose message went to another flow. Not a failure: it needs no route. */
export interface Diverted {
  readonly _tag: 'Diverted'
  /** The flow that has it now. */
  readonly flow: string
}

interface Called {
  call(input: unknown, options: CallOptions): Promise<Result<unknown, unknown>>
}

/**
 * Detour (EIP): hands the message over to another flow, where it is a new message that this one caused; here it is done,
 * counted as diverted. The other flow begins with `input<…>()` and is deployed beside this one. Mostly a branch of a choice.
 * For messages that failed there is the route `divert(flow)`. In memory the other flow is called, and its failure is the
 * call's.
 *
 * @example
 * flow.choose((c) => c.when('large', isLarge, (s) => s.through(divertTo(byHand))).otherwise(put))
 */
export const divertTo = <A>(to: Deployable<A>): FlowNode<A, never, never, Diverted | Failure<string>> => {
  if (to?.closed !== true)
    throw new TypeError(`divertTo: to: expected a closed flow, got ${to === null ? 'null' : typeof to}`)
  const node: NodeDefinition = {
    enter: (body: unknown) => right({ divert: { to, body } }),
    divertsTo: [to],
    async call(body, ctx) {
      const open = to as unknown as Called
      const { signal, deadline, clock } = ctx
      const remaining = deadline === undefined ? undefined : Math.max(0, deadline - clock.now())
      const r = await open.call(body, {
        signal,
        ...(remaining !== undefined && { deadline: `${remaining}ms` as const }),
      })
      return r._tag === 'Left' ? r : left({ _tag: 'Diverted', flow: to.name } satisfies Diverted)
    },
  }
  return { name: `divert to ${to.name}`, node }
}
