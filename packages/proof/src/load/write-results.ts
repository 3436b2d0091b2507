import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { drawFigure } from '../plot/draw-figure.ts'
import { betweenMarkers } from './between-markers.ts'
import { guaranteesTable } from './guarantees-table.ts'
import { overloadOnly, wholeRun } from './plots.ts'
import type { Results } from './results.ts'
import type { Measured } from './run.ts'

const checkout = resolve(import.meta.dirname, '../../../..')

/** Where the page of guarantees has its pictures: written to there, its table is brought up to date too. */
const PICTURES = join(checkout, 'docs/plots')
const PAGE = join(checkout, 'docs/guarantees.md')

/** Writes `load.json`, `load.svg` and `load-overload.svg` into a folder. Gives the paths of all that was written. */
export const writeResults = (folder: string, run: Measured, results: Results): readonly string[] => {
  // A command of the workspace runs at its root: there `--out docs/plots` is what it looks like.
  const to = resolve(checkout, folder)
  mkdirSync(to, { recursive: true })
  const files: readonly (readonly [string, string])[] = [
    [join(to, 'load.json'), `${JSON.stringify(results, rounded)}\n`],
    [join(to, 'load.svg'), drawFigure(wholeRun(run))],
    [join(to, 'load-overload.svg'), drawFigure(overloadOnly(run))],
    ...(to === PICTURES
      ? [[PAGE, betweenMarkers(readFileSync(PAGE, 'utf8'), 'load', guaranteesTable(results))] as const]
      : []),
  ]
  for (const [path, text] of files) writeFileSync(path, text)
  return files.map(([path]) => path)
}

// Three digits behind the point are more than any of these figures means.
const rounded = (_: string, value: unknown): unknown =>
  typeof value === 'number' ? Math.round(value * 1000) / 1000 : value
