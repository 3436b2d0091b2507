import { EMPTY_BOOK, readJournalBooks, type HopBook } from '@xconnector/example-kit/journal-books'
import { SYSTEMS, type TargetName } from '../shared/evidence.ts'

/** The flows of the demo. */
export const FLOWS = ['entries', 'assets', 'vip-events'] as const

export type FlowName = (typeof FLOWS)[number]

/** Which flow feeds which target. */
export const FLOW_OF: Readonly<Record<TargetName, FlowName>> = {
  site: 'entries',
  portal: 'entries',
  vip: 'assets',
  tracking: 'vip-events',
}

/** What the journal's file says: of the hop that every message of a flow starts at, and of the hop of each target. */
export interface Books {
  readonly starts: Readonly<Record<FlowName, HopBook>>
  readonly targets: Readonly<Record<TargetName, HopBook>>
  /** Hops that came from nowhere the checker knows of: `flow/hop`. */
  readonly strange: readonly string[]
}

/** Reads the books of the demo's flows from a journal that nobody writes to any more. */
export const readBooks = (file: string): Books => {
  const hops = readJournalBooks(file)
  const known = new Set<unknown>()
  const bookOf = (flow: FlowName, is: (name: string) => boolean): HopBook => {
    const hop = hops.find((each) => each.flow === flow && is(each.name))
    known.add(hop)
    return hop?.book ?? EMPTY_BOOK
  }
  const targets: Books['targets'] = {
    site: bookOf('entries', isBranch('site')),
    portal: bookOf('entries', isBranch('portal')),
    vip: bookOf('assets', isTarget),
    tracking: bookOf('vip-events', isTarget),
  }
  const isStart = (flow: FlowName): ((name: string) => boolean) => {
    if (flow === 'entries') return (name) => !SYSTEMS.some((system) => isBranch(system)(name))
    const before = hops.some((hop) => hop.flow === flow && !isTarget(hop.name))
    return (name) => !before || !isTarget(name)
  }
  const starts = Object.fromEntries(FLOWS.map((flow) => [flow, bookOf(flow, isStart(flow))]))
  const strange = hops.filter((hop) => !known.has(hop)).map(({ flow, name }) => `${flow}/${name}`)
  return { starts: starts as Books['starts'], targets, strange }
}

// A branch's hop has the branch's name, or a path below it.
const isBranch =
  (branch: string) =>
  (name: string): boolean =>
    name.split('/')[0] === branch

// A hop that ends before its flow's target is named after that.
const isTarget = (name: string): boolean => !name.startsWith('before ')
