import type { Journal, Lease, NewEntry, Settlement } from '../../src/index.js'
import type { Sabotage } from './concurrency-laws.js'
import { passed } from './concurrency-witness.js'

/** A commit is taken from whoever comes, whether his lease still holds or not. */
export const unfenced = (): Sabotage => {
  const newest = new Map<string, Lease>()
  return (real) => ({
    ...passed(real),
    claim: async (query) => {
      const claims = await real.claim(query)
      for (const { id, lease } of claims.entries) newest.set(id, lease)
      return claims
    },
    commit: (batch) => real.commit(batch.map((s) => ({ ...s, lease: newest.get(s.lease.id) ?? s.lease }))),
  })
}

/** Of several outcomes in one commit, the last one's emits are dropped. */
export const dropsEmits: Sabotage = (real) => {
  const without = (s: Settlement): Settlement => ({ ...s, emit: [] })
  return {
    ...passed(real),
    commit: (batch) => real.commit(batch.map((s, i) => (i > 0 && i === batch.length - 1 ? without(s) : s))),
  }
}

/** Keys are forgotten: entries are claimed in any order. */
export const keyless: Sabotage = (real) => edited(real, (e) => lacking(e, 'key'))

/** Versions are forgotten once a message goes from hop to hop. */
export const forgetful: Sabotage = (real) => ({
  ...passed(real),
  commit: (batch) =>
    real.commit(
      batch.map((s) => (s.emit === undefined ? s : { ...s, emit: s.emit.map((e) => lacking(e, 'latest')) })),
    ),
})

/** Whether a dedupe key is known is asked first, and written later: not in one transaction. */
export const racing = (): Sabotage => {
  const known = new Map<string, string>()
  return (real, run) => ({
    ...passed(real),
    accept: async (entries, also) => {
      const key = entries[0]?.dedupe?.key
      if (key === undefined) return real.accept(entries, also)
      const first = known.get(key)
      if (first !== undefined) return [{ id: first, as: 'duplicate' }]
      await run.pause('between question and write')
      known.set(key, entries[0]!.id)
      return real.accept(
        entries.map((e) => lacking(e, 'dedupe')),
        also,
      )
    },
  })
}

/** A message is answered for before it is durable. */
export const hasty: Sabotage = (real, run) => ({
  ...passed(real),
  accept: async (entries, also) => {
    if (entries.length === 0) return real.accept(entries, also)
    const written = run.pause('the disk is slow').then(() => real.accept(entries, also))
    written.catch(() => {})
    return entries.map(({ id }) => ({ id, as: 'accepted' as const }))
  },
})

/** What is claimed is read first and leased later: two may read the same. */
export const twice = (): Sabotage => {
  const last: { entries: Awaited<ReturnType<Journal['claim']>>['entries'] } = { entries: [] }
  return (real, run) => ({
    ...passed(real),
    claim: async (query) => {
      const before = last.entries
      const claims = await real.claim(query)
      last.entries = claims.entries
      return claims.entries.length === 0 && before.length > 0 && run.chance(0.2)
        ? { ...claims, entries: before }
        : claims
    },
  })
}

const lacking = (entry: NewEntry, what: 'key' | 'latest' | 'dedupe'): NewEntry => {
  const rest: { -readonly [K in keyof NewEntry]: NewEntry[K] } = { ...entry }
  delete rest[what]
  return rest
}

const edited = (real: Journal, edit: (entry: NewEntry) => NewEntry): Journal => ({
  ...passed(real),
  accept: (entries, also) => real.accept(entries.map(edit), also),
  commit: (batch) =>
    real.commit(batch.map((s) => (s.emit === undefined ? s : { ...s, emit: s.emit.map(edit) }))),
})
