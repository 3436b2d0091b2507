import { copyFileSync, constants, statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { sqlite } from '@xconnector/sqlite'
import type { Sample } from '../harness/sample.ts'
import { freshFile } from '../journal/disk.ts'
import { backlogService } from './backlog-service.ts'

const TARGETS = 2

/** What is worked off of which file. */
export interface WorkingOptions {
  readonly file: string
  /** So many messages are worked off. */
  readonly messages: number
  /** Whether the last process on it was killed. */
  readonly killed?: boolean
}

/**
 * Starts a service on a copy of a journal, and works off some of what waits there: milliseconds from `runtime.start()` to
 * the first claim and to the start's end, messages a second, bytes, memory, and how long the operator's questions take.
 */
export const working = async ({ file: from, messages, killed = false }: WorkingOptions): Promise<Sample> => {
  const file = freshFile('backlog')
  copyFileSync(from, file, constants.COPYFILE_FICLONE)
  const bytes = statSync(file).size
  if (killed) asKilled(file)
  const rssBefore = process.memoryUsage.rss()
  const journal = sqlite({ file })
  const claim = journal.claim.bind(journal)
  const first = Promise.withResolvers<number>()
  const began = performance.now()
  Object.assign(journal, {
    async claim(query: Parameters<typeof claim>[0]) {
      const claims = await claim(query)
      if (claims.entries.length > 0) first.resolve(performance.now() - began)
      return claims
    },
  })
  const service = backlogService(journal, 'work')
  await service.runtime.start()
  const started = performance.now() - began
  const claimed = await first.promise
  await service.finished(messages / 10)
  const [from10, at10] = [service.delivered(), performance.now()]
  await service.finished(messages * TARGETS)
  const perSecond = ((service.delivered() - from10) / TARGETS / (performance.now() - at10)) * 1000
  const counting = await ms(() => service.runtime.counts())
  const listing = await ms(() => service.runtime.deadLetters.list({ limit: 100 }))
  const { runtime } = service
  const stopping = await ms(() => runtime.stop())
  return {
    'first claim ms': claimed,
    'start ms': started,
    'messages/s': perSecond,
    'counts ms': counting,
    'dead letters ms': listing,
    'stop ms': stopping,
    'journal MiB': bytes / 2 ** 20,
    'peak RSS MiB': process.resourceUsage().maxRSS / 1024,
    'RSS before MiB': rssBefore / 2 ** 20,
  }
}

const ms = async (work: () => Promise<unknown>): Promise<number> => {
  const before = performance.now()
  await work()
  return performance.now() - before
}

/** What a kill leaves behind: a journal that was not closed. */
const asKilled = (file: string): void => {
  const db = new DatabaseSync(file)
  db.exec("UPDATE meta SET value = 0 WHERE name = 'clean'")
  db.close()
}
