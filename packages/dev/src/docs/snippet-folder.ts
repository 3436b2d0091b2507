import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root, workspacePackages } from '../command/repository.ts'
import { diagnose, type Compiler, type Diagnostic } from '../types/compilers.ts'
import type { Snippet } from './snippets.ts'

/** Snippets on disk, with the packages that a user would have installed. */
export interface SnippetFolder {
  readonly path: string
  /** Type-checks all of them at once; the errors of each snippet, on the lines of its page. */
  check(compiler: Compiler): Promise<ReadonlyMap<Snippet, readonly Diagnostic[]>>
  remove(): void
}

// What snippets may import beside the packages, and which folder has it installed.
const INSTALLED: Readonly<Record<string, string>> = {
  '@hono/node-server': 'packages/http',
  '@types/express': 'examples/service',
  axios: 'packages/http',
  'axios-retry': 'packages/http',
  eventemitter3: 'packages/core',
  express: 'examples/service',
  fastify: 'examples/service',
  'fp-ts': 'packages/core',
  hono: 'packages/http',
  'io-ts': 'packages/core',
  msw: 'packages/http',
  next: 'packages/http',
  zod: 'packages/core',
}

const link = (target: string, path: string): void => {
  mkdirSync(dirname(path), { recursive: true })
  symlinkSync(target, path)
}

const install = (modules: string): void => {
  for (const { folder, manifest } of workspacePackages().filter((p) => p.manifest.private !== true))
    link(join(root, folder), join(modules, manifest.name))
  for (const [name, by] of Object.entries(INSTALLED))
    link(join(root, by, 'node_modules', name), join(modules, name))
}

/** Writes snippets to a folder of their own, inside of `node_modules/.cache`. */
export const snippetFolder = (snippets: readonly Snippet[]): SnippetFolder => {
  const cache = join(root, 'node_modules/.cache/xconnector')
  mkdirSync(cache, { recursive: true })
  const path = mkdtempSync(join(cache, 'snippets-'))
  install(join(path, 'node_modules'))
  writeFileSync(join(path, 'package.json'), JSON.stringify({ type: 'module' }))
  writeFileSync(
    join(path, 'tsconfig.json'),
    JSON.stringify({
      extends: join(root, 'tsconfig.base.json'),
      // `.ts` in imports: as files that Node runs without a build.
      compilerOptions: {
        isolatedDeclarations: false,
        declaration: false,
        allowImportingTsExtensions: true,
      },
      files: snippets.map((s) => s.file),
    }),
  )
  for (const snippet of snippets) {
    const file = join(path, snippet.file)
    mkdirSync(dirname(file), { recursive: true })
    // A module even where it imports nothing: else its names would be those of all.
    writeFileSync(file, `${snippet.code}\nexport {}\n`)
  }
  return {
    path,
    async check(compiler) {
      const errors = snippets.length === 0 ? [] : await diagnose(compiler, join(path, 'tsconfig.json'))
      const of = new Map(
        snippets.map((s) => [s, errors.filter((e) => join(root, e.file) === join(path, s.file))]),
      )
      const elsewhere = errors.filter((e) => ![...of.values()].some((own) => own.includes(e)))
      if (elsewhere.length > 0)
        throw new Error(elsewhere.map((e) => `${e.file}:${e.line} ${e.text}`).join('\n'))
      return of
    },
    remove() {
      if (existsSync(path)) rmSync(path, { recursive: true })
    },
  }
}
