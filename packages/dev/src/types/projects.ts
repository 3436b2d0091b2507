import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root, workspacePackages } from '../command/repository.ts'

const hasSource = (folder: string): boolean =>
  ['src', 'test'].some((name) => {
    const path = join(root, folder, name)
    return (
      existsSync(path) && readdirSync(path, { recursive: true }).some((file) => /\.tsx?$/.test(String(file)))
    )
  })

/** The tsconfig of every package and example that has code, and that of its tests where they have one of their own. */
export const typeProjects = (): readonly string[] =>
  workspacePackages()
    .filter(({ folder }) => existsSync(join(root, folder, 'tsconfig.json')) && hasSource(folder))
    .flatMap(({ folder }) => [`${folder}/tsconfig.json`, `${folder}/test/tsconfig.json`])
    .filter((project) => existsSync(join(root, project)))

/**
 * What code of users is like, or meets: the sources of published packages, and the examples with their tests. An older
 * TypeScript must take these; the tests of packages are never compiled by anybody else's.
 */
export const projectsOfUsers = (): readonly string[] => {
  const theirs = workspacePackages().flatMap(({ folder, manifest }) =>
    manifest.private !== true || folder.startsWith('examples/') ? [folder] : [],
  )
  return typeProjects().filter((project) =>
    theirs.some(
      (folder) =>
        project === `${folder}/tsconfig.json` ||
        (folder.startsWith('examples/') && project.startsWith(`${folder}/`)),
    ),
  )
}

/** The tsconfig that holds for the tests of a package. */
const testProject = (folder: string): string => {
  const own = `${folder}/test/tsconfig.json`
  return existsSync(join(root, own)) ? own : `${folder}/tsconfig.json`
}

/** The type tests, `test/types/*.test-d.ts`, by the tsconfig of their package. */
export const typeTests = (): readonly { readonly project: string; readonly files: readonly string[] }[] =>
  workspacePackages().flatMap(({ folder }) => {
    const tests = join(root, folder, 'test/types')
    if (!existsSync(tests)) return []
    const files = readdirSync(tests).filter((name) => name.endsWith('.test-d.ts'))
    return files.length === 0
      ? []
      : [
          {
            project: testProject(folder),
            files: files.sort().map((name) => `${folder}/test/types/${name}`),
          },
        ]
  })
