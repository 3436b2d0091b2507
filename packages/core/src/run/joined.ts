import type { Tagged } from '../failure/failure.js'
import { NoReply } from '../failure/no-reply.js'
import { PartialFailure, type FailedBranch } from '../failure/partial-failure.js'
import type { Settle } from '../ports/journal.js'
import { left, right, type Result } from '../result/result.js'

/** What one branch came to. */
export type Ending =
  | { readonly as: 'reply'; readonly value: unknown }
  | { readonly as: 'failure'; readonly error: Tagged; readonly attempts: number }
  | { readonly as: 'none' }

/** How many replies are enough; more than there are where every branch is awaited. */
export const enough = (settle: Settle, branches: number): number => {
  if (settle === 'all') return branches
  if (settle === 'any') return 1
  return settle === 'bestEffort' ? branches + 1 : settle.quorum
}

/**
 * The replies of branches as one body, by policy, or `PartialFailure` with every failure. `names` in the order of the result;
 * a name without an ending is still outstanding. `each`: a list instead of a record.
 */
export const joined = (
  settle: Settle,
  names: readonly string[],
  endings: ReadonlyMap<string, Ending>,
  optional: ReadonlySet<string> | 'every',
  each: boolean,
): Result<PartialFailure, unknown> => {
  const failed: FailedBranch[] = []
  const values: [string, unknown][] = []
  let replied = 0
  for (const name of names) {
    const end = whole(endings.get(name), optional === 'every' || optional.has(name))
    if (end === undefined) {
      if (each) values.push([name, undefined])
      continue
    }
    if (end.as === 'failure') failed.push({ branch: name, error: end.error, attempts: end.attempts })
    else replied++
    if (settle === 'bestEffort')
      values.push([name, end.as === 'failure' ? left(end.error) : right(end.value)])
    else if (end.as === 'reply') values.push([name, end.value])
    else if (each) values.push([name, undefined])
  }
  const met = settle === 'bestEffort' || replied >= enough(settle, names.length)
  if (!met) return left(new PartialFailure(failed))
  return right(each ? values.map(([, v]) => v) : Object.fromEntries(values))
}

// A branch that filters may end without a reply, which is one; any other has failed.
const whole = (end: Ending | undefined, optional: boolean): Exclude<Ending, { as: 'none' }> | undefined => {
  if (end?.as !== 'none') return end
  return optional ? { as: 'reply', value: undefined } : { as: 'failure', error: new NoReply(), attempts: 0 }
}
