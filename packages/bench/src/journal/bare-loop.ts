import { seededRandom, systemClock, uuidv7 } from '@xconnector/core'
import type { Sample } from '../harness/sample.ts'
import { commitsOf } from './commits.ts'
import { freshFile } from './disk.ts'
import { groupInsert } from './group-insert.ts'
import { inFlight, seconds } from './in-flight.ts'
import { texts } from './message.ts'

/** The yardstick: a loop that inserts, so many at a time, with commits of at most `group` rows. */
export const bareLoop = async (n: number, width: number, group: number): Promise<Sample> => {
  const file = freshFile('bare')
  const rows = groupInsert(file, group)
  const ids = uuidv7(systemClock, seededRandom(1))
  const put = (i: number): Promise<void> => rows.put(ids.next(), texts[i % texts.length]!)
  await inFlight(n / 10, width, put)
  const before = commitsOf(file)
  const took = await seconds(() => inFlight(n, width, put))
  const commits = commitsOf(file) - before
  rows.close()
  return { 'per s': n / took, 'commits each': commits / n }
}
