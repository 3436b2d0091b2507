import { badRows, lineOf, meantOf, type Catalogue } from './export.ts'
import type { Seen } from './world.ts'

/** A dead letter, as the importer tells of it. */
export interface Letter {
  readonly id: string
  readonly hop: string
  readonly body: { readonly line?: number }
}

/** What is left of a play to judge it by. */
export interface Evidence {
  readonly catalogue: Catalogue
  /** Products that the shop had as they are now, and in an older state. */
  readonly before: { readonly same: number; readonly old: number }
  readonly kills: number
  readonly seen: Seen
  readonly dead: readonly Letter[]
}

/** Entries in hand at a time when a process is killed: what may be put a second time. */
const IN_HAND = 64

/** What is wrong, in sentences; nothing when all reconciles. */
export const broken = (evidence: Evidence): readonly string[] => [
  ...inTheShop(evidence),
  ...inTheReports(evidence),
  ...inTheDeadLetters(evidence),
]

const inTheShop = ({ catalogue, before, kills, seen }: Evidence): readonly string[] => {
  const bad = badRows(catalogue)
  let [lost, wrong] = [0, 0]
  for (let i = 0; i < catalogue.rows; i++) {
    if (bad.has(i)) continue
    const meant = meantOf(i)
    const has = seen.products.get(meant.sku)
    if (has === undefined) lost++
    else if (has.name !== meant.name || has.cents !== meant.cents || has.stock !== meant.stock) wrong++
  }
  const expected = catalogue.rows - bad.size
  const more = seen.products.size - (expected - lost)
  const needed = expected - before.same
  const twice = seen.puts - needed
  return said([
    [lost, 'products of the file are not in the shop'],
    [wrong, 'products of the shop are not as in the file'],
    [more, 'products of the shop are in no good row'],
    [twice > kills * IN_HAND ? twice : 0, 'products were put twice, more than were in hand at the kills'],
    [kills === 0 ? seen.refused : 0, 'calls came faster than the shop allows'],
  ])
}

const inTheReports = ({ catalogue, before, seen }: Evidence): readonly string[] => {
  const { rows, bad } = catalogue
  const [first, second] = seen.told
  const runs = new Set(seen.told.map(({ report }) => report.run))
  if (first === undefined || second === undefined) return ['a report is missing']
  const { created, updated, unchanged, dead, total } = first.report
  const again = seen.again
  return said([
    [seen.told.length - runs.size, 'reports came twice'],
    [total - rows, 'rows too many in the report of the first night'],
    [dead - bad, 'dead rows too many in it'],
    [unchanged - before.same, 'unchanged rows too many in it'],
    [created + updated - (rows - bad - before.same), 'created and updated rows too many in it'],
    // What was put twice is told as updated, though it was created just before the kill.
    [
      updated < before.old || updated > before.old + again ? updated : 0,
      'updated rows in it, which cannot be',
    ],
    [second.puts - first.puts, 'products were put in the second night, of a file that had not changed'],
    [second.report.unchanged - (rows - bad), 'unchanged rows too many in the report of the second night'],
    [second.report.dead - bad, 'dead rows too many in it'],
  ])
}

const inTheDeadLetters = ({ catalogue, dead, seen }: Evidence): readonly string[] => {
  const expected = [...badRows(catalogue)].map(lineOf)
  return seen.told.flatMap(({ report }) => {
    const lines = dead.filter(({ id }) => id.startsWith(report.run)).map(({ body }) => body.line)
    const same = lines.toSorted((a, b) => a! - b!).join() === expected.join()
    return same ? [] : [`dead letters name the lines ${lines.join()}, and bad are ${expected.join()}`]
  })
}

const said = (counts: readonly (readonly [number, string])[]): readonly string[] =>
  counts.flatMap(([n, what]) => (n === 0 ? [] : [`${n} ${what}`]))
