import type { Found, Journal } from '../ports/journal.js'
import { rootOf } from './envelope.js'

const PAGE = 1000

/** The dead letters of these ids, in this order; ids of which there is none are left out. */
export const deadById = async (journal: Journal, ids: readonly string[]): Promise<readonly Found[]> => {
  const wanted = new Set(ids)
  const found = new Map<string, Found>()
  // A split may have left very many of one message: each message is asked for once.
  for (const root of new Set(ids.map(rootOf)))
    for (let after = 0; ;) {
      const page = await journal.admin.find({ root, state: 'dead', after, limit: PAGE })
      for (const f of page) if (wanted.has(f.id)) found.set(f.id, f)
      if (page.length < PAGE) break
      after = page.at(-1)!.seq
    }
  return ids.flatMap((id) => found.get(id) ?? [])
}
