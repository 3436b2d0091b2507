import { fileURLToPath } from 'node:url'
import { build } from 'tsup'

const at = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url))

/** A thread cannot be started from the sources: builds its file, so that tests never meet a stale one. */
export const setup = async (): Promise<void> => {
  await build({
    config: false,
    entry: { thread: at('src/thread/thread.ts') },
    outDir: at('dist'),
    tsconfig: at('tsconfig.json'),
    format: ['esm'],
    target: 'node22',
    sourcemap: true,
    treeshake: true,
    removeNodeProtocol: false,
    silent: true,
  })
}
