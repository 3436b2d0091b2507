import { rmSync } from 'node:fs'
import type { Family } from './family.ts'

/**
 * Ends a crash test when a person does: no process of it is left, and no folder that was made for it. Gives what must be told of
 * such a folder.
 */
export const endOnSignals = (family: Family): ((place: string) => void) => {
  let temporary: string | undefined
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      family.killAll()
      // At once, before any of them is started again. Those that die just now may still be writing: then it takes another try.
      if (temporary !== undefined)
        rmSync(temporary, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 })
      process.exit(130)
    })
  process.once('exit', () => family.killAll())
  return (place) => {
    temporary = place
  }
}
