import type { DriftAlarm } from '../drift/alarm.js'
import type { RunReport } from '../flow/run-report.js'
import type { FailureRecord } from '../failure/failure-record.js'
import type { Json } from '../message/json.js'
import type { Controlled, Pause } from '../operate/controlled.js'
import type { HopRef } from '../ports/journal.js'

/** Where something happened to a message. Times are epoch milliseconds. */
export interface EntryEvent extends HopRef {
  /** The entry's id: also its idempotency key. */
  readonly id: string
  readonly at: number
}

/** An attempt that came to an outcome. */
export interface AttemptEvent extends EntryEvent {
  /** Which one, from 1; 0 for poison, which is dead before any attempt. */
  readonly attempt: number
  /** How long it took: milliseconds. */
  readonly ms: number
}

/** What a failed attempt tells beside. */
export interface FailedEvent extends AttemptEvent {
  /** As it is stored: built from scratch, secrets masked. */
  readonly error: FailureRecord
}

/** What a runtime tells. Told after the fact, outside the work: a listener that throws or blocks changes nothing. */
export interface RuntimeEvents {
  /** Messages are durable. */
  accepted: [
    event: HopRef & {
      readonly id: string
      readonly at: number
      readonly as: 'accepted' | 'duplicate' | 'superseded' | 'dead'
    },
  ]
  /** A hop is done; `target`: what was delivered to. */
  done: [event: AttemptEvent & { readonly why: string; readonly target?: string }]
  /** It will be tried again at `next`. */
  retry: [event: FailedEvent & { readonly next: number }]
  /** It is a dead letter: after its last attempt, or, as poison, when it was accepted. */
  dead: [event: FailedEvent]
  /** A batch run is over: every item of it has come to an end. */
  run: [event: RunReport]
  /** Another process has the entry: nothing was written. */
  fenced: [event: EntryEvent]
  /** A destination takes no calls until `until`: the remote `asked` for that, or calls to it were `failing`. */
  parked: [
    event: {
      readonly destination: string
      readonly at: number
      readonly until: number
      readonly why?: 'asked' | 'failing' | undefined
    },
  ]
  /** Somebody paused something, here or elsewhere; or it was found paused at the start. */
  paused: [event: Pause & { readonly at: number }]
  /** It goes on. */
  resumed: [event: { readonly what: Controlled; readonly since: number; readonly at: number }]
  /** It takes calls again. */
  opened: [event: { readonly destination: string; readonly at: number }]
  /** Entries wait on flows or hops that are not deployed. */
  orphans: [event: { readonly hops: readonly (HopRef & { readonly entries: number })[] }]
  /** It stops: nothing new is taken, what is in flight is finished. */
  stopping: [event: { readonly at: number }]
  /** Messages of a source do not look as they did: told at once, and once a day as long as it goes on. */
  drift: [event: DriftAlarm]
  /** The journal could not write; it is tried again. */
  trouble: [event: { readonly at: number; readonly error: Json }]
}
