import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'

/** A text file of the repository. */
export interface RepositoryFile {
  /** Relative to the root, with `/`. */
  readonly path: string
  readonly text: string
  /** The parsed source; only for TypeScript and JavaScript. Comments and strings are no code in it. */
  readonly source: ts.SourceFile | undefined
}

// What .gitignore names, the lists of others, and the fixtures, which break the rules on purpose.
const IGNORED = new Set(['node_modules', 'dist', '.turbo', 'coverage', '.data', '.git'])
const FIXTURES = 'packages/dev/test/fixtures'

const isScript = (path: string): boolean => /\.[cm]?[jt]sx?$/.test(path)

/** Makes a file, parsed when first asked. */
export const repositoryFile = (path: string, text: string): RepositoryFile => {
  let parsed: ts.SourceFile | undefined
  return {
    path,
    text,
    get source() {
      if (!isScript(path)) return undefined
      return (parsed ??= ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true))
    },
  }
}

/** Every text file below a root that is, or could be, committed; in order of paths. */
export const repositoryFiles = (root: string): readonly RepositoryFile[] => {
  const walk = (folder: string): string[] =>
    readdirSync(join(root, folder)).flatMap((name) => {
      const path = folder === '' ? name : `${folder}/${name}`
      if (IGNORED.has(name) || name.endsWith('.tgz') || path === FIXTURES) return []
      const kind = statSync(join(root, path), { throwIfNoEntry: false })
      if (kind?.isDirectory() === true) return walk(path)
      return kind?.isFile() === true ? [path] : []
    })
  return walk('')
    .sort()
    .map((path) => repositoryFile(path, readFileSync(join(root, path), 'utf8')))
    .filter((file) => !file.text.includes('\0'))
}
