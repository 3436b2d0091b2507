import type { DatabaseSync } from 'node:sqlite'

/** Runs a transaction whose deletions leave nothing behind, neither in the file nor in its log. */
export const securely = <A>(db: DatabaseSync, transaction: () => A): A => {
  db.exec('PRAGMA secure_delete = ON')
  try {
    return transaction()
  } finally {
    // What was erased must not live on in the log either.
    db.exec('PRAGMA secure_delete = OFF; PRAGMA wal_checkpoint(TRUNCATE)')
  }
}
