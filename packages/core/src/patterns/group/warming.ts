import type { NodeContext } from '../../flow/node.js'
import type { StateMove, Stored } from '../../ports/journal.js'

/** State that is not in memory yet is being read: the entrance is called again when it is. */
export type Warming = Promise<undefined>

/** State by name, when all of it is in memory. */
export const stateOf = (
  ctx: NodeContext,
  names: readonly string[],
): Readonly<Record<string, Stored>> | Warming => {
  const states = ctx.state(names)
  return states instanceof Promise ? states.then(() => undefined) : states
}

/** Goes on with what is in memory. */
export const after = <A, B>(of: A | Warming, f: (a: A) => B): B | Warming =>
  of instanceof Promise ? of : f(of)

/**
 * Writes state as it was read: what is decided by it conflicts if it has moved since, or was never so. For memory may be
 * behind the journal, or ahead of it.
 */
export const unmoved = (name: string, at: Stored | undefined): StateMove => ({
  name,
  expect: at?.version ?? 0,
  value: at?.value,
})
