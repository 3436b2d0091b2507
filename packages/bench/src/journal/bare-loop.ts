import { DatabaseSync } from 'node:sqlite'
import { seededRandom, systemClock, uuidv7 } from '@xconnector/core'
import type { Sample } from '../harness/sample.ts'
import { commitsOf } from './commits.ts'
import { freshFile } from './disk.ts'
import { inFlight, seconds } from './in-flight.ts'
import { texts } from './message.ts'

interface Waiting {
  readonly id: string
  readonly body: string
  readonly stored: () => void
}

/**
 * The yardstick: a loop that inserts into a table without an index, `synchronous=FULL`; what comes in one turn of the
 * event loop shares a commit, up to `group` of it.
 */
export const bareLoop = async (n: number, width: number, group: number): Promise<Sample> => {
  const file = freshFile('bare')
  const db = new DatabaseSync(file)
  db.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL')
  db.exec('CREATE TABLE stored(seq INTEGER PRIMARY KEY, id TEXT, body TEXT) STRICT')
  const insert = db.prepare('INSERT INTO stored(id, body) VALUES (?, ?)')
  const ids = uuidv7(systemClock, seededRandom(1))
  let waiting: Waiting[] = []
  const flush = (): void => {
    const now = waiting.slice(0, group)
    waiting = waiting.slice(group)
    if (waiting.length > 0) setImmediate(flush)
    db.exec('BEGIN IMMEDIATE')
    for (const { id, body } of now) insert.run(id, body)
    db.exec('COMMIT')
    for (const { stored } of now) stored()
  }
  const put = (i: number): Promise<void> =>
    new Promise((stored) => {
      if (waiting.push({ id: ids.next(), body: texts[i % texts.length]!, stored }) === 1) setImmediate(flush)
    })
  await inFlight(n / 10, width, put)
  const before = commitsOf(file)
  const took = await seconds(() => inFlight(n, width, put))
  const commits = commitsOf(file) - before
  db.close()
  return { 'per s': n / took, 'commits each': commits / n }
}
