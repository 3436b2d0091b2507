import type { Figure, Panel, Span } from '../plot/figure.ts'
import { LOOP_MS, stretchOf, WAL_MIB } from './judge.ts'
import type { Seen } from './record.ts'
import type { Measured } from './run.ts'

/** Seconds before the overload with which its figure begins. */
const BEFORE = 15

/** The whole run, over minutes. */
export const wholeRun = (run: Measured): Figure => ({
  title: 'The main job under load',
  subtitle: settingsOf(run),
  axis: 'minutes since the load began',
  spans: spansOf(run, ['warm-up', 'overload'], 60),
  panels: panelsOf(run, run.seen, 60),
})

/** The overload, with what came right before and after it, over seconds. */
export const overloadOnly = (run: Measured): Figure => {
  const { from } = stretchOf(run.stretches, 'overload')
  const shifted = run.seen.filter((s) => s.at >= from - BEFORE).map((s): Seen => ({ ...s, at: s.at - from }))
  const { to } = stretchOf(run.stretches, 'overload')
  return {
    title: 'Ten times the maximum, and after',
    subtitle: settingsOf(run),
    axis: 'seconds since the overload began',
    spans: [{ name: 'overload', from: 0, to: to - from }],
    panels: panelsOf(run, shifted, 1),
  }
}

const settingsOf = ({ rate, offered, maxPending, machine }: Measured): string =>
  `${Math.round(rate)} messages/s, ${Math.round(offered)}/s in overload; maxPending ${maxPending}; ` +
  `SQLite, synchronous=FULL; Node ${machine.node}, ${machine.cores} cores with senders and receivers`

const spansOf = (run: Measured, phases: readonly string[], unit: number): readonly Span[] =>
  run.stretches
    .filter(({ phase }) => phases.includes(phase))
    .map(({ phase, from, to }) => ({ name: phase, from: from / unit, to: to / unit }))

const panelsOf = (run: Measured, seen: readonly Seen[], unit: number): readonly Panel[] => {
  const series = (name: string, of: (s: Seen) => number): Panel['series'][number] => ({
    name,
    points: seen.map((s) => [s.at / unit, of(s)]),
  })
  return [
    {
      title: 'Memory',
      unit: 'MiB',
      series: [series('RSS', (s) => s.rss), series('heap in use', (s) => s.heap)],
    },
    {
      title: 'From due to delivered',
      unit: 'ms',
      scale: 'log',
      series: [series('p50', (s) => s.deliveredP50), series('p99', (s) => s.deliveredP99)],
    },
    {
      title: 'From due to 202',
      unit: 'ms',
      scale: 'log',
      series: [series('p50', (s) => s.acceptedP50), series('p99', (s) => s.acceptedP99)],
    },
    { title: 'Entries waiting or in hand', unit: 'entries', series: [series('pending', (s) => s.pending)] },
    {
      title: 'Event loop delay of each second, p99',
      unit: 'ms',
      series: [series('p99', (s) => s.loopP99)],
      bound: { name: `idle + ${LOOP_MS} ms`, at: run.idleP99 + LOOP_MS },
    },
    {
      title: 'Answers',
      unit: 'a second',
      series: [series('202', (s) => s.accepted), series('503', (s) => s.refused)],
    },
    {
      title: 'Write-ahead log',
      unit: 'MiB',
      series: [series('WAL', (s) => s.wal)],
      bound: { name: `${WAL_MIB} MiB`, at: WAL_MIB },
    },
    { title: 'Processor of the service', unit: 'cores', series: [series('CPU', (s) => s.cpu)] },
  ]
}
