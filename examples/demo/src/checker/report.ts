import { table } from '@xconnector/example-kit/table'
import { count, counted, span } from '@xconnector/example-kit/words'
import { TARGETS, type TargetName } from '../shared/evidence.ts'
import { deliveriesOf, repeatsIn } from './deliveries.ts'
import type { Evidence } from './evidence.ts'
import { versionName } from './finding.ts'
import { histograms } from './histogram.ts'
import { mebibytes, megabytes } from './sizes.ts'
import { quantile, speedOf, wholeTime, type Speed } from './speed.ts'
import { restartedIn, sentBytes } from './uploads.ts'

type Speeds = Readonly<Record<TargetName, Speed>>

/** What a run came to, in figures. */
export const report = (evidence: Evidence): string => {
  const speeds = speedOf(evidence)
  return [
    targetTable(evidence, speeds),
    timeSentence(evidence),
    '',
    histograms(TARGETS.map((target) => [target, speeds[target].waits])),
    '',
    fileTable(evidence),
    bytesSentence(evidence),
    '',
  ].join('\n')
}

const HEAD = [
  'target',
  'accepted',
  '= delivered',
  '+ superseded',
  '+ dead',
  '+ pending',
  'repeats',
  'a second',
  'p50',
  'p99',
]

const targetTable = (evidence: Evidence, speeds: Speeds): string =>
  table(
    HEAD,
    TARGETS.map((target) => {
      const { accepted, done, dead, pending } = evidence.books.targets[target]
      const { delivered = 0, superseded = 0, discarded = 0 } = done
      const { perSecond, waits } = speeds[target]
      const numbers = [
        accepted,
        delivered,
        superseded + discarded,
        dead,
        pending,
        duplicates(evidence, target),
      ]
      return [
        target,
        ...numbers.map(count),
        perSecond.toFixed(1),
        span(quantile(waits, 0.5)),
        span(quantile(waits, 0.99)),
      ]
    }),
  )

/** How often a target got something again. Of VIP: files that were uploaded anew. */
const duplicates = (evidence: Evidence, target: TargetName): number => {
  const { requests, tracking, announced, uploads } = evidence
  switch (target) {
    case 'vip':
      return restartedIn(announced, uploads).length
    case 'tracking':
      return repeatsIn(deliveriesOf(tracking, ({ event }) => event))
    default:
      return repeatsIn(deliveriesOf(requests[target], ({ thing, version }) => versionName(thing, version)))
  }
}

const timeSentence = (evidence: Evidence): string =>
  `  ${counted(evidence.acknowledged.size, 'webhook')} and ${counted(evidence.events.size, 'event')} in ` +
  `${span(wholeTime(evidence))}; p50 and p99 are from acknowledgement to delivery, kill, outage and replay included`

const fileTable = ({ held }: Evidence): string => {
  const formats = Map.groupBy(held.values(), ({ format }) => format ?? 'unknown')
  const rows = [...formats].toSorted(([a], [b]) => a.localeCompare(b))
  return table(
    ['files at VIP', 'number', 'smallest', 'largest', 'together'],
    rows.map(([format, files]) => {
      const sizes = files.map(({ size }) => size)
      const all = [Math.min(...sizes), Math.max(...sizes), sizes.reduce((sum, size) => sum + size, 0)]
      return [format, count(files.length), ...all.map(megabytes)]
    }),
  )
}

const bytesSentence = ({ announced, uploads, peakMemory }: Evidence): string => {
  const { sent, again } = sentBytes(announced, uploads)
  const memory = peakMemory === undefined ? 'unknown' : mebibytes(peakMemory)
  return (
    `  ${megabytes(sent)} of files sent to VIP, ${mebibytes(again)} of them again; ` +
    `peak memory of the service ${memory}`
  )
}
