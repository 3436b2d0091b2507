import type { Done } from '../ports/journal.js'
import type { Entry } from './entry.js'
import { Heap } from './heap.js'

/** How many were ever written, how many ended for each reason, how many are dead now. */
export type Tally = Record<Done | 'in' | 'dead', number>

/** The living entries of one key: the one that may be claimed, and those behind it, by sequence. */
export interface KeyLine {
  head: Entry
  behind?: Heap<Entry>
}

/** What the memory journal keeps of one hop. */
export class HopLine {
  readonly flow: string
  readonly hop: string
  /** Claimable entries by due time, then sequence. */
  readonly due: Heap<Entry> = new Heap()
  /** Claimable entries that were in hand at a crash; they run one at a time. */
  readonly suspects: Heap<Entry> = new Heap()
  /** Claimable entries with a deadline, by the time from which they are both due and past it. */
  readonly overdue: Heap<Entry> = new Heap()
  /** Claimed entries by the end of their lease, where leases end. */
  readonly leases: Heap<Entry> = new Heap()
  readonly keys: Map<string, KeyLine> = new Map()
  readonly tally: Tally = {
    in: 0,
    delivered: 0,
    filtered: 0,
    discarded: 0,
    diverted: 0,
    superseded: 0,
    joined: 0,
    replayed: 0,
    dead: 0,
  }

  constructor(flow: string, hop: string) {
    this.flow = flow
    this.hop = hop
  }
}
