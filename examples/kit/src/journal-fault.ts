import type { Journal, NewEntry, Settlement } from '@xconnector/core'

/** The faults that can be planted in a journal. Each breaks one promise. */
export const JOURNAL_FAULTS = ['lose', 'duplicate', 'stale', 'skip-replay'] as const

export type JournalFault = (typeof JOURNAL_FAULTS)[number]

/** A journal that breaks a promise: what a service would be if xConnector were wrong. */
export const faultyJournal = (journal: Journal, fault: JournalFault): Journal => {
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
  return { ...honest, ...FAULTS[fault](journal) }
}

const FAULTS: Readonly<Record<JournalFault, (journal: Journal) => Partial<Journal>>> = {
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

/** Whether it is the nth call, the 2nth, … */
export const everyNth = (n: number): (() => boolean) => {
  let count = 0
  return () => ++count % n === 0
}
