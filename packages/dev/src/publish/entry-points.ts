import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { root, type WorkspacePackage } from '../command/repository.ts'
import { exportFiles } from '../smoke/conditions.ts'

/** A key of `exports` that has types. */
export interface EntryPoint {
  /** What users import: `@xconnector/core/testing`. */
  readonly name: string
  /** Of its package, relative to the root: `packages/core`. */
  readonly folder: string
  /** Its types as ESM sees them, relative to the package. */
  readonly types: string
  /** Its report, relative to the root: `packages/core/api/testing.api.md`. */
  readonly report: string
}

/** The entry points of packages whose types somebody may use, in the order of `exports`. */
export const entryPoints = (packages: readonly WorkspacePackage[]): readonly EntryPoint[] =>
  packages.flatMap(({ folder, manifest }) =>
    Object.entries(manifest.exports ?? {}).flatMap(([key, value]) => {
      const types = exportFiles(value).find((e) => e.conditions.join() === 'import,types')?.file
      if (types === undefined) return []
      const report = `${folder}/api/${key === '.' ? 'index' : basename(key)}.api.md`
      return [{ name: manifest.name + key.slice(1), folder, types, report }]
    }),
  )

/** Entry points whose types have not been built. */
export const unbuilt = (all: readonly EntryPoint[]): readonly EntryPoint[] =>
  all.filter(({ folder, types }) => !existsSync(join(root, folder, types)))
