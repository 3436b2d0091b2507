import { commandLine } from './command/arguments.ts'
import { build } from './command/pnpm.ts'
import { root } from './command/repository.ts'
import { tallyLine } from './command/tally.ts'
import { apiReports } from './publish/api-reports.ts'
import { entryPoints, unbuilt } from './publish/entry-points.ts'
import { acceptReports, compareReports } from './publish/reconcile.ts'
import { publishedPackages } from './smoke/pack.ts'

// npx -y pnpm@12 api: builds, shows how the public types differ from the reports in the tree, and writes the reports.
// With --check it writes nothing, takes the build as it is, and fails where they differ.
const { options } = commandLine({ command: 'api', options: ['check'] })
const check = options.has('check')

if (!check) {
  const built = await build()
  if (built.code !== 0) {
    console.error(built.output)
    process.exit(built.code)
  }
}
const entries = entryPoints(publishedPackages())
const missing = unbuilt(entries)
if (missing.length > 0) {
  console.error(
    `these are not built: ${missing.map((e) => e.name).join(', ')}; build them: npx -y pnpm@12 build`,
  )
  process.exit(1)
}
const wanted = new Map([...apiReports(entries)].map(([entry, text]) => [entry.report, text]))
const findings = compareReports(root, wanted)
const changed = findings.filter((f) => f.trouble !== undefined)
for (const { report, trouble } of changed) console.log(`${report}:\n${trouble}\n`)
if (check) {
  if (changed.length > 0) console.log('The public types changed. To accept that: npx -y pnpm@12 api\n')
  console.log(tallyLine({ passed: findings.length - changed.length, failed: changed.length, skipped: 0 }))
  process.exitCode = changed.length > 0 ? 1 : 0
} else {
  acceptReports(root, wanted)
  console.log(changed.length === 0 ? 'the reports hold' : `${changed.length} reports written`)
}
