import type { FlowNode } from '../flow/node.js'
import { checkName } from '../flow/name.js'
import type { Duration } from '../message/duration.js'
import { durableRules, groupNode } from './group/group-node.js'

/** When a batch goes on: with the first of the two that holds. */
export interface BatchOptions {
  /** With so many messages. */
  readonly size: number
  /** So long after its first message. */
  readonly within: Duration
  /** When the runtime stops: a batch stays in the journal (default), or goes on as it is. */
  readonly atStop?: 'keep' | 'complete'
}

/**
 * Batches messages: `size` of them, or what came `within` a time, go on as one list, in the order in which they were
 * added. A batch is durable: a message that joins one is done, counted as joined. An aggregator (EIP) without a key.
 *
 * Failures: `StepFailed` for a body that JSON cannot carry.
 *
 * @throws TypeError that names the option at fault and what was expected.
 * @example
 * flow('index').from(changes).through(batch('hundred', { size: 100, within: '5s' })).to(search.bulk)
 */
export const batch = <A>(name: string, options: BatchOptions): FlowNode<A, readonly A[]> => {
  const what = `batch "${checkName('batch', name)}"`
  if (options.size === undefined) throw new TypeError(`${what}: size: expected a whole number, got none`)
  if (options.within === undefined || options.within === null)
    throw new TypeError(`${what}: within: expected a duration, got none`)
  const { size, within, atStop } = options
  const rules = durableRules(
    what,
    name,
    { size, within, ...(atStop !== undefined && { atStop }) },
    (j) => j.value,
  )
  return { name, node: groupNode(rules) }
}
