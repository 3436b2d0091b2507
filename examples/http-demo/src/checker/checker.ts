import { bad, good, strong } from '@xconnector/example-kit/story'
import { table } from '@xconnector/example-kit/table'
import { count, counted, span } from '@xconnector/example-kit/words'
import { SYSTEMS } from '../shared/systems.ts'
import { deliveriesOf, repeats } from './deliveries.ts'
import { readEvidence } from './evidence.ts'
import { laws } from './laws.ts'
import { speedOf } from './speed.ts'

// A process of its own, that talks to nobody: it reads the logs of the sender and the receivers, and the journal's file.
const evidence = await readEvidence(process.env['FOLDER'] ?? '')
const { acknowledged, books, requests } = evidence
const speed = speedOf(evidence)

const rows = SYSTEMS.map((system) => {
  const book = books.systems[system]
  const { delivered = 0, superseded = 0 } = book.done
  const { p50, p99 } = speed.latency[system]
  const took = deliveriesOf(requests[system])
  const numbers = [book.accepted, delivered, superseded, book.dead, book.pending, repeats(took)]
  return [system, ...numbers.map(count), span(p50), span(p99)]
})
const head = [
  'target',
  'accepted',
  '= delivered',
  '+ superseded',
  '+ dead',
  '+ pending',
  'repeats',
  'p50',
  'p99',
]
console.log(table(head, rows))
const perSecond = Math.round((1000 * acknowledged.size) / speed.took)
console.log(
  `  ${counted(perSecond, 'message')}/s: ${count(acknowledged.size)} in ${span(speed.took)}, ` +
    `${count(speed.deliveries)} deliveries; p50 and p99 are from acknowledgement to delivery, outages included\n`,
)

const broken = laws.flatMap((law) => {
  const finding = law(evidence)
  if (finding.broken.length === 0) console.log(good(finding.holds))
  else for (const sentence of finding.broken) console.log(bad(sentence))
  return finding.broken
})
if (broken.length > 0) console.log(strong(`\n  It does not reconcile: ${broken[0]}.`))
process.exitCode = broken.length === 0 ? 0 : 1
