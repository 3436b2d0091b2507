import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { betweenMarkers } from '../../../proof/src/load/between-markers.ts'
import { checkout, packageFolder } from '../harness/places.ts'
import { holds, type Judged } from '../harness/row.ts'
import { short } from '../harness/table.ts'

const PAGE = join(checkout, 'docs/guarantees.md')
const RESULTS = join(packageFolder, 'results')
const ENTRIES = 'entries waiting'

interface Results {
  readonly rows: readonly (Omit<Judged, 'figure'> & { readonly figure: number | null })[]
}

/** Takes `--page` out of a command line; gives whether it was there. */
export const wantsPage = (argv: string[]): boolean => {
  const at = argv.indexOf('--page')
  if (at >= 0) argv.splice(at, 1)
  return at >= 0
}

/** Brings the table of backlogs in the page of guarantees up to date, from the results of every size that was measured. */
export const writePage = (): void => {
  const files = existsSync(RESULTS) ? readdirSync(RESULTS) : []
  const all = files
    .filter((name) => /^backlog(-\d+)?\.json$/.test(name))
    .map((name) => (JSON.parse(readFileSync(join(RESULTS, name), 'utf8')) as Results).rows)
    .sort((a, b) => figureOf(a, ENTRIES) - figureOf(b, ENTRIES))
  writeFileSync(PAGE, betweenMarkers(readFileSync(PAGE, 'utf8'), 'backlog', backlogTable(all)))
}

/** A row for each figure, a column for each size. */
export const backlogTable = (all: readonly Results['rows'][]): string => {
  const told = all[0]?.filter(({ row }) => row !== ENTRIES) ?? []
  const lines = told.map(({ row, unit, must }) => {
    const cells = all.map((rows) => {
      const figure = figureOf(rows, row)
      const missed = must !== undefined && !holds(figure, must) ? ', missed' : ''
      return `${short(figure)} ${unit}${missed}`.trim()
    })
    const bound =
      must === undefined ? '' : 'atMost' in must ? `<= ${must.atMost} ${unit}` : `>= ${must.atLeast} ${unit}`
    return `| ${[row, ...cells, bound.trim()].join(' | ')} |`
  })
  const sizes = all.map((rows) => `${figureOf(rows, ENTRIES).toLocaleString('en')} entries`)
  return [
    '',
    `| | ${[...sizes, 'must be'].join(' | ')} |`,
    `|---${'|---'.repeat(sizes.length + 1)}|`,
    ...lines,
    '',
  ].join('\n')
}

const figureOf = (rows: Results['rows'], name: string): number =>
  rows.find(({ row }) => row === name)?.figure ?? Number.NaN
