import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { commitsOf } from '../src/journal/commits.ts'

test('every transaction that writes is counted, reads and checkpoints are not', () => {
  const folder = mkdtempSync(join(tmpdir(), 'commits-'))
  const file = join(folder, 'test.db')
  const db = new DatabaseSync(file)
  onTestFinished(() => {
    db.close()
    rmSync(folder, { recursive: true })
  })
  db.exec('PRAGMA journal_mode=WAL; CREATE TABLE t(n INTEGER)')
  const before = commitsOf(file)
  for (let i = 0; i < 10; i++)
    db.exec(`BEGIN; INSERT INTO t VALUES (${i}); INSERT INTO t VALUES (${i}); COMMIT`)
  db.prepare('SELECT count(*) FROM t').get()
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  db.exec('INSERT INTO t VALUES (1)')
  expect(commitsOf(file) - before).toBe(11)
})
