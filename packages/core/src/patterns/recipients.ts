import type { PartialFailure } from '../failure/partial-failure.js'
import { Unresolved } from '../failure/unresolved.js'
import type { GatherErrors, Gathered } from '../flow/gathered.js'
import { checkFunction, checkName, checkSettle } from '../flow/name.js'
import type { Decision, FlowNode, NodeBranch, NodeContext, NodeDefinition, SendTo } from '../flow/node.js'
import type { Branch, Errors } from '../flow/typed.js'
import type { Settle } from '../ports/journal.js'
import { left, right, type Result } from '../result/result.js'
import { endings } from '../run/endings.js'
import { enough, joined, type Ending } from '../run/joined.js'
import type { Context } from '../step/step.js'

/** Names the recipients of a body; a name twice is one recipient. */
export type Choosing<A, Bs> = (body: A, ctx: Context) => Iterable<keyof Bs & string>

/** How a recipient list goes on. */
export interface RecipientsOptions<S extends Settle> {
  /** Joins the replies of those that were chosen. Left out, the flow goes on at once with its body. */
  readonly settle: S
}

/** What comes after a joined recipient list: whoever was not chosen is not in it. */
export type Chosen<Bs, S> = Partial<Gathered<Bs, S>>

/**
 * Recipient list (EIP): sends a body to those of its declared recipients that a function names. Every name is looked up
 * before anything is sent: one that is none of them is `Unresolved`, and nothing goes out. Each delivery is retried and put
 * aside alone, like a branch of `fanOut`; with `settle` the replies are joined durably, like those of `gather`.
 *
 * @example
 * flow.through(recipients('channels', { site, app, portal }, (page) => page.channels))
 */
export const recipients: {
  <A, const Bs extends Readonly<Record<string, Branch<A>>>>(
    name: string,
    to: Bs,
    choose: Choosing<A, Bs>,
  ): FlowNode<A, A, Errors<Bs> | Unresolved, PartialFailure<keyof Bs & string>>
  <A, const Bs extends Readonly<Record<string, Branch<A>>>, const S extends Settle>(
    name: string,
    to: Bs,
    choose: Choosing<A, Bs>,
    options: RecipientsOptions<S>,
  ): FlowNode<A, Chosen<Bs, S>, Errors<Bs> | Unresolved | GatherErrors<keyof Bs & string, S>>
} = (
  name: string,
  to: Readonly<Record<string, unknown>>,
  choose: (body: never, ctx: Context) => Iterable<string>,
  options?: RecipientsOptions<Settle>,
): never => {
  checkFunction(`recipients "${checkName('recipients', name)}": choose`, choose)
  if (typeof to !== 'object' || to === null || Object.keys(to).length === 0)
    throw new TypeError(`recipients "${name}": to: expected at least one recipient, by name`)
  const known = Object.keys(to)
  const settle = options?.settle
  if (settle !== undefined) checkSettle(`recipients "${name}"`, settle, known.length)
  const resolve = (body: unknown, ctx: Context): Result<Unresolved, readonly string[]> => {
    const chosen = [...new Set(choose(body as never, ctx))]
    const unknown = chosen.filter((c) => !known.includes(c))
    return unknown.length > 0 ? left(new Unresolved(name, unknown, known)) : right(chosen)
  }
  const node: NodeDefinition = {
    enter(body: unknown, ctx): Result<Unresolved, Decision> {
      const chosen = resolve(body, ctx)
      return chosen._tag === 'Left' ? chosen : right(sent(body, chosen.right, settle))
    },
    ...(settle !== undefined && { entrances: { joined: joinedBy(settle) } }),
    branches: to as Readonly<Record<string, NodeBranch>>,
    call: async (body, ctx, send) => {
      const chosen = resolve(body, ctx)
      return chosen._tag === 'Left' ? chosen : called(body, chosen.right, settle, send)
    },
  }
  return { name, node } satisfies FlowNode<never, never> as never
}

const sent = (body: unknown, chosen: readonly string[], settle: Settle | undefined): Decision => {
  if (settle === undefined) return { emit: [...chosen.map((to) => ({ to, body })), { to: 'next', body }] }
  const join = { to: 'joined', body: null, join: { expect: chosen, settle } }
  return { emit: [join, ...chosen.map((to) => ({ to, body, as: to }))] }
}

const joinedBy =
  (settle: Settle) =>
  (_body: null, ctx: NodeContext): Result<PartialFailure, Decision> => {
    const replies = ctx.replies ?? {}
    const all = joined(settle, ctx.expected, endings(replies), 'every', false)
    return all._tag === 'Left' ? all : right({ emit: [{ to: 'next', body: all.right }] })
  }

/** In memory every chosen one is sent to at once; without a policy all that fail are told together. */
const called = async (
  body: unknown,
  chosen: readonly string[],
  settle: Settle | undefined,
  send: SendTo,
): Promise<Result<unknown, unknown>> => {
  const ended = new Map<string, Ending>()
  const need = enough(settle ?? 'all', chosen.length)
  let replied = 0
  let enoughIn = (): void => {}
  const soon = new Promise<void>((resolve) => (enoughIn = resolve))
  const all = chosen.map(async (to) => {
    const r = await send(to, body)
    if (r._tag === 'Right') {
      ended.set(to, { as: 'reply', value: r.right })
      if (++replied >= need) enoughIn()
    } else if (r.left._tag === 'Filtered') ended.set(to, { as: 'none' })
    else ended.set(to, { as: 'failure', error: r.left as never, attempts: 1 })
  })
  await Promise.race([soon, Promise.all(all)])
  const r = joined(settle ?? 'all', chosen, new Map(ended), 'every', false)
  return settle === undefined && r._tag === 'Right' ? right(body) : r
}
