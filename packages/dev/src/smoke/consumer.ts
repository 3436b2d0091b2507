import { cpSync, existsSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { run } from '../command/child.ts'
import { pnpm } from '../command/pnpm.ts'
import { readManifest, root, type Manifest, type WorkspacePackage } from '../command/repository.ts'

/** A package as its users get it. */
export interface Packed {
  readonly from: WorkspacePackage
  /** Where its tarball was unpacked. */
  readonly folder: string
  readonly manifest: Manifest
}

/** Packs a package and unpacks the tarball into a folder of its own below `into`. */
export const packAndUnpack = async (from: WorkspacePackage, into: string): Promise<Packed> => {
  const folder = join(into, from.folder)
  mkdirSync(folder, { recursive: true })
  const tarball = join(folder, 'package.tgz')
  const packed = await pnpm(['pack', '--out', tarball], { cwd: join(root, from.folder) })
  if (packed.code !== 0) throw new Error(`cannot pack ${from.folder}:\n${packed.output}`)
  const unpacked = await run('tar', ['-xzf', tarball, '-C', folder])
  if (unpacked.code !== 0) throw new Error(`cannot unpack ${from.folder}:\n${unpacked.output}`)
  return { from, folder: join(folder, 'package'), manifest: readManifest(join(folder, 'package')) }
}

/** What a package asks its users to have installed, peers included; optional peers left out. */
export const runtimeDependencies = (manifest: Manifest): readonly string[] => {
  const peers = Object.keys(manifest.peerDependencies ?? {})
  return [
    ...Object.keys(manifest.dependencies ?? {}),
    ...peers.filter((name) => manifest.peerDependenciesMeta?.[name]?.optional !== true),
  ]
}

/** The folder in which Node finds a package, from a folder on. */
export const findInstalled = (name: string, from: string): string | undefined => {
  for (let folder = from; ; folder = dirname(folder)) {
    const found = join(folder, 'node_modules', name)
    if (existsSync(join(found, 'package.json'))) return realpathSync(found)
    if (folder === dirname(folder)) return undefined
  }
}

/**
 * An empty project that installed one packed package: what it declares, and nothing else. Packages of others are linked
 * from the workspace, so that no network is needed.
 */
export const makeConsumer = (packed: Packed, all: readonly Packed[], folder: string): string => {
  const modules = join(folder, 'node_modules')
  const install = ({ from, folder: unpacked, manifest }: Packed): void => {
    const own = join(modules, manifest.name)
    if (existsSync(own)) return
    cpSync(unpacked, own, { recursive: true })
    for (const name of runtimeDependencies(manifest)) {
      const sibling = all.find((p) => p.manifest.name === name)
      if (sibling !== undefined) install(sibling)
      else if (!existsSync(join(modules, name))) {
        const installed = findInstalled(name, join(root, from.folder))
        if (installed === undefined)
          throw new Error(`${manifest.name} declares ${name}, which is not installed`)
        mkdirSync(dirname(join(modules, name)), { recursive: true })
        symlinkSync(installed, join(modules, name), 'dir')
      }
    }
  }
  mkdirSync(modules, { recursive: true })
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'consumer', private: true }))
  install(packed)
  return folder
}

/** Every package of a consumer's tree, by `name@version`: what its dependencies, and theirs, lead to. */
export const runtimeTree = (name: string, consumer: string): readonly string[] => {
  const seen = new Set<string>()
  const visit = (dependency: string, from: string): void => {
    const folder = findInstalled(dependency, from)
    if (folder === undefined || seen.has(folder)) return
    seen.add(folder)
    const manifest = readManifest(folder)
    const names = [...runtimeDependencies(manifest), ...Object.keys(manifest.optionalDependencies ?? {})]
    for (const next of names) visit(next, folder)
  }
  visit(name, consumer)
  return [...seen].map((folder) => {
    const { name: own, version } = readManifest(folder) as Manifest & { readonly version: string }
    return `${own}@${version}`
  })
}
