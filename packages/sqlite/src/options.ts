import type { Clock, Duration, Logger, Random } from '@xconnector/core'

/** Options of `sqlite()`. */
export interface SqliteOptions {
  /** The journal's file; made when it is not there, with mode 0600. Its directory must exist, on a local disk. */
  readonly file: string
  /**
   * How many processes may work on the file at once. `'one'`, the default: a second runtime is refused at once
   * (`JournalUnavailable`, in-use). `'many'`, on one machine: every runtime on the file must say so; it is for
   * availability, not for speed, and needs SQLite 3.51.3 or newer.
   */
  readonly processes?: 'one' | 'many'
  /**
   * Where the connection lives. `'worker'`, the default: a thread of its own, so that a slow disk stops no event loop.
   * `'main'`: this thread; a fifth more throughput, but every fsync stops the event loop.
   */
  readonly thread?: 'worker' | 'main'
  /** How long things are kept that are needed no more. */
  readonly retention?: Retention
  /** The file never grows beyond so many bytes (`JournalUnavailable`, full). Default: as far as the disk goes. */
  readonly maxBytes?: number
  /** At most so many calls share a commit. Default 256. */
  readonly maxGroup?: number
  /** Default: the machine's. */
  readonly clock?: Clock
  /** Default: the platform's. */
  readonly random?: Random
  /** Told of places that do not last. Default: warnings to stderr. */
  readonly log?: Logger
}

/**
 * What is done is deleted in the commit that ends it, and counted; the root of a message stays until all of it has ended.
 * Dedupe keys go when their window is over. High-water marks stay.
 */
export interface Retention {
  /**
   * How long dead letters are kept: for all flows, or by flow, `*` for the others. Older ones are discarded, and counted
   * so. Default: for ever.
   */
  readonly dead?: Duration | Readonly<Record<string, Duration>>
}
