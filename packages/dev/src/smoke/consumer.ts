import { cpSync, existsSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { readManifest, root, type Manifest } from '../command/repository.ts'
import type { Packed } from './pack.ts'

/** Which of a package's peers a project has: those it must have, or the optional ones too. */
export type Peers = 'required' | 'all'

/** What a package asks its users to have installed, peers included. */
export const runtimeDependencies = (manifest: Manifest, peers: Peers = 'required'): readonly string[] => [
  ...Object.keys(manifest.dependencies ?? {}),
  ...Object.keys(manifest.peerDependencies ?? {}).filter(
    (name) => peers === 'all' || manifest.peerDependenciesMeta?.[name]?.optional !== true,
  ),
]

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
export const makeConsumer = (
  packed: Packed,
  all: readonly Packed[],
  folder: string,
  peers: Peers = 'required',
): string => {
  const modules = join(folder, 'node_modules')
  const install = ({ from, folder: unpacked, manifest }: Packed): void => {
    const own = join(modules, manifest.name)
    if (existsSync(own)) return
    cpSync(unpacked, own, { recursive: true })
    for (const name of runtimeDependencies(manifest, peers)) {
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
