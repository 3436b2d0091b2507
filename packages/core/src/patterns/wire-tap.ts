import { checkName } from '../flow/name.js'
import type { FlowNode, NodeBranch, NodeDefinition } from '../flow/node.js'
import type { Branch, Parts } from '../flow/typed.js'
import { right } from '../result/result.js'

/**
 * Wire tap (EIP), durable: a copy of each message goes to a branch that is delivered, retried and put aside on its own. The
 * flow goes on at once with its body and hears nothing of it; the failures of the branch still need routes. For a look that
 * need not survive a crash there is `.tap(name, f)`.
 *
 * @example
 * flow.through(wireTap('audit', auditLog.with((order: Order) => ({ order: order.id }))))
 */
export const wireTap = <A, const Br extends Branch<A>>(
  name: string,
  to: Br,
): FlowNode<A, A, Parts<Br>[1]> => {
  const node: NodeDefinition = {
    enter: (body: unknown) =>
      right({
        emit: [
          { to: 'copy', body },
          { to: 'next', body },
        ],
      }),
    branches: { copy: to as NodeBranch },
    call(body, ctx, send) {
      const failed = (failure: string): void => ctx.log.warn(`wire tap "${name}" failed`, { failure })
      try {
        // A copy, so that what the branch does to it is not seen here; nobody waits for it.
        void Promise.resolve(send('copy', structuredClone(body))).then((r) => {
          if (r._tag === 'Left' && r.left._tag !== 'Filtered') failed(r.left._tag)
        })
      } catch {
        failed('StepFailed')
      }
      return right(body)
    },
  }
  return { name: checkName('wireTap', name), node }
}
