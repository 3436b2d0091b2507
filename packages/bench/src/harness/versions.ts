import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { packageFolder } from './places.ts'

/** The installed versions of some packages of this workspace package. */
export const versionsOf = (names: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(names.map((name) => [name, versionOf(name)]))

// By path: not every package exports its package.json.
const versionOf = (name: string): string => {
  for (let folder = packageFolder; ; folder = dirname(folder)) {
    const manifest = join(folder, 'node_modules', name, 'package.json')
    if (existsSync(manifest))
      return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version
    if (folder === dirname(folder)) throw new Error(`${name} is not installed: run pnpm install`)
  }
}
