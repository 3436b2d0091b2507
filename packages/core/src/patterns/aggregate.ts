import type { FlowNode } from '../flow/node.js'
import { checkName } from '../flow/name.js'
import { durableRules, groupNode } from './group/group-node.js'
import type { Joined } from './group/joined.js'
import type { FoldOptions, GroupFailure, ListOptions } from './group/options.js'

type Keyed = string | undefined
type Verb = 'fail' | 'discard'
type Then = 'refuse' | 'discard'

/**
 * Aggregator: collects messages that belong together, durably, and goes on with one message when the group is complete.
 * Give it to `.through(…)`.
 *
 * A message that joins is done, counted as joined; its group is state in the journal, and survives restarts. A group is
 * complete by `size`, by a test (`begins`, `ends`), by time (`silence`, `every`, `within`), by a `signal`, when another
 * is opened (`closesOlder`), or when the runtime stops (`atStop`); exactly one message goes on for it:
 * `{ key, value, count, first, last, by }`. Without `into` its value is the list of bodies. It has the group's key, the
 * root and headers of the message that opened the group, and no deadline.
 *
 * Time is the clock's. One that jumps forward completes groups early, by the jump; one that is set back, late by it.
 *
 * Failures: `KeyMissing` when `key` may give `undefined`; `GroupClosed` when late messages are refused; `StepFailed` when
 * one of the functions throws or a value is none that JSON can carry: the message fails by its route, the group stays.
 *
 * @throws TypeError that names the option at fault and what was expected.
 * @example
 * flow('parcels')
 *   .from(scans, { key: (scan) => scan.parcel })
 *   .through(aggregate('parcel', {
 *     key: (scan) => scan.parcel,
 *     into: { start: (scan) => scan.weight, add: (sum, scan) => sum + scan.weight },
 *     ends: (scan) => scan.last,
 *     within: '2h',
 *   }))
 *   .to(ship)
 */
export const aggregate: {
  <A, V, K extends Keyed = string, W extends Verb = 'fail', T extends Then = 'discard'>(
    name: string,
    options: FoldOptions<A, V, K, W, T>,
  ): FlowNode<A, Joined<V>, GroupFailure<K, W, T>>
  // The last one, for the compiler speaks of it when neither fits.
  <A, K extends Keyed = string, W extends Verb = 'fail', T extends Then = 'discard'>(
    name: string,
    options: ListOptions<A, K, W, T>,
  ): FlowNode<A, Joined<readonly A[]>, GroupFailure<K, W, T>>
} = (name: string, options: unknown): never => {
  const what = `aggregate "${checkName('aggregate', name)}"`
  return { name, node: groupNode(durableRules(what, name, options as object)) } as never
}
