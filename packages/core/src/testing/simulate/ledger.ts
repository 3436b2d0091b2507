import type { FailureRecord } from '../../failure/failure-record.js'
import type { Json } from '../../message/json.js'
import type { Count, NewEntry } from '../../ports/journal.js'
import type { Alert } from '../../route/alert.js'
import type { Effect } from '../../step/step.js'
import type { Struck } from './fault.js'

// All times are virtual: epoch milliseconds. All lists are in the order in which things happened.

/** A message that a sender sent, until it had an answer. */
export interface Sent {
  /** Which one of the script it is, from 1. */
  readonly n: number
  readonly flow: string
  readonly raw: Json
  /** Every answer that its sender heard. `refused`: as undecodable. */
  readonly heard: readonly Acknowledgement[]
}

/** An answer that a sender heard. All but `refused` mean that the message is safe. */
export interface Acknowledgement {
  readonly as: 'accepted' | 'duplicate' | 'superseded' | 'dead' | 'refused'
  /** Of the message; empty when it was refused. */
  readonly id: string
  readonly at: number
}

/** One call of a target or of an alert, as it left its process. */
export interface Called {
  /** Counts up over the whole run. */
  readonly n: number
  readonly target: string
  readonly effect: Effect
  readonly flow: string
  readonly hop: string
  /** The idempotency key that it was sent with. */
  readonly key: string
  /** The entry whose attempt it is. */
  readonly entry: string
  /** The root id of its message. */
  readonly message: string
  /** What it was called with, after `with`: JSON text. */
  readonly body: string
  /** From 1. */
  readonly attempt: number
  readonly process: string
  readonly at: number
  /** Its process had lost the lease of the entry by then, and could not know. */
  readonly stale: boolean
  /** The destination was parked in its process. */
  readonly parked: boolean
  /** How often it took effect at the remote: 0, 1, or more when the network made copies of it. */
  readonly took: number
  /** The remote knew its key, and gave its first answer again. */
  readonly known: boolean
  /** What the caller heard; `undefined` when it was killed meanwhile, or never got an answer. */
  readonly heard: 'ok' | 'failed' | 'unknown' | undefined
}

/** An entry, over its whole life in the journal. */
export interface Lived {
  readonly entry: NewEntry
  /** Place in the journal's order, over all hops. */
  readonly n: number
  /** Put in by an accept, or emitted by the commit of another entry, whose id this is. */
  readonly by: { readonly as: 'accept' } | { readonly as: 'emit'; readonly of: string }
  readonly at: number
  /** How it ended: a reason for which entries are done, or `dead`; `undefined` while it waits. */
  readonly ended: string | undefined
  /** The failures of its attempts. */
  readonly errors: readonly FailureRecord[]
}

/** A message that was put aside. */
export interface Buried {
  readonly id: string
  readonly flow: string
  readonly hop: string
  readonly body: Json
  readonly error: FailureRecord
  readonly attempts: number
}

/** An alert that was delivered. */
export interface Told {
  readonly target: string
  readonly alert: Alert
  readonly key: string
  readonly at: number
}

/** Something that broke a law while it happened. */
export interface Breach {
  readonly law: string
  readonly why: string
  readonly at: number
}

/** All that is known of one run, once everything has come to rest. Laws are functions over it. */
export interface Ledger {
  readonly seed: number
  readonly processes: number
  readonly sent: readonly Sent[]
  readonly calls: readonly Called[]
  /** By id. */
  readonly entries: ReadonlyMap<string, Lived>
  readonly dead: readonly Buried[]
  readonly told: readonly Told[]
  readonly counts: readonly Count[]
  readonly faults: readonly Struck[]
  readonly breaches: readonly Breach[]
  /** What the world said that must have been taken in by the end: a source's own items. */
  readonly owed: readonly { readonly flow: string; readonly raw: Json }[]
  /** Entries by id whose route tells somebody, in the same commit, of the failure that they ended with. */
  readonly alerting: ReadonlySet<string>
  /** Entries by id whose end was committed together with an alert. */
  readonly alerted: ReadonlySet<string>
  /** The target that ends a hop, by flow and hop: `undefined` when none does. */
  targetOf(flow: string, hop: string): string | undefined
  /** From the first start to the rest at the end: virtual milliseconds. */
  readonly virtualMs: number
}
