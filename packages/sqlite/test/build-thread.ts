import { fileURLToPath } from 'node:url'
import { build, type Options } from 'tsup'

const at = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url))

/** Where the crash tests' processes are built, from the sources of this package and of core. */
export const CRASH_PROGRAM: string = at('node_modules/.crash/process.js')

/** The same, of the terminal command and of a service for it. */
export const TERMINAL_PROGRAM: string = at('node_modules/.crash/terminal.js')
export const SERVICE_PROGRAM: string = at('node_modules/.crash/service.js')

/** A journal that is asked by messages, for what no process does to itself. */
export const HOSTILE_PROGRAM: string = at('node_modules/.crash/hostile.js')

const shared: Options = {
  config: false,
  tsconfig: at('tsconfig.json'),
  format: ['esm'],
  target: 'node22',
  removeNodeProtocol: false,
  splitting: false,
  treeshake: true,
  silent: true,
  outExtension: () => ({ js: '.js' }),
}

/**
 * Neither a thread nor a process can be started from the sources: builds what they run, so that no test ever meets a
 * stale file, or needs a build of its own.
 */
export const setup = async (): Promise<void> => {
  const thread = { thread: at('src/thread/thread.ts') }
  await build({ ...shared, entry: thread, outDir: at('dist') })
  await build({
    ...shared,
    entry: {
      ...thread,
      process: at('test/crash/process.ts'),
      hostile: at('test/hostile/support/process.ts'),
      terminal: at('test/terminal/support/terminal-process.ts'),
      service: at('test/terminal/support/service-process.ts'),
    },
    outDir: at('node_modules/.crash'),
    noExternal: [/./],
    esbuildOptions: (options) => {
      options.conditions = ['@xconnector/source']
    },
  })
}
