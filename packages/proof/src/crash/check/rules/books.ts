import { KINDS } from '../../cast/mail.ts'
import type { Facts } from '../facts.ts'
import type { Violation } from '../violation.ts'

const LAW = 'in = done + dead + waiting, per hop'
const ROOTS = 'what came in is what was acknowledged'

interface Book {
  in: number
  ended: number
  dead: number
}

/** The journal's own counters, against its rows, and against what was acknowledged. */
export const books = ({ evidence: { journal }, told }: Facts): readonly Violation[] => {
  const hops = new Map<string, Book>()
  for (const { flow, hop, what, n } of journal.tally) {
    const name = `${flow}/${hop}`
    const book = hops.get(name) ?? { in: 0, ended: 0, dead: 0 }
    hops.set(name, book)
    book[what === 'in' ? 'in' : what === 'dead' ? 'dead' : 'ended'] += n
  }
  const rows = new Map<string, { waiting: number; dead: number }>()
  for (const { flow, hop, standing } of journal.entries) {
    if (standing === 'done') continue
    const name = `${flow}/${hop}`
    const counted = rows.get(name) ?? { waiting: 0, dead: 0 }
    rows.set(name, counted)
    counted[standing === 'dead' ? 'dead' : 'waiting']++
  }
  const violations = [...new Set([...hops.keys(), ...rows.keys()])].flatMap((name): Violation[] => {
    const book = hops.get(name) ?? { in: 0, ended: 0, dead: 0 }
    const { waiting, dead } = rows.get(name) ?? { waiting: 0, dead: 0 }
    if (book.in === book.ended + book.dead + waiting && book.dead === dead) return []
    return [
      {
        rule: LAW,
        says: `${name}: in ${book.in}, done ${book.ended}, dead ${book.dead} (${dead} rows), ${waiting} rows wait`,
      },
    ]
  })
  const first = new Map<string, string>()
  for (const { name, value } of journal.states)
    if (name.startsWith('flow:')) first.set(name.slice(5), (JSON.parse(value) as { first: string }).first)
  for (const kind of KINDS) {
    const accepted = hops.get(`${kind}/${first.get(kind)}`)?.in ?? 0
    const ids = new Set([...told.values()].filter(({ mail }) => mail.kind === kind).flatMap((one) => one.ids))
    if (accepted !== ids.size)
      violations.push({
        rule: ROOTS,
        says: `flow ${kind}: ${accepted} messages came in, ${ids.size} were acknowledged`,
      })
  }
  return violations
}
