import { becomes } from '../../cast/becomes.ts'
import { rootOf, type Facts } from '../facts.ts'
import type { Violation } from '../violation.ts'

const RULE = 'the report of a run adds up'

type Report = Readonly<
  Record<'total' | 'created' | 'updated' | 'unchanged' | 'dead' | 'skipped' | 'held', number>
>

/** Reports count every row once, as what the receiver made of it, or as dead. */
export const runs = (facts: Facts): readonly Violation[] =>
  facts.firsts('run', 'report').flatMap(({ delivery: { key, holds } }): Violation[] => {
    const root = rootOf(key)
    const mail = facts.told.get(facts.byRoot.get(root) ?? '')?.mail
    if (mail === undefined)
      return [{ rule: RULE, key, says: `${key} reports a run that nobody has asked for` }]
    const { m, items = 0 } = mail
    const expected = { total: items, created: 0, updated: 0, unchanged: 0, dead: 0, skipped: 0, held: 0 }
    for (let row = 0; row < items; row++) {
      const isDead = facts.open.get(`${root}/rows/${row}`)?.standing === 'dead'
      expected[isDead ? 'dead' : becomes(m, `row ${row}`)]++
    }
    const said = holds as Report
    const wrong = (Object.keys(expected) as (keyof Report)[]).filter((what) => said[what] !== expected[what])
    if (wrong.length === 0) return []
    const says = wrong.map((what) => `${what} is ${said[what]} and should be ${expected[what]}`).join(', ')
    return [{ rule: RULE, m, key, says: `${key}: ${says}` }]
  })
