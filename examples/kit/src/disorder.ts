import { chance } from './chance.ts'

/** One change of a thing, in one of its versions. */
export interface Change {
  /** The same each time that the change is told. */
  readonly id: string
  readonly thing: string
  readonly version: number
}

/** Everything that is told in one run: the stream, then what was held back until all of that was delivered. */
export interface Disorder<C> {
  readonly stream: readonly C[]
  readonly late: readonly C[]
  /** Of the stream: told a second time under the same id. */
  readonly repeats: number
  /** Of the stream: told after a newer version of the same thing. */
  readonly overtaken: number
}

/** How much goes wrong: parts of 1. */
export interface DisorderOptions<C> {
  /** Of the versions that are not the newest: how many are held back. Default 0.06. */
  readonly late?: (change: C) => number
  /** Default 0.03. */
  readonly overtaken?: number
  /** Default 0.03. */
  readonly repeated?: number
}

/** Changes in the order in which they happened, made into what a receiver gets: some twice, some out of order, some far too late. */
export const disordered = <C extends Change>(
  all: readonly C[],
  options: DisorderOptions<C> = {},
): Disorder<C> => {
  const { late = () => 0.06, overtaken = 0.03, repeated = 0.03 } = options
  const newest = new Map<string, number>()
  for (const { thing, version } of all) newest.set(thing, Math.max(version, newest.get(thing) ?? 0))
  const isLate = (change: C): boolean =>
    change.version < newest.get(change.thing)! && chance('late', change.id) < late(change)
  const inTime = all.filter((change) => !isLate(change))
  // A place in the stream for each; sorting moves some of them down.
  const placed = inTime.flatMap((change, i) => {
    const shift = chance('overtaken', change.id) < overtaken ? all.length * 0.1 : 0
    const again = chance('repeated', change.id) < repeated
    const first = { change, at: i + shift, again: false }
    return again ? [first, { ...first, at: first.at + 1 + 300 * chance('gap', change.id), again }] : [first]
  })
  placed.sort((a, b) => a.at - b.at)
  return {
    stream: placed.map((p) => p.change),
    late: all.filter(isLate),
    repeats: placed.filter((p) => p.again).length,
    overtaken: countOvertaken(placed.filter((p) => !p.again).map((p) => p.change)),
  }
}

const countOvertaken = (told: readonly Change[]): number => {
  const newest = new Map<string, number>()
  let count = 0
  for (const { thing, version } of told) {
    const before = newest.get(thing) ?? 0
    if (version < before) count++
    newest.set(thing, Math.max(version, before))
  }
  return count
}
