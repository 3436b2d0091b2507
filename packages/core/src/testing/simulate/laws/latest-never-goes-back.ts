import { compareVersions } from '../../../journal/version.js'
import { law, type Law } from '../law.js'

/**
 * Of a flow with `latest`, no target is called with an older version of a key after it was called with a newer one; calls of
 * a process that had lost its lease and could not know, and repeats of what was called before, are left out.
 */
export const latestNeverGoesBack: Law = law('latestNeverGoesBack', ({ calls, entries }) => {
  const newest = new Map<string, { readonly version: number | string; readonly id: string }>()
  const begun = new Set<string>()
  for (const call of calls) {
    const lived = entries.get(call.entry)
    const latest = lived?.entry.latest
    if (lived === undefined || latest === undefined || call.stale || begun.has(call.entry)) continue
    begun.add(call.entry)
    const { flow, hop, id } = lived.entry
    const place = `${flow}\n${hop}\n${latest.key}`
    const before = newest.get(place)
    if (before !== undefined && compareVersions(latest.version, before.version) < 0)
      return `${call.target} was called with version ${latest.version} (${id}) after version ${before.version} (${before.id}) of ${JSON.stringify(latest.key)}`
    newest.set(place, { version: latest.version, id })
  }
  return undefined
})
