import type { Count } from '../../src/index.js'

/** How many entries of a flow's hops are, or ended as, `what`. */
export const counted = (counts: readonly Count[], what: string, hop?: string): number =>
  counts.filter((c) => c.what === what && (hop === undefined || c.hop === hop)).reduce((n, c) => n + c.n, 0)

/** Whether everything that was ever written is accounted for, hop by hop. */
export const balanced = (counts: readonly Count[]): boolean => {
  const sums = new Map<string, number>()
  for (const c of counts) {
    const hop = `${c.flow}\n${c.hop}`
    sums.set(hop, (sums.get(hop) ?? 0) + (c.what === 'in' ? c.n : -c.n))
  }
  return [...sums.values()].every((n) => n === 0)
}
