import type {
  Also,
  ClaimQuery,
  Claims,
  Count,
  FindQuery,
  Found,
  HopRef,
  JournalTrouble,
  Judged,
  Lease,
  Mark,
  NewEntry,
  Json,
  Opened,
  Settlement,
  Stored,
  Taken,
} from '@xconnector/core'

/** What an engine can be asked, as plain data: it crosses to a thread as it is. */
export type Call =
  | ({ readonly do: 'accept'; readonly entries: readonly NewEntry[] } & Pick<Also, 'state' | 'wake'>)
  | { readonly do: 'claim'; readonly query: ClaimQuery }
  | { readonly do: 'extend'; readonly leases: readonly Lease[]; readonly leaseMs: number }
  | { readonly do: 'mark'; readonly lease: Lease; readonly name: Mark; readonly value: Json }
  | { readonly do: 'commit'; readonly batch: readonly Settlement[] }
  | { readonly do: 'read'; readonly names: readonly string[] }
  | { readonly do: 'counts' }
  | { readonly do: 'oldest' }
  | { readonly do: 'find'; readonly query: FindQuery }
  | { readonly do: 'replay'; readonly ids: readonly string[] }
  | { readonly do: 'discard'; readonly ids: readonly string[]; readonly why: string }
  | { readonly do: 'erase'; readonly key: string }
  /** Removes a slice of what is out of its window, and runs no longer than that takes. */
  | { readonly do: 'sweep' }
  /** Carries out what was left in the table of commands. Gives whether anybody else has written since the last poll. */
  | { readonly do: 'poll' }

/** What each call gives. */
export interface Gives {
  accept: readonly Taken[] | 'conflict'
  claim: Claims
  extend: readonly boolean[]
  mark: boolean
  commit: readonly Judged[]
  read: Readonly<Record<string, Stored>>
  counts: readonly Count[]
  oldest: readonly (HopRef & { readonly at: number })[]
  find: readonly Found[]
  replay: readonly ('replayed' | 'reopened' | 'late' | 'absent')[]
  discard: readonly boolean[]
  erase: number
  sweep: void
  poll: boolean
}

/** Why a call was not served, as plain data. */
export interface Trouble {
  readonly trouble: JournalTrouble
  readonly message: string
}

/** `busy`: somebody else was writing; nothing was done, ask again soon. */
export type Answer = { readonly ok: unknown } | { readonly no: Trouble } | { readonly busy: true }

/** What an engine must know, as plain data. */
export interface Settings {
  readonly file: string
  readonly processes: 'one' | 'many'
  /** No growth beyond so many bytes. */
  readonly maxBytes?: number
  /** How many milliseconds dead letters are kept, by flow; `*` for the others. */
  readonly keepDead: Readonly<Record<string, number>>
}

/** What opening gives: beside what the port asks for, a remark for the log. */
export interface Opening {
  readonly opened: Opened
  readonly remarks: readonly string[]
}

/** Asks to open. */
export interface Start {
  readonly hops: readonly HopRef[]
  readonly now: number
}
