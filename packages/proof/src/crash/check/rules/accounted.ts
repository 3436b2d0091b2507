import { isPoison, type Mail } from '../../cast/mail.ts'
import type { Facts } from '../facts.ts'
import type { Violation } from '../violation.ts'

const RULE = 'every acknowledged message is done, dead or pending, per branch'

/** A branch of a message: the id of its entry, which is the key of its effect. */
interface Branch {
  readonly id: string
  /** The receiver refuses it: it can only be dead, or pending. */
  readonly refused: boolean
}

const FANNED = ['keyed', 'idempotent', 'unsafe', 'asked', 'strict', 'flapping']
const GATHERED = ['a', 'b', 'c']

/** The branches of a message whose effects are its own. Those of groups, orders and versions have rules of their own. */
export const branchesOf = (mail: Mail, root: string): readonly Branch[] => {
  const { kind, refuse, items = 0 } = mail
  const part = (path: string, name = path): Branch => ({
    id: `${root}/${path}`,
    refused: refuse.includes(name),
  })
  const all = (n: number, path: string, name: string): readonly Branch[] =>
    Array.from({ length: n }, (_, i) => part(`${path}/${i}`, `${name} ${i}`))
  switch (kind) {
    case 'fan':
      return isPoison(mail) ? [{ id: root, refused: true }] : FANNED.map((name) => part(name))
    case 'all':
      return [...GATHERED.map((name) => part(name)), { id: `${root}/joined`, refused: refuse.length > 0 }]
    case 'quorum':
    case 'best':
      return [...GATHERED.map((name) => part(name)), part('joined')]
    case 'lines':
      return [...all(items, 'lines', 'item'), { id: `${root}/joined`, refused: refuse.length > 0 }]
    case 'run':
      return [...all(items, 'rows', 'row'), part('rows/report')]
    case 'keys':
      return [{ id: root, refused: false }, part('second')]
    case 'once':
    case 'sole':
      return [part('after')]
    default:
      return []
  }
}

export const accounted = (facts: Facts): readonly Violation[] =>
  [...facts.told.values()].flatMap(({ mail, ids }) =>
    ids.flatMap((root) => branchesOf(mail, root).flatMap((branch) => lost(facts, mail, root, branch))),
  )

const lost = (
  facts: Facts,
  { m, kind }: Mail,
  root: string,
  { id, refused }: Branch,
): readonly Violation[] => {
  const effects = facts.effects.get(id)
  const about = { rule: RULE, m, key: id }
  if (effects !== undefined && refused)
    return [{ ...about, says: `${id} took effect, and cannot have: it is refused` }]
  if (effects !== undefined || facts.standsFor(id) !== undefined) return []
  // What goes on behind a structure has no entry before that has come to its end.
  const behind = /\/(joined|report|after|second)$/.test(id)
  if (behind && facts.openOf.get(root)?.some((row) => isBefore(kind, row.hop)) === true) return []
  return [
    {
      ...about,
      says: `${m} (${kind}) was acknowledged; ${id} has neither taken effect nor is it dead or pending`,
    },
  ]
}

/** Hops that hold up what comes behind a structure: the dead items of a batch run do not, nor branches of a join. */
const isBefore = (kind: Mail['kind'], hop: string): boolean =>
  kind === 'once' || kind === 'sole' ? hop.startsWith('charge') : kind === 'run' && hop === 'rows/run'
