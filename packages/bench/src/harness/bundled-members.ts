import { join } from 'node:path'
import type { Plugin } from 'esbuild'
import { bundle } from './bundle.ts'
import { checkout, workFolder } from './places.ts'

/** Where the bundle of a member is. */
export const bundledMember = (bench: string, name: string): string => join(workFolder(bench), `${name}.mjs`)

/**
 * Bundles members from the text of their modules, so that their processes hold what they need and nothing that compiles
 * TypeScript. This project's packages are bundled from their sources; peers are loaded as they are installed, axios under our
 * client too. `thread`: whether the thread of SQLite's journal is put beside them.
 */
export const bundleMembers = async (
  bench: string,
  members: Readonly<Record<string, string>>,
  { thread = false }: { readonly thread?: boolean } = {},
): Promise<void> => {
  await Promise.all([
    ...Object.entries(members).map(([name, text]) =>
      bundle(text, bundledMember(bench, name), [peersAsInstalled]),
    ),
    thread && bundle(`import '${THREAD}'\n`, join(workFolder(bench), 'thread.js'), [withEffects]),
  ])
}

const PEERS = [
  'axios',
  'axios-retry',
  'express',
  'fast-proxy',
  'fastify',
  'got',
  'http-proxy',
  'ky',
  'undici',
]

const peersAsInstalled: Plugin = {
  name: 'peers as installed',
  setup(build) {
    build.onResolve({ filter: new RegExp(`^(?:${PEERS.join('|')})$`) }, ({ path }) => ({
      path,
      external: true,
    }))
  },
}

const THREAD = join(checkout, 'packages/sqlite/src/thread/thread.ts')

// Its package says that importing a file does nothing by itself.
const withEffects: Plugin = {
  name: 'thread',
  setup(build) {
    build.onResolve({ filter: /thread\.ts$/ }, ({ path }) => ({ path, sideEffects: true }))
  },
}
