import { type Clock, type Journal, seededRandom, silentLogger } from '@xconnector/core'
import type { SqliteJournal } from '../../src/journal/sqlite-journal.js'
import { createJournal } from '../../src/sqlite.js'

/** Opens one file again and again, each time in place of whoever had it before, who is killed if it has not closed it. */
export const reopened = (file: string): ((clock: Clock) => Journal) => {
  let last: SqliteJournal | undefined
  return (clock) => {
    const before = last
    const journal = createJournal({
      file,
      clock,
      thread: 'main',
      random: seededRandom(7),
      log: silentLogger,
    })
    last = journal
    return {
      can: journal.can,
      admin: journal.admin,
      async open(hops) {
        await before?.drop()
        return journal.open(hops)
      },
      accept: (entries, also) => journal.accept(entries, also),
      claim: (query) => journal.claim(query),
      extend: (leases, leaseMs) => journal.extend(leases, leaseMs),
      mark: (lease, name, value) => journal.mark(lease, name, value),
      commit: (batch) => journal.commit(batch),
      read: (names) => journal.read(names),
      watch: (wake) => journal.watch(wake),
      close: () => journal.close(),
    }
  }
}
