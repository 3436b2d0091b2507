import { type Clock, type Journal, seededRandom, silentLogger } from '@xconnector/core'
import type { SqliteJournal } from '../../src/journal/sqlite-journal.js'
import type { SqliteOptions } from '../../src/options.js'
import { createJournal } from '../../src/sqlite.js'
import type { JournalMaker, JournalManyMaker } from '@xconnector/core/testing'
import { scratch } from './scratch.js'

type Kind = Pick<SqliteOptions, 'thread' | 'processes'>

const make = (file: string, clock: Clock, kind: Kind): SqliteJournal =>
  createJournal({ file, clock, random: seededRandom(1), log: silentLogger, ...kind })

/** Journals for the contract, each in a directory of its own. */
export const maker = (kind: Kind): JournalMaker => ({
  fresh: async ({ clock }) => {
    const { file, dispose } = await scratch()
    let current = make(file, clock, kind)
    const journal = current
    const next = (): Journal => (current = make(file, clock, kind))
    return {
      journal,
      restart: async () => {
        await current.close()
        return next()
      },
      crash: async () => {
        await current.drop()
        return next()
      },
      dispose: async () => {
        await current.close()
        await dispose()
      },
    }
  },
})

/** Several journals on one file for the contract of many processes. */
export const manyMaker = (thread: 'main' | 'worker'): JournalManyMaker => ({
  fresh: async ({ clock }) => {
    const { file, dispose } = await scratch()
    const made: SqliteJournal[] = []
    return {
      another: async () => {
        const journal = make(file, clock, { thread, processes: 'many' })
        made.push(journal)
        return journal
      },
      dispose: async () => {
        for (const journal of made) await journal.close()
        await dispose()
      },
    }
  },
})
