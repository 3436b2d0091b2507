import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { Programs } from '../../src/crash/programs.ts'

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url))

/**
 * Builds the processes of a run from the sources of all packages, so that no test ever meets a stale build. They lie where
 * axios is found.
 */
export const bundled = async (): Promise<Programs> => {
  const outdir = at('node_modules/.crash')
  const entryPoints = {
    service: at('src/crash/service/service.ts'),
    'thread-faults': at('src/crash/service/thread-faults.ts'),
    'checkpoint-killer': at('src/crash/service/checkpoint-killer.ts'),
    producer: at('src/crash/producer/producer.ts'),
    receiver: at('src/crash/receiver/receiver.ts'),
    thread: at('../sqlite/src/thread/thread.ts'),
  }
  await build({
    entryPoints,
    outdir,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    conditions: ['@xconnector/source'],
    external: ['axios', 'axios-retry'],
    banner: {
      js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url)",
    },
    logLevel: 'silent',
  })
  return {
    service: join(outdir, 'service.js'),
    producer: join(outdir, 'producer.js'),
    receiver: join(outdir, 'receiver.js'),
  }
}
