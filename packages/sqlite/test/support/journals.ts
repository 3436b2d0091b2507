import {
  type Claimed,
  type Clock,
  isFailure,
  type Journal,
  type Logger,
  type NewEntry,
  seededRandom,
  silentLogger,
} from '@xconnector/core'
import { onTestFinished } from 'vitest'
import type { SqliteJournal } from '../../src/journal/sqlite-journal.js'
import type { SqliteOptions } from '../../src/options.js'
import { createJournal } from '../../src/sqlite.js'
import { hops } from './hops.js'
import { scratch, type Scratch } from './scratch.js'

export { hops }

/** A directory that goes with the test. */
export const place = async (under?: string): Promise<Scratch> => {
  const made = await scratch(under)
  onTestFinished(() => made.dispose())
  return made
}

/** A journal that is closed with the test; silent, and in this thread, unless said otherwise. */
export const journalOn = (file: string, options: Partial<SqliteOptions> = {}): SqliteJournal => {
  const journal = createJournal({
    file,
    thread: 'main',
    log: silentLogger,
    random: seededRandom(7),
    ...options,
  })
  onTestFinished(() => journal.close().catch(() => {}))
  return journal
}

/** An entry of hop `a`. */
export const entry = (id: string, over: Partial<NewEntry> = {}): NewEntry => ({
  id,
  flow: 'f',
  hop: 'a',
  body: '{}',
  ...over,
})

/** What a rejected call says. */
export const refusal = async (call: Promise<unknown>): Promise<{ trouble: string; message: string }> => {
  try {
    await call
  } catch (error) {
    if (isFailure(error) && error._tag === 'JournalUnavailable' && 'trouble' in error) {
      return { trouble: String(error.trouble), message: error.message }
    }
    throw error
  }
  throw new Error('the call was served')
}

/** Claims whatever there is. */
export const claim = async (journal: Journal, max = 100): Promise<readonly Claimed[]> =>
  (await journal.claim({ wants: hops.map((ref) => ({ ...ref, max })), max, leaseMs: 30_000 })).entries

/** A logger that keeps its warnings. */
export const warnings = (): Logger & { readonly said: string[] } => {
  const said: string[] = []
  return { ...silentLogger, said, warn: (_, message) => void said.push(message) }
}

/** The machine's clock, whose time stands where it is put. */
export const clockAt = (clock: Clock, now: () => number): Clock => ({ ...clock, now })
