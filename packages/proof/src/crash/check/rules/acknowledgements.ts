import type { Facts } from '../facts.ts'
import type { Violation } from '../violation.ts'

const RULE = 'a repeat is answered as the first'

/** Every message has one id, over all its repeats, and the journal remembers the same. */
export const acknowledgements = ({ told, evidence }: Facts): readonly Violation[] =>
  [...told.values()].flatMap(({ mail: { m, kind }, ids }): Violation[] => {
    const [id] = ids
    if (ids.length > 1)
      return [{ rule: RULE, m, says: `${m} was acknowledged under ${ids.length} ids: ${ids.join(', ')}` }]
    const kept = evidence.journal.dedupe.get(`${kind}\n/hooks/${kind}\n${m}`)
    if (kept === id) return []
    return [
      {
        rule: RULE,
        m,
        says: `${m} was acknowledged as ${id}, and the journal knows it as ${kept ?? 'nothing'}`,
      },
    ]
  })
