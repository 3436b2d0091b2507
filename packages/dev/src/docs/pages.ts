import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root, workspacePackages } from '../command/repository.ts'

/** A page of the documentation. */
export interface Page {
  /** Relative to the root, with `/`. */
  readonly path: string
  readonly text: string
}

const underDocs = (folder: string, checkout: string): readonly string[] =>
  readdirSync(join(checkout, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`
      if (entry.isDirectory()) return underDocs(path, checkout)
      return entry.name.endsWith('.md') ? [path] : []
    })
    .sort()

/** Every page: the two at the top, those under `docs`, and the read-me of each package and example. */
export const documentation = (checkout: string = root): readonly Page[] =>
  [
    'README.md',
    'CONTRIBUTING.md',
    ...underDocs('docs', checkout),
    ...workspacePackages(checkout).map(({ folder }) => `${folder}/README.md`),
  ]
    .filter((path) => existsSync(join(checkout, path)))
    .map((path) => ({ path, text: readFileSync(join(checkout, path), 'utf8') }))
