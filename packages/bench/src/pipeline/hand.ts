import type { Entry } from '../entries/entry.ts'
import { decode, deliver, enrich, keep, map, type Enriched } from './family.ts'

// Asynchronous, with nothing to wait for: on every side one asynchronous function.
const sink = async (e: Enriched): Promise<void> => deliver(e)

/** What one writes without a library. */
export const call = async (raw: Entry): Promise<void> => {
  const article = map(decode(raw))
  if (!keep(article)) return
  await sink(enrich(article))
}
