import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../command/child.ts'
import { pnpm } from '../command/pnpm.ts'
import {
  readManifest,
  workspacePackages,
  type Manifest,
  type WorkspacePackage,
} from '../command/repository.ts'

/** A package as its users get it. */
export interface Packed {
  readonly from: WorkspacePackage
  /** Its tarball, as the registry would get it. */
  readonly tarball: string
  /** Where the tarball was unpacked. */
  readonly folder: string
  readonly manifest: Manifest
}

/** The packages of the workspace that users install: all that are not private. */
export const publishedPackages = (): readonly WorkspacePackage[] =>
  workspacePackages().filter((p) => p.manifest.private !== true)

/** Packs packages, by one pnpm, and unpacks each tarball into a folder of its own below `into`. */
export const packAll = async (
  packages: readonly WorkspacePackage[],
  into: string,
): Promise<readonly Packed[]> => {
  const filters = packages.flatMap((p) => ['--filter', p.manifest.name])
  mkdirSync(into, { recursive: true })
  // `%s` is the name as registries write it in files: `@a/b` becomes `a-b`.
  const { code, output } = await pnpm(['--recursive', ...filters, 'pack', '--out', join(into, '%s.tgz')])
  if (code !== 0) throw new Error(`cannot pack:\n${output}`)
  return Promise.all(
    packages.map(async (from) => {
      const folder = join(into, from.folder)
      const tarball = join(into, `${from.manifest.name.replace('@', '').replace('/', '-')}.tgz`)
      mkdirSync(folder, { recursive: true })
      const unpacked = await run('tar', ['-xzf', tarball, '-C', folder])
      if (unpacked.code !== 0) throw new Error(`cannot unpack ${from.folder}:\n${unpacked.output}`)
      const own = join(folder, 'package')
      return { from, tarball, folder: own, manifest: readManifest(own) }
    }),
  )
}

/** Packs and unpacks one package. */
export const packAndUnpack = async (from: WorkspacePackage, into: string): Promise<Packed> =>
  (await packAll([from], into))[0]!
