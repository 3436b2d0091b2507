// Holds a journal's lock as another runtime would, until it is killed, or for so many milliseconds as it is told.
import { DatabaseSync } from 'node:sqlite'

const lock = new DatabaseSync(`${process.argv[2]}.lock`, { timeout: 0 })
lock.exec('PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE')
process.send('held')
process.on('message', (ms) => setTimeout(() => lock.exec('ROLLBACK'), ms))
