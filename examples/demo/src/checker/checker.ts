import { bad, good, strong } from '@xconnector/example-kit/story'
import { readEvidence } from './evidence.ts'
import { laws } from './laws.ts'
import { report } from './report.ts'

// A process of its own, that talks to nobody: it reads the logs of the CMS and the receivers, the files that VIP got, and the
// journal's file. It ends with 1 when any law is broken.
const { FOLDER = '', LARGE_BYTES = '100000000' } = process.env
const evidence = await readEvidence(FOLDER, Number(LARGE_BYTES))
console.log(report(evidence))

const broken = laws.flatMap((law) => {
  const finding = law(evidence)
  if (finding.broken.length === 0) console.log(good(finding.holds))
  else for (const sentence of finding.broken) console.log(bad(sentence))
  return finding.broken
})
if (broken.length > 0) console.log(strong(`\n  It does not reconcile: ${broken[0]}.`))
process.exitCode = broken.length === 0 ? 0 : 1
