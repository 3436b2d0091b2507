import type { Health } from '@xconnector/core'
import type { HopStatus, Pause, Status } from '@xconnector/core/operate'
import type { LoopDelay } from '../../ports/process-facts.js'
import type { EventTallies, HopTally } from './event-tallies.js'
import type { Family, Labels, Sample } from './exposition.js'
import { BOUNDS } from './histogram.js'
import type { ParkedTime } from './parked-time.js'

/** What metrics are made of. */
export interface Measured {
  readonly now: number
  readonly health: Health
  /** undefined: the journal could not be read in time. */
  readonly status: Status | undefined
  readonly tallies: EventTallies
  readonly parked: ParkedTime
  readonly loop: LoopDelay | undefined
  /** Epoch seconds. */
  readonly started: number
}

/**
 * All metrics. `xconnector_entries_…` come from the journal: they are its totals, over restarts, and the same from every process
 * that shares it. Everything else is of this process, since it started.
 */
export const familiesOf = (m: Measured): readonly Family[] => [
  ...entries(m.status),
  ...attempts(m.tallies),
  ...destinations(m),
  ...runtime(m),
  ...processes(m),
]

const counter = (name: string, help: string, samples: readonly Sample[]): Family => ({
  name,
  type: 'counter',
  help,
  samples,
})
const gauge = (name: string, help: string, samples: readonly Sample[]): Family => ({
  name,
  type: 'gauge',
  help,
  samples,
})

const entries = (status: Status | undefined): readonly Family[] => {
  if (status === undefined) return []
  const hops = [...status.flows.flatMap((f) => f.hops), ...status.orphans]
  const of = (value: (h: HopStatus) => number | undefined): readonly Sample[] =>
    hops.flatMap((h) => {
      const n = value(h)
      return n === undefined ? [] : [{ labels: { flow: h.flow, hop: h.hop }, value: n }]
    })
  return [
    counter(
      'xconnector_entries_written_total',
      'Entries that came to a hop: done + dead + waiting.',
      of((h) => h.in),
    ),
    counter(
      'xconnector_entries_total',
      'Entries that are done, by outcome.',
      hops.flatMap(({ flow, hop, done }) =>
        Object.entries(done).map(([outcome, value]) => ({ labels: { flow, hop, outcome }, value })),
      ),
    ),
    gauge(
      'xconnector_entries_waiting',
      'Entries that wait or are in hand.',
      of((h) => h.waiting),
    ),
    gauge(
      'xconnector_entries_dead',
      'Dead letters.',
      of((h) => h.dead),
    ),
    gauge(
      'xconnector_entries_oldest_waiting_seconds',
      'Age of the oldest entry that waits; 0 when none does.',
      of((h) => (h.waiting === 0 ? 0 : h.oldest && Math.max(0, status.at - h.oldest) / 1000)),
    ),
  ]
}

const attempts = (tallies: EventTallies): readonly Family[] => {
  const hops = tallies.hops
  const labelsOf = ({ flow, hop }: HopTally): Labels => ({ flow, hop })
  return [
    counter(
      'xconnector_accepted_total',
      'Messages that were taken in, by what became of them then.',
      tallies.accepted.map(([flow, outcome, value]) => ({ labels: { flow, outcome }, value })),
    ),
    counter(
      'xconnector_attempts_total',
      'Attempts of hops, by outcome.',
      hops.flatMap((h) =>
        (['done', 'retried', 'dead'] as const).map((outcome) => ({
          labels: { ...labelsOf(h), outcome },
          value: h[outcome],
        })),
      ),
    ),
    counter(
      'xconnector_dead_letters_total',
      'Entries that became dead letters.',
      hops.map((h) => ({ labels: labelsOf(h), value: h.letters })),
    ),
    counter(
      'xconnector_failures_total',
      'Failures of hops, by tag.',
      hops.flatMap((h) =>
        [...h.failures].map(([tag, value]) => ({ labels: { ...labelsOf(h), tag }, value })),
      ),
    ),
    {
      name: 'xconnector_attempt_duration_seconds',
      type: 'histogram',
      help: 'How long attempts took.',
      samples: hops.flatMap((h) => histogram(labelsOf(h), h)),
    },
    counter(
      'xconnector_leases_lost_total',
      'Attempts whose outcome was not written, for another process has the entry.',
      hops.map((h) => ({ labels: labelsOf(h), value: h.fenced })),
    ),
    counter(
      'xconnector_runs_total',
      'Batch runs that are over.',
      tallies.runs.map(([flow, value]) => ({ labels: { flow }, value })),
    ),
    counter(
      'xconnector_drift_alarms_total',
      'Alarms that the messages of a source do not look as they did, by what it is.',
      tallies.drift.map(([source, what, value]) => ({ labels: { source, what }, value })),
    ),
  ]
}

const histogram = (labels: Labels, { durations }: HopTally): readonly Sample[] => {
  const { buckets, sum } = durations
  const all = buckets.at(-1)!
  return [
    ...buckets.map((value, i): Sample => ({
      labels: { ...labels, le: BOUNDS[i] === undefined ? '+Inf' : String(BOUNDS[i]) },
      value,
      suffix: '_bucket',
    })),
    { labels, value: sum, suffix: '_sum' },
    { labels, value: all, suffix: '_count' },
  ]
}

const destinations = ({ now, health, status, parked }: Measured): readonly Family[] => {
  const names = new Set([
    ...(status?.destinations ?? []).map((d) => d.destination),
    ...health.parked.map((p) => p.destination),
    ...parked.destinations,
  ])
  const of = (value: (name: string) => number): readonly Sample[] =>
    [...names].sort().map((destination) => ({ labels: { destination }, value: value(destination) }))
  const until = new Map(health.parked.map((p) => [p.destination, p.until]))
  return [
    gauge(
      'xconnector_destination_parked',
      '1 while a destination is parked.',
      of((d) => ((until.get(d) ?? 0) > now ? 1 : 0)),
    ),
    counter(
      'xconnector_destination_parked_seconds_total',
      'For how long a destination has been parked.',
      of((d) => parked.ms(d, now) / 1000),
    ),
  ]
}

const runtime = ({ health, status, tallies }: Measured): readonly Family[] => {
  const one = (name: string, help: string, value: number): Family => gauge(name, help, [{ value }])
  return [
    one(
      'xconnector_ready',
      '1 while the runtime takes and works on messages.',
      health.status === 'ready' ? 1 : 0,
    ),
    one('xconnector_journal_up', '1 while the journal can be read and written.', up(health, status)),
    counter('xconnector_journal_troubles_total', 'Reads and writes of the journal that failed.', [
      { value: tallies.troubles },
    ]),
    one('xconnector_attempts_in_flight', 'Attempts in flight.', health.inFlight),
    one('xconnector_entries_pending', 'Entries that wait or are in hand, at all hops.', health.pending),
    one(
      'xconnector_entries_orphaned',
      'Entries that wait on what is not deployed, at the start.',
      health.orphans,
    ),
    gauge('xconnector_paused', '1 for everything that is paused.', (status?.paused ?? []).map(pauseOf)),
  ]
}

const up = (health: Health, status: Status | undefined): number =>
  health.journal === 'ok' && status !== undefined ? 1 : 0

const pauseOf = ({ what }: Pause): Sample => {
  const { flow, hop, intake, destination } = what as Readonly<Record<string, string | undefined>>
  const kind =
    destination !== undefined
      ? 'destination'
      : intake !== undefined
        ? 'intake'
        : hop !== undefined
          ? 'hop'
          : 'flow'
  return { labels: { kind, flow: flow ?? intake, hop, destination }, value: 1 }
}

const processes = ({ loop, started }: Measured): readonly Family[] => [
  ...(loop === undefined ? [] : (['min', 'mean', 'p50', 'p90', 'p99', 'max'] as const)).map((of) =>
    gauge(`nodejs_eventloop_delay_${of}_seconds`, `Event loop delay over the last 10 seconds: ${of}.`, [
      { value: loop![of] },
    ]),
  ),
  gauge('process_start_time_seconds', 'When the process started, since the epoch.', [{ value: started }]),
]
