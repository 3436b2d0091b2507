import type { Law } from './finding.ts'
import { booksBalance } from './laws/books-balance.ts'
import { contractKept } from './laws/contract-kept.ts'
import { eventsTracked } from './laws/events-tracked.ts'
import { filesAreReal } from './laws/files-are-real.ts'
import { filesEqual } from './laws/files-equal.ts'
import { journalIsRight } from './laws/journal-is-right.ts'
import { killedAtWork } from './laws/killed-at-work.ts'
import { lettersReplayed } from './laws/letters-replayed.ts'
import { neverOlder } from './laws/never-older.ts'
import { newestEverywhere } from './laws/newest-everywhere.ts'
import { nothingLost } from './laws/nothing-lost.ts'
import { onlyApproved } from './laws/only-approved.ts'
import { recordsAsSent } from './laws/records-as-sent.ts'
import { repeatsExplained } from './laws/repeats-explained.ts'
import { uploadsResumed } from './laws/uploads-resumed.ts'

/** What must hold at the end of a run: first what was promised, in the order of what hurts most, then whether it was hard enough. */
export const laws: readonly Law[] = [
  nothingLost,
  booksBalance,
  newestEverywhere,
  filesEqual,
  recordsAsSent,
  onlyApproved,
  neverOlder,
  repeatsExplained,
  journalIsRight,
  eventsTracked,
  lettersReplayed,
  uploadsResumed,
  contractKept,
  killedAtWork,
  filesAreReal,
]
