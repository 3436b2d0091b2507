import { spawnSync } from 'node:child_process'
import { packageFolder } from '../harness/places.ts'
import type { Sample, Variant } from '../harness/sample.ts'

/** Imports a package in a fresh process that has loaded nothing else. */
export const importing =
  (specifier: string): Variant =>
  async (): Promise<Sample> => {
    const code = `
      const before = performance.now()
      await import(${JSON.stringify(specifier)})
      console.log(performance.now() - before, process.memoryUsage().rss / 1024)`
    const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '--eval', code], {
      cwd: packageFolder,
      encoding: 'utf8',
    })
    if (status !== 0) throw new Error(`import of ${specifier} failed\n${stderr}`)
    const [ms, rss] = stdout.trim().split(' ').map(Number)
    return { ms: ms!, 'rss KB': rss! }
  }
