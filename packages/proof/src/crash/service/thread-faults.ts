import { DatabaseSync, StatementSync } from 'node:sqlite'
import { workerData } from 'node:worker_threads'
import { die } from './die.ts'
import { CHECKPOINT, isDue, OVER, RUNNING, type SharedOrder } from './shared-order.ts'

// Loaded into the journal's thread before its own code: dies at the commits, statements and checkpoints that it is told to.
// It wraps SQLite from outside; the journal is the one that is published.
const { order } = workerData as { readonly order: SharedOrder }

const [BEFORE_COMMIT, AFTER_COMMIT, IN_TRANSACTION, AT_CHECKPOINT] = [1, 2, 3, 4]

const { exec } = DatabaseSync.prototype
DatabaseSync.prototype.exec = function (this: DatabaseSync, sql: string): void {
  const commits = sql === 'COMMIT'
  if (commits && isDue(order, BEFORE_COMMIT)) die()
  exec.call(this, sql)
  if (!commits) return
  if (isDue(order, AFTER_COMMIT)) die()
  if (isDue(order, AT_CHECKPOINT)) checkpoint(this)
}

const checkpoint = (db: DatabaseSync): void => {
  Atomics.store(order, CHECKPOINT, RUNNING)
  Atomics.notify(order, CHECKPOINT)
  exec.call(db, 'PRAGMA wal_checkpoint(TRUNCATE)')
  Atomics.store(order, CHECKPOINT, OVER)
}

const { run } = StatementSync.prototype
StatementSync.prototype.run = function (this: StatementSync, ...values: never[]) {
  const result = run.apply(this, values as never)
  if (isDue(order, IN_TRANSACTION)) die()
  return result
}
