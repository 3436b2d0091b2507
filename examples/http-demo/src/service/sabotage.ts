import type { Journal, NewEntry, Settlement } from '@xconnector/core'

/** The faults that can be planted in the service. Each breaks one promise, and the checker must notice. */
export const SABOTAGES = ['lose', 'duplicate', 'stale', 'skip-replay'] as const

export type Sabotage = (typeof SABOTAGES)[number]

/** A journal that breaks a promise: what the service would be if xConnector were wrong. */
export const sabotaged = (journal: Journal, sabotage: Sabotage): Journal => {
  const honest: Journal = {
    can: journal.can,
    admin: journal.admin,
    open: (hops) => journal.open(hops),
    accept: (entries, also) => journal.accept(entries, also),
    claim: (query) => journal.claim(query),
    extend: (leases, leaseMs) => journal.extend(leases, leaseMs),
    mark: (lease, name, value) => journal.mark(lease, name, value),
    commit: (batch) => journal.commit(batch),
    read: (names) => journal.read(names),
    watch: (wake) => journal.watch(wake),
    close: () => journal.close(),
  }
  return { ...honest, ...FAULTS[sabotage](journal) }
}

const FAULTS: Readonly<Record<Sabotage, (journal: Journal) => Partial<Journal>>> = {
  // Every 50th message is acknowledged and never stored.
  lose: (journal) => {
    const isLost = everyNth(50)
    return {
      async accept(entries, also) {
        const lost = entries.map(isLost)
        const taken = await journal.accept(
          entries.filter((_, i) => !lost[i]),
          also,
        )
        if (taken === 'conflict') return taken
        const rest = [...taken]
        return entries.map((entry, i) => (lost[i] ? { id: entry.id, as: 'accepted' } : rest.shift()!))
      },
    }
  },
  // Every 50th delivery is made once more, under an idempotency key of its own.
  duplicate: (journal) => {
    const isTwice = everyNth(50)
    const doubled = (entry: NewEntry): readonly NewEntry[] =>
      isTwice() ? [entry, { ...entry, id: `${entry.id}-again` }] : [entry]
    return {
      commit: (batch) =>
        journal.commit(
          batch.map((s): Settlement => (s.emit === undefined ? s : { ...s, emit: s.emit.flatMap(doubled) })),
        ),
    }
  },
  // Nobody looks at versions: what comes late is delivered late.
  stale: (journal) => {
    const unversioned = (entry: NewEntry): NewEntry => {
      const { latest: _, ...rest } = entry
      return rest
    }
    return { accept: (entries, also) => journal.accept(entries.map(unversioned), also) }
  },
  // A replay is answered, and not made.
  'skip-replay': (journal) => ({
    admin: { ...journal.admin, replay: (ids) => Promise.resolve(ids.map(() => 'replayed' as const)) },
  }),
}

const everyNth = (n: number): (() => boolean) => {
  let count = 0
  return () => ++count % n === 0
}
