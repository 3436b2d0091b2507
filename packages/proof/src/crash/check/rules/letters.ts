import { isPoison } from '../../cast/mail.ts'
import { rootOf, type Facts } from '../facts.ts'
import type { EntryRow } from '../journal-file.ts'
import type { Violation } from '../violation.ts'

const RULE = 'a dead letter has a reason'
const DRAINED = 'what is left to itself comes to its end'

/**
 * The first crash, in the process that stored an entry, is not counted; five others make `Crashed`. Not all of them need
 * show in a log of hands: a kill may come between the commit of a claim and its answer.
 */
const CRASHES = 5

/** Every dead letter is one that the receiver, the sender or a crash explains. And once nobody is killed, nothing waits. */
export const letters = (facts: Facts): readonly Violation[] =>
  [...facts.open.values()].flatMap((row): Violation[] => {
    const m = facts.byRoot.get(rootOf(row.id))
    const about = { ...(m === undefined ? {} : { m }), key: row.id }
    const where = `${row.id} (${row.flow}/${row.hop})`
    if (row.standing !== 'dead') {
      if (waitsForCrashed(facts, row)) return []
      const since = `attempts ${row.attempts}, claims ${row.claims}, due ${new Date(row.due).toISOString()}`
      return [{ rule: DRAINED, ...about, says: `${where} is ${row.standing} at the end: ${since}` }]
    }
    if (isExplained(facts, row)) return []
    return [{ rule: RULE, ...about, says: `${where} is dead as ${row.tag}, and nothing has made it so` }]
  })

/** A message that crashed five times at its effect keeps its order until the window is over; the others wait for that. */
const waitsForCrashed = (facts: Facts, { hop, flow, body }: EntryRow): boolean =>
  hop === 'charge/work' &&
  [...facts.open.values()].some(
    (row) =>
      row.tag === 'Crashed' && row.hop === hop && row.flow === flow && orderIn(row.body) === orderIn(body),
  )

const orderIn = (body: string): unknown => (JSON.parse(body) as { readonly key?: unknown }).key

const isExplained = (facts: Facts, { id, hop, tag, flow }: EntryRow): boolean => {
  const mail = facts.told.get(facts.byRoot.get(rootOf(id)) ?? '')?.mail
  switch (tag) {
    case 'Rejected':
      return mail !== undefined && mail.refuse.length > 0 && !facts.effects.has(id)
    case 'DecodeFailed':
      return mail !== undefined && isPoison(mail)
    case 'PartialFailure':
      return hop === 'joined'
    case 'OutcomeUnknown':
      return hop === 'unsafe' || hop === 'asked' || flow === 'sole'
    case 'Crashed':
      return facts.inHand(id) > 0 && facts.evidence.violence.done.length >= CRASHES
    default:
      return false
  }
}
