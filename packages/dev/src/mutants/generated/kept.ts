import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from '../../command/repository.ts'

/** Where something is kept that takes long to find out: under a hash of the files that it depends on, in their order. */
export const keptUnder = (what: string, files: readonly string[]): string => {
  const hash = createHash('sha256')
  for (const file of files) hash.update(readFileSync(file))
  return join(root, `node_modules/.cache/mutants/${what}-${hash.digest('hex').slice(0, 16)}.json`)
}

/** What was kept; undefined when nothing was. */
export const read = <A>(file: string): A | undefined =>
  existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as A) : undefined

export const keep = (file: string, value: unknown): void => {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, JSON.stringify(value))
}
