import { rootOf, push, type Facts } from '../facts.ts'
import type { EntryRow } from '../journal-file.ts'
import type { Violation } from '../violation.ts'

const LOST = 'a group loses no member'
const TWICE = 'a group counts no member twice'
const SIZE = 'a group has its size'

/** Each message is in exactly one group that was sent, or in one that waits or is dead. */
export const groups = (facts: Facts): readonly Violation[] => {
  const places = new Map<string, string[]>()
  const violations: Violation[] = []
  for (const kind of ['count', 'window'] as const)
    for (const { delivery } of facts.firsts(kind, 'group')) {
      const members = delivery.holds as readonly string[]
      if (kind === 'count' && members.length > 5)
        violations.push({
          rule: SIZE,
          key: delivery.key,
          says: `${delivery.key} holds ${members.length} members`,
        })
      for (const m of members) push(places, m, delivery.key)
    }
  for (const row of facts.open.values())
    if (row.hop === 'group' && !facts.effects.has(row.id))
      for (const m of namesIn(row.body)) push(places, m, row.id)
  for (const { name, value } of facts.evidence.journal.states)
    if (/^(count|window)\/.*:g:.*:\d+$/.test(name)) for (const m of namesIn(value)) push(places, m, name)
  for (const { mail, ids } of facts.told.values()) {
    if (mail.kind !== 'count' && mail.kind !== 'window') continue
    const { m } = mail
    const found = places.get(m) ?? []
    if (found.length > 1)
      violations.push({
        rule: TWICE,
        m,
        key: found[0]!,
        says: `${m} is in ${found.length} groups: ${found.join(', ')}`,
      })
    if (found.length === 0 && !ids.some((id) => entersYet(facts.openOf.get(rootOf(id)))))
      violations.push({
        rule: LOST,
        m,
        key: ids[0]!,
        says: `${m} is in no group, sent or waiting, and not dead`,
      })
  }
  return violations
}

// The message itself waits to be added, or is dead; the entry of a group that it has opened is another matter.
const entersYet = (rows: readonly EntryRow[] | undefined): boolean =>
  rows?.some((row) => !row.id.includes('/')) === true

/** Names of the messages in a text of JSON, however deep. */
const namesIn = (text: string): readonly string[] =>
  [...text.matchAll(/\\*"m\\*":\\*"([^"\\]+)/g)].map(([, m]) => m!)
