import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { commandLine } from './command/arguments.ts'
import { workspacePackages } from './command/repository.ts'
import { tallyLine } from './command/tally.ts'
import { checkExports, checkManifest, checkTree, type Check } from './smoke/checks.ts'
import { makeConsumer, packAndUnpack, type Packed } from './smoke/consumer.ts'

// Loads every published package the way a user's Node does: packed, alone in an empty project, as ESM and as CommonJS.
// Needs the build. Type checks, tests and lint all pass on an output that cannot load; this does not.
commandLine({ command: 'smoke' })
const folder = mkdtempSync(join(tmpdir(), 'xconnector-smoke-'))
const checks: Check[] = []
try {
  const packed: Packed[] = []
  for (const from of workspacePackages().filter((p) => p.manifest.private !== true))
    packed.push(await packAndUnpack(from, join(folder, 'packed')))
  for (const one of packed) {
    const consumer = makeConsumer(one, packed, join(folder, 'consumers', one.from.folder))
    checks.push(...checkManifest(one), ...(await checkExports(one, consumer)), ...checkTree(one, consumer))
  }
} finally {
  rmSync(folder, { recursive: true })
}
const failed = checks.filter((check) => check.trouble !== undefined)
for (const { what, trouble } of failed) console.log(`FAIL  ${what}\n${trouble}\n`)
console.log(tallyLine({ passed: checks.length - failed.length, failed: failed.length, skipped: 0 }))
process.exitCode = failed.length === 0 ? 0 : 1
