import type { Json, JsonText } from '../message/json.js'

/** When the replies of a gather are enough. */
export type Settle = 'all' | 'any' | 'bestEffort' | { readonly quorum: number }

/** A hop, by its names. */
export interface HopRef {
  readonly flow: string
  readonly hop: string
}

/** What a journal can do. A flow that needs what is missing fails at start, by name. */
export interface Capabilities {
  /** How many processes may work on one journal at once. */
  readonly processes: 'one' | 'many'
  readonly keyOrder: boolean
  readonly latest: boolean
  readonly joins: boolean
  /** Whether `accept` can join a transaction of the caller's. */
  readonly tx: boolean
}

/**
 * The durability port. Every write is one transaction, durable when its promise resolves; calls of one tick may share a
 * commit. A rejection is always a `JournalUnavailable`, and means that nothing was written.
 *
 * Entry states: *ready* (claimable when due and at the head of its key) → *claimed* → done, ready again, or *dead*;
 * an entry with a `join` starts as *joining*. Ids are a root id, or root id + `/` + path: all of a message is one range.
 */
export interface Journal {
  readonly can: Capabilities
  /**
   * Once, before all else. `unknown`: entries waiting on hops that are not listed; they wait on.
   * `unclean`: the last process did not close it.
   */
  open(hops: readonly HopRef[]): Promise<Opened>
  /**
   * Puts messages in. Judged in order: `dedupe` first (known and inside its window → `duplicate` with the first one's
   * id, whatever became of it), then `dead` (a dead letter from the start), then `latest` (older than the mark →
   * counted as superseded, not stored). A state move whose `expect` differs → 'conflict', and nothing is written.
   */
  accept(entries: readonly NewEntry[], also?: Also): Promise<readonly Taken[] | 'conflict'>
  /**
   * Leases what is due, at the head of its key, in order of due time, then sequence. `wants` in order of preference,
   * each with its own quota; `max` over all. `overdue` asks for entries past their deadline only. An entry is never
   * leased twice at once. After an unclean stop, entries that were claimed before are leased one at a time.
   */
  claim(query: ClaimQuery): Promise<Claims>
  /** Which of the leases are still held, now for `leaseMs` more. */
  extend(leases: readonly Lease[], leaseMs: number): Promise<readonly boolean[]>
  /** Writes a mark of a claimed entry. Durable before it resolves. false: fenced. */
  mark(lease: Lease, name: Mark, value?: Json): Promise<boolean>
  /**
   * Settles claimed entries, each judged alone. `fenced`: the lease is lost, nothing was written. `conflict`: a state
   * move's `expect` differs; nothing of that settlement was written and its lease is still held. `superseded`: it was
   * to go again, but a newer version had come: done, counted as superseded.
   */
  commit(batch: readonly Settlement[]): Promise<readonly Judged[]>
  /** State by name; absent names are left out. */
  read(names: readonly string[]): Promise<Readonly<Record<string, Stored>>>
  /**
   * Calls `wake` when something may have become claimable, or state may have moved, by anybody else's hand; and when the
   * journal is seen to fail, or to work again, so that `health()` knows.
   */
  watch(wake: () => void): () => void
  readonly admin: Admin
  /** Afterwards every call rejects with `JournalUnavailable` (closed). Twice is allowed. */
  close(): Promise<void>
}

export interface Opened {
  readonly unknown: readonly (HopRef & { readonly entries: number })[]
  readonly unclean: boolean
}

export interface Also {
  readonly state?: readonly StateMove[]
  /** As in a settlement. */
  readonly wake?: readonly string[]
  readonly tx?: unknown
}

export interface NewEntry extends HopRef {
  /** Also the idempotency key. An emitted id that exists already is left alone: emits are idempotent. */
  readonly id: string
  readonly body: JsonText
  /** Headers, source, type, time, correlation: opaque. Left out at an emit: that of the settled entry. */
  readonly envelope?: JsonText
  /** Entries of one (hop, key) are claimed one at a time, in sequence, retries and restarts included. */
  readonly key?: string
  /** Scoped by the caller. `until`: epoch milliseconds. Only at `accept`. */
  readonly dedupe?: { readonly key: string; readonly until: number }
  /**
   * The high-water mark of (flow, key): older versions never get in or go again, and ready ones are superseded when a
   * newer one comes; claimed ones are never touched. Numbers come before strings, strings compare by code point.
   */
  readonly latest?: { readonly key: string; readonly version: number | string }
  /** Epoch milliseconds before which it is not claimed. Left out: at once. */
  readonly notBefore?: number
  /** Epoch milliseconds. Only `overdue` claims look at it. */
  readonly deadline?: number
  /** This entry waits for replies. Ready when its policy is met, or when no reply is outstanding. */
  readonly join?: { readonly expect: readonly string[]; readonly settle: Settle }
  /** This entry, and the one entry that may inherit it at an emit (by naming it again), answers a join. */
  readonly answers?: { readonly join: string; readonly as: string }
  /** Poison: a dead letter from the start, with this error. */
  readonly dead?: Json
}

export interface Taken {
  readonly id: string
  readonly as: 'accepted' | 'duplicate' | 'superseded' | 'dead'
}

export interface ClaimQuery {
  readonly wants: readonly Want[]
  readonly max: number
  readonly leaseMs: number
}

export interface Want extends HopRef {
  readonly max: number
  readonly overdue?: true
}

/** `next`: epoch milliseconds when the earliest waiting entry of these hops is due, if any waits. */
export interface Claims {
  readonly entries: readonly Claimed[]
  readonly next?: number
}

/** `token` fences: another claim of the same entry has another. */
export interface Lease {
  readonly id: string
  readonly token: string
}

export type Mark = 'sent' | `once:${string}`

/** What a join got from one branch. `none`: it ended without a reply (filtered, discarded, superseded). */
export type Reply =
  | { readonly as: 'reply'; readonly value: JsonText }
  | { readonly as: 'failure'; readonly error: Json }
  | { readonly as: 'none' }

/** An entry in hand. `dedupe`, `dead` and `notBefore` are not given back. */
export interface Claimed extends NewEntry {
  readonly lease: Lease
  /** Place in the journal's order. */
  readonly seq: number
  /** When it was written: epoch milliseconds. */
  readonly at: number
  /** Failed attempts (`again` with `spend`) since accept or replay. */
  readonly attempts: number
  /** Claims since the last outcome, this one included, as far as crashes can be counted by them. */
  readonly claims: number
  /** As given at the last `again`. */
  readonly memo?: Json
  readonly marks: Readonly<Record<string, Json>>
  /** Of a join: what came, by `as`. */
  readonly replies?: Readonly<Record<string, Reply>>
}

/** A compare-and-set: `expect` is the version read, 0 for absent. `undefined` removes. */
export interface StateMove {
  readonly name: string
  readonly expect: number
  readonly value: Json | undefined
  /** The version that it makes, a whole number above 0. Default `expect` + 1. */
  readonly version?: number
}

/** State as read. Versions count up from 1 with every move that does not say another. */
export interface Stored {
  readonly version: number
  readonly value: Json
}

/** Why an entry is done. */
export type Done = 'delivered' | 'filtered' | 'discarded' | 'diverted' | 'superseded' | 'joined' | 'replayed'

/** What becomes of a claimed entry, with what it emits and the state it moves: all or nothing. */
export type Settlement = {
  readonly lease: Lease
  readonly emit?: readonly NewEntry[]
  readonly state?: readonly StateMove[]
  /** Entries by id that wait for their time, in no hand: they are due now. Any other id is left alone. */
  readonly wake?: readonly string[]
} & Outcome

export type Outcome =
  /** `reply` answers the join that the entry answers, unless an emitted entry inherited that. Without: `none`. */
  | { readonly as: 'done'; readonly why: Done; readonly reply?: JsonText }
  /** To be claimed again at `at`. `spend`: counts as a failed attempt. Clears `sent`, keeps `once:`. */
  | {
      readonly as: 'again'
      readonly at: number
      readonly spend: boolean
      readonly error?: Json
      readonly memo?: Json
    }
  /** Stop: no outcome, and no claim counted. */
  | { readonly as: 'back' }
  /** A dead letter; `hold`: its key waits. Answers its join with the failure. Clears `sent`. */
  | { readonly as: 'dead'; readonly error: Json; readonly hold?: true }

export type Judged = 'ok' | 'fenced' | 'conflict' | 'superseded'

/** For people: look, repair, forget. */
export interface Admin {
  /**
   * Per hop: `in` (written since ever), each `Done` reason, `dead` (now), `waiting` (ready, claimed or joining now).
   * Always in = done + dead + waiting.
   */
  counts(): Promise<readonly Count[]>
  /** In sequence, `after` a sequence number. Done entries are found while their message lives (the root only). */
  find(query: FindQuery): Promise<readonly Found[]>
  /**
   * When the oldest entry that waits at each hop was written: epoch milliseconds. Cheap on any backlog, and for that only near
   * the truth where very many wait. Left out by journals on which `find` is as cheap.
   */
  oldest?(): Promise<readonly (HopRef & { readonly at: number })[]>
  /**
   * Dead letters back to ready, attempts 0, marks `once:` kept, a deadline that has passed gone. `reopened`: its join waits for it again. `late`: the
   * join has gone on without it; the entry runs all the same. `absent`: no dead letter of that id.
   */
  replay(ids: readonly string[]): Promise<readonly ('replayed' | 'reopened' | 'late' | 'absent')[]>
  /** Ends dead letters or waiting entries for good. `why`: 'replayed', or anything else: 'discarded'. false: none. */
  discard(ids: readonly string[], why: string): Promise<readonly boolean[]>
  /** Removes whatever is kept of a key: waiting entries, dead letters, roots, marks. Gives how many entries. */
  erase(key: string): Promise<number>
}

export interface Count extends HopRef {
  readonly what: string
  readonly n: number
}

export interface FindQuery {
  readonly root?: string
  readonly state?: 'waiting' | 'dead'
  readonly flow?: string
  readonly hop?: string
  /** `_tag` of the last error. */
  readonly tag?: string
  readonly after?: number
  readonly limit: number
}

export interface Found extends NewEntry {
  readonly seq: number
  readonly at: number
  readonly state: 'ready' | 'claimed' | 'joining' | 'dead' | 'done'
  readonly attempts: number
  readonly claims: number
  /** When it is due: epoch milliseconds. */
  readonly due: number
  /** The errors of its attempts, oldest first; at most the first and the 19 last. */
  readonly errors: readonly Json[]
  /** Of a join: what came, by `as`. */
  readonly replies?: Readonly<Record<string, Reply>>
}
