import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { difference } from './difference.ts'

/** What a report in the tree has to do with the types of today. */
export interface Finding {
  /** The report, relative to the checkout. */
  readonly report: string
  /** Undefined when it says what holds. */
  readonly trouble: string | undefined
}

/** Reports of the tree that belong to no entry point. */
const strays = (checkout: string, wanted: ReadonlyMap<string, string>): readonly string[] =>
  [...new Set([...wanted.keys()].map((report) => dirname(report)))]
    .filter((folder) => existsSync(join(checkout, folder)))
    .flatMap((folder) => readdirSync(join(checkout, folder)).map((file) => `${folder}/${file}`))
    .filter((path) => path.endsWith('.api.md') && !wanted.has(path))

/** Compares the reports of a checkout with what they should be: text by path. */
export const compareReports = (checkout: string, wanted: ReadonlyMap<string, string>): readonly Finding[] => [
  ...[...wanted].map(([report, text]): Finding => {
    const path = join(checkout, report)
    if (!existsSync(path)) return { report, trouble: 'it does not exist yet' }
    const changes = difference(readFileSync(path, 'utf8'), text)
    return { report, trouble: changes === '' ? undefined : changes }
  }),
  ...strays(checkout, wanted).map((report) => ({ report, trouble: 'there is no such entry point any more' })),
]

/** Writes the reports into a checkout, and removes those that belong to nothing. */
export const acceptReports = (checkout: string, wanted: ReadonlyMap<string, string>): void => {
  for (const report of strays(checkout, wanted)) rmSync(join(checkout, report))
  for (const [report, text] of wanted) {
    mkdirSync(dirname(join(checkout, report)), { recursive: true })
    writeFileSync(join(checkout, report), text)
  }
}
