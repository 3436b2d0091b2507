import type { JsonText } from '../message/json.js'
import type { HopRef, NewEntry } from '../ports/journal.js'
import type { Bound } from './dedupe.js'
import type { Entry } from './entry.js'
import { HopLine } from './hop-line.js'
import type { Part } from './answer.js'
import type { Parts } from './parts.js'
import type { HighWater } from './latest.js'

/** State by name, as kept. */
export interface KeptState {
  readonly version: number
  readonly text: JsonText
}

/** One who waits for a wake, and the journal through which it waits. */
export interface Watcher {
  readonly owner: object
  readonly wake: () => void
}

/** All that a memory journal keeps, and all that is left of one that was dropped. */
export class Disk {
  seq = 0
  boot = 0
  tokens = 0
  clean = true
  /** Where only one journal may work: the one that does. */
  owner: object | undefined = undefined
  many = false
  /** Entries up to this sequence number were here before an unclean stop: their claims are counted. */
  oldUpTo = 0
  /** The one suspect that is in hand. */
  suspect: Entry | undefined = undefined
  readonly lines: Map<string, Map<string, HopLine>> = new Map()
  /** By id, in sequence. */
  readonly entries: Map<string, Entry> = new Map()
  /** By root id: what is kept of a message. */
  readonly messages: Map<string, Set<Entry>> = new Map()
  readonly held: Set<Entry> = new Set()
  /** By the id of a join: what came, by name. */
  readonly parts: Map<string, Parts> = new Map()
  /** While entries of one call come in: what they answer. */
  unsaid: [NonNullable<NewEntry['answers']>, Part][] | undefined = undefined
  readonly dedupe: Map<string, Bound> = new Map()
  dedupeWalk: Iterator<[string, Bound]> | undefined = undefined
  /** By flow, then by key. */
  readonly latest: Map<string, Map<string, HighWater>> = new Map()
  readonly state: Map<string, KeptState> = new Map()
  readonly watchers: Set<Watcher> = new Set()

  /** The line of a hop, made when it is the first time. */
  line(flow: string, hop: string): HopLine {
    let hops = this.lines.get(flow)
    if (hops === undefined) this.lines.set(flow, (hops = new Map()))
    let line = hops.get(hop)
    if (line === undefined) hops.set(hop, (line = new HopLine(flow, hop)))
    return line
  }

  /** The line of a hop that has ever had an entry. */
  known({ flow, hop }: HopRef): HopLine | undefined {
    return this.lines.get(flow)?.get(hop)
  }
}
