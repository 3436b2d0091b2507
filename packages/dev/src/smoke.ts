import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { commandLine } from './command/arguments.ts'
import { tallyLine } from './command/tally.ts'
import { checkBins } from './smoke/bins.ts'
import { checkExports, checkManifest, checkTree, loadable, type Check } from './smoke/checks.ts'
import { makeConsumer } from './smoke/consumer.ts'
import { checkFields } from './smoke/fields.ts'
import { checkOldestNodes } from './smoke/oldest-nodes.ts'
import { packAll, publishedPackages, type Packed } from './smoke/pack.ts'
import { checkWithPublint } from './smoke/publint.ts'
import { checkTypesOfModules } from './smoke/wrong-types.ts'

// Takes every published package the way a user's Node does: packed, alone in an empty project, as ESM and as CommonJS, on
// this Node and on the oldest ones. Needs the build. Type checks, tests and lint all pass on an output that cannot load;
// this does not.
commandLine({ command: 'smoke' })
const folder = mkdtempSync(join(tmpdir(), 'xconnector-smoke-'))
const checks: Check[] = []

const flatAll = async <A>(
  all: readonly A[],
  find: (one: A) => Promise<readonly Check[]>,
): Promise<readonly Check[]> => (await Promise.all(all.map(find))).flat()

const timed = async (what: string, find: () => Promise<readonly Check[]>): Promise<void> => {
  const began = performance.now()
  const found = await find()
  checks.push(...found)
  console.log(`${what}: ${found.length} checks in ${((performance.now() - began) / 1000).toFixed(1)} s`)
}

try {
  const packed: Packed[] = []
  await timed('pack', async () => {
    packed.push(...(await packAll(publishedPackages(), join(folder, 'packed'))))
    return packed.flatMap((one) => [...checkManifest(one), ...checkFields(one)])
  })
  // A package's subpath for tests may need what is optional otherwise; the rest must do without.
  const consumers = new Map(
    packed.map((one) => {
      const at = (kind: string): string => join(folder, kind, one.from.folder)
      const tester = makeConsumer(one, packed, at('testers'), 'all')
      return [one, { user: makeConsumer(one, packed, at('users')), tester }]
    }),
  )
  const forTests = (key: string): boolean => key.startsWith('./testing')
  await timed('publint', () => Promise.all(packed.map(checkWithPublint)))
  await timed('attw', () => flatAll(packed, checkTypesOfModules))
  await timed('load', () =>
    flatAll([...consumers], async ([one, { user, tester }]) => {
      const keys = loadable(one.manifest.exports ?? {})
      return [
        ...(await checkExports(
          one,
          keys.filter((key) => !forTests(key)),
          user,
        )),
        ...(await checkExports(one, keys.filter(forTests), tester)),
        ...(await checkBins(one, user)),
        ...checkTree(one, user),
      ]
    }),
  )
  await timed('oldest Nodes', () =>
    flatAll([...consumers], ([one, { tester }]) => checkOldestNodes(one, tester)),
  )
} finally {
  rmSync(folder, { recursive: true })
}
const failed = checks.filter((check) => check.trouble !== undefined)
for (const { what, trouble } of failed) console.log(`FAIL  ${what}\n${trouble}\n`)
console.log(tallyLine({ passed: checks.length - failed.length, failed: failed.length, skipped: 0 }))
process.exitCode = failed.length === 0 ? 0 : 1
