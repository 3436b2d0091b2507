import type { Mail } from '../cast/mail.ts'
import { tookEffect, type Received } from '../receiver/request-log.ts'
import type { Evidence } from './evidence.ts'
import type { EntryRow } from './journal-file.ts'

/** An acknowledged message: what was sent, and the ids that it was acknowledged under. */
export interface Told {
  readonly mail: Mail
  readonly ids: readonly string[]
}

/** The root of an entry's id. */
export const rootOf = (id: string): string => id.split('/', 1)[0]!

/** Timers that forget what a pattern remembers: no message waits in them. */
const isTimer = ({ hop }: EntryRow): boolean => hop.endsWith('/forget')

/** The evidence, by what the rules look for. */
export class Facts {
  readonly evidence: Evidence
  /** Acknowledged messages, by name. */
  readonly told = new Map<string, Told>()
  /** Names of messages, by root. */
  readonly byRoot = new Map<string, string>()
  /** Requests that took effect, by key, in the order in which they came. */
  readonly effects = new Map<string, Received[]>()
  /** Entries that wait or are dead, by id. */
  readonly open = new Map<string, EntryRow>()
  /** The same, by root. */
  readonly openOf = new Map<string, EntryRow[]>()
  readonly #inHand = new Map<string, number>()

  constructor(evidence: Evidence) {
    this.evidence = evidence
    for (const { id, mail } of evidence.acknowledged) {
      const ids = this.told.get(mail.m)?.ids ?? []
      this.told.set(mail.m, { mail, ids: ids.includes(id) ? ids : [...ids, id] })
      this.byRoot.set(id, mail.m)
    }
    for (const request of evidence.received)
      if (tookEffect(request)) push(this.effects, request.delivery.key, request)
    for (const row of evidence.journal.entries) {
      if (row.standing === 'done' || isTimer(row)) continue
      this.open.set(row.id, row)
      push(this.openOf, rootOf(row.id), row)
    }
    for (const id of [...evidence.violence.done.flatMap(({ inHand }) => inHand), ...evidence.violence.lost])
      this.#inHand.set(id, (this.#inHand.get(id) ?? 0) + 1)
  }

  /** How often an entry was in the hands of one who was killed, stopped, or lost his lease. */
  inHand(id: string): number {
    return this.#inHand.get(id) ?? 0
  }

  /** What stands for an entry that has had no effect: itself, or what it is to come from, waiting or dead. */
  standsFor(id: string): EntryRow | undefined {
    for (let at = id; ; at = at.slice(0, at.lastIndexOf('/'))) {
      const row = this.open.get(at)
      if (row !== undefined || !at.includes('/')) return row
    }
  }

  /** First deliveries of one effect of a flow, one for each key, in the order in which they came. */
  firsts(kind: Mail['kind'], part: string): readonly Received[] {
    return [...this.effects.values()]
      .map((all) => all[0]!)
      .filter(({ delivery }) => delivery.kind === kind && delivery.part === part)
      .toSorted((a, b) => this.#place(a) - this.#place(b))
  }

  readonly #places = new Map<Received, number>()
  #place(request: Received): number {
    if (this.#places.size === 0) this.evidence.received.forEach((r, i) => this.#places.set(r, i))
    return this.#places.get(request) ?? 0
  }
}

export const push = <K, V>(map: Map<K, V[]>, key: K, value: V): void => {
  const list = map.get(key)
  if (list === undefined) map.set(key, [value])
  else list.push(value)
}
