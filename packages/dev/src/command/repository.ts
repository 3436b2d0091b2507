import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** The checkout that holds this file. */
export const root: string = resolve(import.meta.dirname, '../../../..')

/** What this workspace reads in a package.json. */
export interface Manifest {
  readonly name: string
  readonly private?: boolean
  readonly description?: string
  readonly keywords?: readonly string[]
  readonly license?: string
  readonly sideEffects?: boolean | readonly string[]
  readonly engines?: Readonly<Record<string, string>>
  readonly publishConfig?: { readonly access?: string }
  readonly bin?: string | Readonly<Record<string, string>>
  readonly exports?: Readonly<Record<string, unknown>>
  readonly scripts?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>
}

/** A package of the workspace. */
export interface WorkspacePackage {
  /** Relative to the root: `packages/core`. */
  readonly folder: string
  readonly manifest: Manifest
}

export const readManifest = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest

/** The packages of a checkout, examples included, by folder name. */
export const workspacePackages = (checkout: string = root): readonly WorkspacePackage[] =>
  ['packages', 'examples']
    .filter((parent) => existsSync(join(checkout, parent)))
    .flatMap((parent) => readdirSync(join(checkout, parent)).map((name) => `${parent}/${name}`))
    .filter((folder) => existsSync(join(checkout, folder, 'package.json')))
    .sort()
    .map((folder) => ({ folder, manifest: readManifest(join(checkout, folder)) }))
