import { law, type Law } from '../law.js'
import type { Lived } from '../ledger.js'

/**
 * At each hop, messages of one key are called in the order in which the journal got them: by their first calls, leaving out
 * those of a process that had lost its lease and could not know, and what was replayed.
 */
export const orderPerKey: Law = law('orderPerKey', ({ calls, entries }) => {
  const last = new Map<string, Lived>()
  const begun = new Set<string>()
  for (const call of calls) {
    const lived = entries.get(call.entry)
    if (lived?.entry.key === undefined || call.stale || begun.has(call.entry) || replayed(lived)) continue
    begun.add(call.entry)
    const { flow, hop, key, id } = lived.entry
    const place = `${flow}\n${hop}\n${key}`
    const before = last.get(place)
    if (before !== undefined && before.n > lived.n)
      return `${call.target} was called for ${before.entry.id}, then for ${id}, which came before it with the key ${JSON.stringify(key)}`
    last.set(place, lived)
  }
  return undefined
})

const replayed = (lived: Lived): boolean => ((lived as { readonly rounds?: number }).rounds ?? 0) > 0
