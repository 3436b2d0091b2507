import type { Claimed, Journal, Judged, Settlement } from '@xconnector/core'
import type { LineLog } from '../line-log.ts'
import type { Faults } from './faults.ts'

/**
 * The journal as it is, with a log of what it has put into this process's hands: `+` claimed, `=` settled, `!` lost to
 * another. And with the points at which the process may be told to die.
 */
export const watchedJournal = (journal: Journal, hands: LineLog, faults: Faults): Journal => {
  const lost = (id: string): void => hands.write(`! ${id}`)
  return {
    can: journal.can,
    admin: journal.admin,
    async open(hops) {
      void faults.within('at start')
      return journal.open(hops)
    },
    async accept(entries, also) {
      const taken = await journal.accept(entries, also)
      if (entries.length > 0) faults.at('between accept and its answer')
      return taken
    },
    async claim(query) {
      const claims = await journal.claim(query)
      if (claims.entries.length > 0)
        hands.write(claims.entries.map(({ id }: Claimed) => `+ ${id}`).join('\n'))
      return claims
    },
    async extend(leases, leaseMs) {
      const held = await journal.extend(leases, leaseMs)
      leases.forEach(({ id }, i) => held[i] === false && lost(id))
      return held
    },
    async mark(lease, name, value) {
      const held = await journal.mark(lease, name, value)
      if (!held) lost(lease.id)
      else if (name === 'sent') faults.at('after the mark of an unsafe effect')
      return held
    },
    async commit(batch) {
      if (batch.some(isAfterAnEffect)) faults.at('after the effect, before its commit')
      const judged = await journal.commit(batch)
      const lines = batch.flatMap(({ lease }, i) => said(lease.id, judged[i]!))
      if (lines.length > 0) hands.write(lines.join('\n'))
      return judged
    },
    read: (names) => journal.read(names),
    watch: (wake) => journal.watch(wake),
    close: () => journal.close(),
  }
}

// Hops of branches and items end with their effect; the first hops of most flows do not.
const isAfterAnEffect = (settlement: Settlement): boolean =>
  settlement.as === 'done' && settlement.why === 'delivered' && settlement.lease.id.includes('/')

const said = (id: string, judged: Judged): readonly string[] =>
  judged === 'conflict' ? [] : [`${judged === 'fenced' ? '!' : '='} ${id}`]
