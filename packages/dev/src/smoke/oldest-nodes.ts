import { copyFileSync, existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { run } from '../command/child.ts'
import { root, type Manifest } from '../command/repository.ts'
import { checkBins } from './bins.ts'
import { checkExports, loadable, type Check } from './checks.ts'
import type { Packed } from './pack.ts'

/** The oldest Node of each line that a package says it runs on: `^22.18.0 || >=26.0.0` gives `22.18.0`. */
export const oldestNodes = ({ engines }: Manifest): readonly string[] =>
  [...(engines?.['node'] ?? '').matchAll(/\^(\d+\.\d+\.\d+)/g)].map(([, version]) => version!)

/** Where the npm package `node` of a version is installed, under a name with that version. */
export const nodeProgram = (version: string): string =>
  join(root, 'packages/dev/node_modules', `node-${version}`, 'bin/node')

const PROGRAMS = join(import.meta.dirname, 'programs')

/** Runs the program that uses a package, `programs/<folder>.mjs`, which must end by saying that it works. */
const tryOut = async ({ from, manifest }: Packed, consumer: string, node: string): Promise<Check> => {
  const name = `${basename(from.folder)}.mjs`
  if (!existsSync(join(PROGRAMS, name))) {
    const trouble = `no program uses it: write packages/dev/src/smoke/programs/${name}`
    return { what: `${manifest.name}: ${name} runs`, trouble }
  }
  copyFileSync(join(PROGRAMS, name), join(consumer, name))
  const { code, output } = await run(node, [name], {
    cwd: consumer,
    env: { NODE_OPTIONS: '' },
    limit: 60_000,
  })
  return {
    what: `${manifest.name}: ${name} runs`,
    trouble: code === 0 && /^works$/m.test(output) ? undefined : output.trim(),
  }
}

/** Loads and uses a package on the oldest Nodes of its `engines`. */
export const checkOldestNodes = async (packed: Packed, consumer: string): Promise<readonly Check[]> => {
  const versions = oldestNodes(packed.manifest)
  const { name } = packed.manifest
  if (versions.length === 0)
    return [{ what: `${name}: engines name the oldest Nodes`, trouble: 'no `^x.y.z` in engines.node' }]
  const checks: Check[] = []
  for (const version of versions) {
    const node = nodeProgram(version)
    const label = (check: Check): Check => ({ ...check, what: `${check.what}, on Node ${version}` })
    const said = existsSync(node) ? await run(node, ['--version'], { limit: 10_000 }) : undefined
    if (said?.output.trim() !== `v${version}`) {
      const trouble = `it is not installed: add "node-${version}": "npm:node@${version}" to packages/dev/package.json`
      checks.push({ what: `${name}: Node ${version}`, trouble })
      continue
    }
    const keys = loadable(packed.manifest.exports ?? {})
    checks.push(...(await checkExports(packed, keys, consumer, node)).map(label))
    checks.push(...(await checkBins(packed, consumer, node)).map(label))
    checks.push(label(await tryOut(packed, consumer, node)))
  }
  return checks
}
