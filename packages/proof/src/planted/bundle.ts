import { readFile } from 'node:fs/promises'
import { join, resolve, sep } from 'node:path'
import { build } from 'esbuild'
import { planted, type PlantedBug } from './planted-bug.ts'

/** The checkout that holds this file. */
export const root: string = resolve(import.meta.dirname, '../../../..')

/** The program that simulates the reference flows, seed by seed. */
export const PROGRAM: string = join(root, 'packages/proof/src/simulate/run.ts')

/**
 * Bundles a program with the sources of the packages, into one file that Node runs. With a bug: in the sources, of which
 * none is written. @throws Error when the program does not build, or the bug's file is no part of it.
 */
export const bundle = async (outfile: string, bug?: PlantedBug, program: string = PROGRAM): Promise<void> => {
  const changed = bug === undefined ? undefined : join(root, ...bug.file.split('/'))
  let seen = bug === undefined
  await build({
    entryPoints: [program],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    conditions: ['@xconnector/source'],
    // What is CommonJS of what is bundled asks for it.
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    logLevel: 'silent',
    plugins: [
      {
        name: 'planted bug',
        setup(b) {
          if (bug === undefined || changed === undefined) return
          const last = changed.split(sep).at(-1)!.replaceAll('.', '\\.')
          b.onLoad({ filter: new RegExp(`${last}$`) }, async ({ path }) => {
            if (path !== changed) return undefined
            seen = true
            return { contents: planted(await readFile(path, 'utf8'), bug), loader: 'ts' }
          })
        },
      },
    ],
  })
  if (!seen) throw new Error(`${bug?.name}: ${bug?.file} is no part of ${program}`)
}
