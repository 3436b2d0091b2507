import type { FlowNode } from '../flow/node.js'
import { checkFunction, checkName } from '../flow/name.js'
import type { Filtered } from '../failure/filtered.js'
import type { Context } from '../step/step.js'
import { durableRules, groupNode } from './group/group-node.js'
import type { Joined } from './group/joined.js'
import type { FoldOptions, GroupFailure, ListOptions } from './group/options.js'

type Keyed = string | undefined
type Verb = 'fail' | 'discard'
type Then = 'refuse' | 'discard'
type Single = 'signal' | 'closesOlder'

/**
 * The aggregator for messages that carry many items, such as a page of rows: every item is added to the group of its key,
 * all of a message in one commit, or none. Fast where items come together, for an item costs no entry of its own; what
 * goes on, when, and the options are those of `aggregate`, without signals and `closesOlder`.
 *
 * Failures: those of `aggregate`; a message with one bad item fails as a whole, and adds nothing. In memory a call gives
 * the group of its first item, and nothing else; without items it ends as `Filtered`.
 *
 * @param each The items of a message, in order. A message without items is done.
 * @throws TypeError that names the option at fault and what was expected.
 * @example
 * flow('totals')
 *   .from(pages)
 *   .through(aggregateEach('per day', (page) => page.rows, {
 *     key: (row) => row.day,
 *     into: { start: (row) => row.amount, add: (sum, row) => sum + row.amount },
 *     silence: '10m',
 *   }))
 *   .to(store)
 */
export const aggregateEach: {
  <A, I, V, K extends Keyed = string, W extends Verb = 'fail', T extends Then = 'discard'>(
    name: string,
    each: (body: A, ctx: Context) => Iterable<I>,
    options: Omit<FoldOptions<I, V, K, W, T>, Single>,
  ): FlowNode<A, Joined<V>, GroupFailure<K, W, T>, Filtered>
  // The last one, for the compiler speaks of it when neither fits.
  <A, I, K extends Keyed = string, W extends Verb = 'fail', T extends Then = 'discard'>(
    name: string,
    each: (body: A, ctx: Context) => Iterable<I>,
    options: Omit<ListOptions<I, K, W, T>, Single>,
  ): FlowNode<A, Joined<readonly I[]>, GroupFailure<K, W, T>, Filtered>
} = (name: string, each: (body: never, ctx: Context) => Iterable<unknown>, options: object): never => {
  const what = `aggregateEach "${checkName('aggregateEach', name)}"`
  checkFunction(`${what}: each`, each)
  for (const single of ['signal', 'closesOlder'] as const)
    if ((options as Record<string, unknown>)[single] !== undefined)
      throw new TypeError(`${what}: ${single}: expected none, for a message has many items; use aggregate`)
  return { name, node: groupNode(durableRules(what, name, options), each as never) } as never
}
