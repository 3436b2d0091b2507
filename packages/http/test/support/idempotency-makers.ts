import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryJournal, memoryStore, silentLogger, type Journal } from '@xconnector/core'
import { sqlite } from '@xconnector/sqlite'
import { journalIdempotency, memoryIdempotency } from '../../src/index.js'
import type { IdempotencyStoreMaker } from '../../src/testing/index.js'

export const inMemory: IdempotencyStoreMaker = {
  fresh: async () => ({ store: memoryIdempotency(), dispose: async () => {} }),
}

const onJournals = async (
  next: () => Journal,
  drop: (journal: Journal) => Promise<void>,
  clean: () => Promise<void>,
): ReturnType<IdempotencyStoreMaker['fresh']> => {
  let journal = next()
  await journal.open([])
  return {
    store: journalIdempotency(journal),
    crash: async () => {
      await drop(journal)
      journal = next()
      await journal.open([])
      return journalIdempotency(journal)
    },
    dispose: async () => {
      await journal.close()
      await clean()
    },
  }
}

export const onMemoryJournal: IdempotencyStoreMaker = {
  fresh: () => {
    const store = memoryStore()
    return onJournals(
      () => memoryJournal({ store }),
      async () => {},
      async () => {},
    )
  },
}

/** As the end of its process would leave it: nothing is closed. */
export const dropped = (journal: Journal): Promise<void> =>
  (journal as Journal & { drop(): Promise<void> }).drop()

/** A SQLite file in a directory of its own. */
export const scratch = async (): Promise<{ next(): Journal; clean(): Promise<void> }> => {
  const directory = await mkdtemp(join(tmpdir(), 'http-idempotency-'))
  const file = join(directory, 'journal.db')
  return {
    next: () => sqlite({ file, thread: 'main', log: silentLogger }),
    clean: () => rm(directory, { recursive: true, force: true }),
  }
}

export const onSqlite: IdempotencyStoreMaker = {
  fresh: async () => {
    const { next, clean } = await scratch()
    return onJournals(next, dropped, clean)
  },
}
