import type { Call, Opening, Start } from '../call.js'

/**
 * Where the engine lives: in this thread, or in one of its own. Calls of one tick are one group. Every rejection is a
 * `JournalUnavailable`.
 */
export interface Host {
  open(start: Start): Promise<Opening>
  ask(call: Call): Promise<unknown>
  /** Serves what was asked, then ends cleanly. */
  close(): Promise<void>
  /** Ends as a killed process would: nothing more is written, nothing more is answered. */
  drop(): Promise<void>
}
