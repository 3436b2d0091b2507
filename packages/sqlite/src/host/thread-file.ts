import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { JournalUnavailable } from '@xconnector/core'

/**
 * The thread's file. It is an entry of the build of its own, beside this module there; seen from the sources, it is in
 * the build (`pnpm build`, or the tests' global set-up, makes it).
 */
export const threadFile = (): URL => {
  const places = ['./thread.js', '../../dist/thread.js'].map((place) => new URL(place, import.meta.url))
  const found = places.find((place) => existsSync(fileURLToPath(place)))
  if (found !== undefined) return found
  throw new JournalUnavailable(
    'failed',
    `The thread of @xconnector/sqlite is missing: ${fileURLToPath(places[0]!)}. ` +
      "Keep the package out of your bundle (external), or use sqlite({ thread: 'main' }).",
  )
}
