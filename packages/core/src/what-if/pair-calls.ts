import type { Call } from './call.js'

/** The calls of two versions, side by side. */
export interface Pairs {
  /** Calls of both that send the same. */
  readonly same: number
  readonly others: readonly (readonly [before: Call, after: Call])[]
  readonly onlyBefore: readonly Call[]
  readonly onlyAfter: readonly Call[]
}

/**
 * Which call of the one version is which of the other: of one target, those that send the same; then those of one key;
 * then the rest, in their order.
 */
export const pairCalls = (before: readonly Call[], after: readonly Call[]): Pairs => {
  const same = matched(before, after, (c) => `${c.target}\n${JSON.stringify(c.sends)}`)
  const keyed = matched(same.before, same.after, (c) => `${c.target}\n${c.key}`)
  const rest = matched(keyed.before, keyed.after, (c) => c.target)
  return {
    same: same.pairs.length,
    others: [...keyed.pairs, ...rest.pairs],
    onlyBefore: rest.before,
    onlyAfter: rest.after,
  }
}

/** The pairs that agree in what `by` says of them, first with first, and what is left over. */
const matched = (
  before: readonly Call[],
  after: readonly Call[],
  by: (c: Call) => string,
): {
  readonly pairs: readonly (readonly [Call, Call])[]
  readonly before: readonly Call[]
  readonly after: readonly Call[]
} => {
  const open = new Map<string, Call[]>()
  // The last first, so that they are taken from the end.
  for (const call of after.toReversed()) {
    const said = by(call)
    const known = open.get(said)
    if (known === undefined) open.set(said, [call])
    else known.push(call)
  }
  const pairs: (readonly [Call, Call])[] = []
  const taken = new Set<Call>()
  const left = before.filter((call) => {
    const other = open.get(by(call))?.pop()
    if (other === undefined) return true
    pairs.push([call, other])
    taken.add(other)
    return false
  })
  return { pairs, before: left, after: after.filter((c) => !taken.has(c)) }
}
