import { setTimeout as sleep } from 'node:timers/promises'
import type { Journal, NewEntry } from '@xconnector/core'

/** Faults that can be planted around a journal that is sound, to see that the judge finds them. */
export const SABOTAGES = [
  'acknowledge-before-store',
  'emit-outside-the-commit',
  'unfenced-lease',
  'lost-dedupe',
] as const

export type Sabotage = (typeof SABOTAGES)[number]

/** How long a fault leaves things half done, so that few kills are enough to meet it: milliseconds. */
const WINDOW_MS = 300

/** The journal as it would be with a fault. */
export const sabotaged = (journal: Journal, sabotage: Sabotage): Journal => {
  const base: Journal = {
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
  switch (sabotage) {
    case 'acknowledge-before-store':
      return {
        ...base,
        async accept(entries, also) {
          if (entries.length === 0 || (also?.state ?? []).length > 0) return journal.accept(entries, also)
          void sleep(WINDOW_MS).then(() => journal.accept(entries).catch(() => {}))
          return entries.map(({ id }) => ({ id, as: 'accepted' }))
        },
      }
    case 'lost-dedupe':
      return {
        ...base,
        accept: (entries, also) =>
          journal.accept(
            entries.map((entry): NewEntry => without(entry, 'dedupe')),
            also,
          ),
      }
    case 'emit-outside-the-commit':
      return emittingLater(journal, base)
    case 'unfenced-lease':
      return {
        ...base,
        mark: async (lease, name, value) => (await journal.mark(lease, name, value), true),
        async commit(batch) {
          const judged = await journal.commit(batch)
          for (const [i, { lease, emit = [] }] of batch.entries()) {
            if (judged[i] !== 'fenced') continue
            await journal.accept(emit)
            await journal.admin.discard([lease.id], 'discarded')
          }
          return judged.map((one) => (one === 'fenced' ? 'ok' : one))
        },
      }
  }
}

const without = <A extends object>(all: A, name: string): A =>
  Object.fromEntries(Object.entries(all).filter(([key]) => key !== name)) as A

const emittingLater = (journal: Journal, base: Journal): Journal => {
  const envelopes = new Map<string, string>()
  return {
    ...base,
    async claim(query) {
      const claims = await journal.claim(query)
      for (const { id, envelope } of claims.entries) if (envelope !== undefined) envelopes.set(id, envelope)
      return claims
    },
    async commit(batch) {
      const judged = await journal.commit(batch.map((settlement) => without(settlement, 'emit')))
      const emitted = batch.flatMap(({ emit = [], lease }, i) => {
        const envelope = envelopes.get(lease.id)
        envelopes.delete(lease.id)
        return judged[i] === 'ok'
          ? emit.map((entry) => ({ ...(envelope !== undefined && { envelope }), ...entry }))
          : []
      })
      if (emitted.length > 0) {
        await sleep(WINDOW_MS)
        await journal.accept(emitted)
      }
      return judged
    },
  }
}
