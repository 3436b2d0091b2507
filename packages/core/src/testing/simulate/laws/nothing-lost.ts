import { law, type Law } from '../law.js'
import type { Ledger, Lived } from '../ledger.js'

/**
 * What was answered with success is in the journal, every entry has come to an end, what counts as delivered was taken by
 * its target, and per hop in = done + dead.
 */
export const nothingLost: Law = law(
  'nothingLost',
  (ledger) => acknowledged(ledger) ?? found(ledger) ?? ended(ledger) ?? taken(ledger) ?? balanced(ledger),
)

const acknowledged = ({ sent, entries }: Ledger): string | undefined => {
  for (const { n, heard } of sent)
    for (const { as, id } of heard)
      if ((as === 'accepted' || as === 'duplicate' || as === 'dead') && !entries.has(id))
        return `message ${n} was answered with "${as}", and is not in the journal (${id})`
  return undefined
}

const found = ({ owed, entries }: Ledger): string | undefined => {
  if (owed.length === 0) return undefined
  const bodies = new Set<string>()
  for (const { entry, by } of entries.values())
    if (by.as === 'accept') bodies.add(`${entry.flow}\n${entry.body}`)
  const missing = owed.find(({ flow, raw }) => !bodies.has(`${flow}\n${JSON.stringify(raw)}`))
  return missing && `${JSON.stringify(missing.raw)} was never taken in by the flow ${missing.flow}`
}

const ended = ({ entries }: Ledger): string | undefined => {
  for (const { entry, ended: how } of entries.values())
    // A newer version ends older ones without a word.
    if (how === undefined && entry.latest === undefined) return `${entry.id} has come to no end`
  return undefined
}

const taken = (ledger: Ledger): string | undefined => {
  const took = new Set<string>()
  for (const { target, entry, took: times } of ledger.calls) if (times > 0) took.add(`${target}\n${entry}`)
  for (const lived of ledger.entries.values()) {
    const target = delivering(ledger, lived)
    if (target !== undefined && !took.has(`${target}\n${lived.entry.id}`))
      return `${lived.entry.id} counts as delivered, and ${target} never took it`
  }
  return undefined
}

const delivering = (ledger: Ledger, { entry, ended: how }: Lived): string | undefined =>
  how === 'delivered' ? ledger.targetOf(entry.flow, entry.hop) : undefined

const balanced = ({ counts }: Ledger): string | undefined => {
  const sums = new Map<string, number>()
  for (const { flow, hop, what, n } of counts) {
    const name = `${flow}/${hop}`
    sums.set(name, (sums.get(name) ?? 0) + (what === 'in' ? n : -n))
  }
  const [name, by] = [...sums].find(([, n]) => n !== 0) ?? []
  return name && `the books of ${name} do not balance: ${by} more came in than ended`
}
