import { law, type Law } from '../law.js'
import type { Called, Ledger } from '../ledger.js'

/**
 * What has succeeded is not repeated: no target is called for an entry after the commit that ended it, and one message is
 * called at one hop for one entry only. Calls of a process that had lost its lease and could not know are left out.
 */
export const onlyWhatFailed: Law = law('onlyWhatFailed', ({ calls, entries }) => {
  const first = new Map<string, Called>()
  for (const call of calls) {
    const { target, flow, hop, message, body, entry } = call
    const place = `${target}\n${flow}\n${hop}\n${message}\n${body}`
    const before = first.get(place)
    if (before === undefined) first.set(place, call)
    else if (before.entry !== entry && before.took > 0 && sameItem(entries, before.entry, entry))
      return `${target} was called for ${entry} with what it had taken for ${before.entry}`
  }
  return undefined
})

// Equal items of a split are not each other.
const sameItem = (entries: Ledger['entries'], a: string, b: string): boolean =>
  itemsOf(entries.get(a)?.entry.envelope) === itemsOf(entries.get(b)?.entry.envelope)

/** Which item of which split it is, or which part of a message: equal items are not each other. */
const itemsOf = (envelope: string | undefined): string => {
  if (envelope === undefined) return ''
  const { items, part } = JSON.parse(envelope) as { readonly items?: unknown; readonly part?: unknown }
  return items === undefined && part === undefined ? '' : JSON.stringify([items, part])
}
