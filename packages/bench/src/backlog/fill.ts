import { sqlite } from '@xconnector/sqlite'
import { backlogService, bodyOf } from './backlog-service.ts'

const BATCH = 500
const BATCHES_AT_ONCE = 4
/** Messages that cannot be decoded, spread over the others: dead letters. */
export const DEAD = 20

/** Puts so many messages and a few dead letters into a journal, through its engine, in large batches. `said` hears how far it is. */
export const fill = async (file: string, entries: number, said: (done: number) => void): Promise<void> => {
  const { runtime, accept } = backlogService(sqlite({ file }), 'accept')
  await runtime.start()
  const deadEvery = Math.ceil(entries / DEAD)
  let next = 0
  const work = async (): Promise<void> => {
    while (next < entries) {
      const from = next
      next = Math.min(entries, from + BATCH)
      const batch = Array.from({ length: next - from }, (_, i) => bodyOf(from + i))
      if (from % deadEvery < BATCH) batch.push({ nothing: from })
      await accept(batch)
      said(next)
    }
  }
  await Promise.all(Array.from({ length: BATCHES_AT_ONCE }, work))
  await runtime.stop()
}
