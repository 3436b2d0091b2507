import { fileURLToPath } from 'node:url'
import { build } from 'tsup'

const at = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url))

/**
 * A thread cannot be started from the sources, nor can the processes of the crash tests: builds both files, so that
 * tests never meet stale ones. (The processes need core's build too.)
 */
export const setup = async (): Promise<void> => {
  await build({
    config: false,
    entry: { index: at('src/index.ts'), thread: at('src/thread/thread.ts') },
    outDir: at('dist'),
    tsconfig: at('tsconfig.json'),
    format: ['esm'],
    target: 'node22',
    external: ['@xconnector/core'],
    removeNodeProtocol: false,
    splitting: false,
    treeshake: true,
    silent: true,
  })
}
