import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { workspacePackages } from '../command/repository.ts'

const FILES = ['package.json', 'pnpm-workspace.yaml', 'tsconfig.base.json', 'vitest.config.ts']
const LEFT_OUT = new Set(['node_modules', '.turbo', 'coverage', '.data'])

// Links what is installed; packages of the workspace to their copies, so that a mutant is what others import.
const linkModules = (from: string, to: string, checkout: string, copy: string): void => {
  if (!existsSync(from)) return
  mkdirSync(to, { recursive: true })
  const siblings = new Map(workspacePackages(checkout).map((p) => [p.manifest.name, p.folder]))
  const link = (name: string): void => {
    const sibling = siblings.get(name)
    const target = sibling === undefined ? join(from, name) : join(copy, sibling)
    mkdirSync(dirname(join(to, name)), { recursive: true })
    symlinkSync(target, join(to, name))
  }
  for (const name of readdirSync(from)) {
    // Vite and others keep caches there, and tests what they build, which a copy must not share: it would build its fault
    // into the programs of the checkout's own tests.
    if (name === '.cache' || name === '.crash' || name.startsWith('.vite')) continue
    if (!name.startsWith('@')) link(name)
    else for (const scoped of readdirSync(join(from, name))) link(`${name}/${scoped}`)
  }
}

/** Copies a checkout's packages into an empty folder, with what is installed linked; nothing of the checkout is written. */
export const copyCheckout = (checkout: string, copy: string): void => {
  for (const file of FILES)
    if (existsSync(join(checkout, file))) cpSync(join(checkout, file), join(copy, file))
  linkModules(join(checkout, 'node_modules'), join(copy, 'node_modules'), checkout, copy)
  for (const { folder } of workspacePackages(checkout)) {
    cpSync(join(checkout, folder), join(copy, folder), {
      recursive: true,
      filter: (path) => !LEFT_OUT.has(basename(path)) && !/test[\\/]fixtures$/.test(relative(checkout, path)),
    })
    linkModules(join(checkout, folder, 'node_modules'), join(copy, folder, 'node_modules'), checkout, copy)
  }
}
