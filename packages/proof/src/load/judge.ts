import { quantile } from './quantile.ts'
import type { Measured } from './run.ts'
import type { Phase, Seen, Stretch } from './record.ts'
import { theilSen } from './slope.ts'

/** One thing that is judged, with the figure that was found and what it must be at most or exactly. */
export interface Judgement {
  readonly what: string
  readonly figure: number
  readonly must: { readonly atMost: number } | { readonly exactly: number } | { readonly atLeast: number }
  readonly unit: string
  /** `told`: a run as short as this one cannot say. */
  readonly verdict: 'met' | 'missed' | 'told'
}

/** MiB a minute. */
export const RSS_SLOPE = 1
/** A median may be so many times what it was, and so many milliseconds more. */
export const FLAT_P50 = { times: 1.5, more: 2 } as const
/** The same for the 99th percentile, which a busy disk moves more. */
export const FLAT_P99 = { times: 2, more: 20 } as const
/** MiB: what SQLite is told to cut the log down to. */
export const WAL_MIB = 64
/** Milliseconds over the idle figure. */
export const LOOP_MS = 10
/** MiB over the most that the steady load took. */
export const OVERLOAD_RSS = 128
/** Seconds. */
export const RECOVERY = 30
/** So many seconds in a row must be as they were before. */
const NORMAL_FOR = 3
/** Seconds of the steady load after the warm-up from which on slopes and thirds can be judged. */
const LONG_ENOUGH = 120

/** The stretch of a phase. */
export const stretchOf = (stretches: readonly Stretch[], phase: Phase): Stretch =>
  stretches.find((stretch) => stretch.phase === phase) ?? { phase, from: 0, to: 0 }

/** Judges a run. */
export const judge = (run: Measured): readonly Judgement[] => {
  const { seen, endings } = run
  const steady = stretchOf(run.stretches, 'steady')
  const long = steady.to - steady.from >= LONG_ENOUGH
  const calm = seen.filter((s) => s.phase === 'steady')
  const later = seen.filter((s) => s.phase === 'overload' || s.phase === 'recovery')
  const flat = (q: number, { times, more }: { readonly times: number; readonly more: number }): Judgement => {
    const [first, last] = thirds(run, steady, q)
    const what = `latency, p${q * 100}, the last third less ${times} x the first`
    return judged(what, last - times * first, { atMost: more }, 'ms', long)
  }
  const most = (all: readonly Seen[], of: (s: Seen) => number): number => Math.max(0, ...all.map(of))
  return [
    judged(
      'RSS, slope by Theil and Sen',
      theilSen(calm.map((s) => [s.at / 60, s.rss])),
      { atMost: RSS_SLOPE },
      'MiB/min',
      long,
    ),
    flat(0.5, FLAT_P50),
    flat(0.99, FLAT_P99),
    judged(
      'WAL, largest',
      most(seen, (s) => s.wal),
      { atMost: WAL_MIB },
      'MiB',
    ),
    judged('event loop delay, p99 less idle', run.loopP99 - run.idleP99, { atMost: LOOP_MS }, 'ms'),
    judged('steady load: not taken', refusedOf(endings.steady), { exactly: 0 }, 'messages'),
    judged('overload: answered 503', endings.overload.refused, { atLeast: 1 }, 'messages'),
    judged('503 without Retry-After', endings.all.rude, { exactly: 0 }, 'messages'),
    judged(
      'answered otherwise, or not at all',
      endings.all.other + endings.all.unanswered,
      { exactly: 0 },
      'messages',
    ),
    judged(
      'overload: RSS over that of the steady load',
      most(later, (s) => s.rss) - most(calm, (s) => s.rss),
      { atMost: OVERLOAD_RSS },
      'MiB',
    ),
    judged('recovery after overload', recoveredAfter(run), { atMost: RECOVERY }, 's'),
    judged('accepted and not delivered to all', run.missing, { exactly: 0 }, 'messages'),
    judged('books: accepted less taken in', run.accepted - takenIn(run), { exactly: 0 }, 'messages'),
    judged('books: dead or waiting at the end', leftOf(run), { exactly: 0 }, 'entries'),
    judged('delivered and never sent', run.strange, { exactly: 0 }, 'deliveries'),
    judged('departures from the contract of VIP', run.violations.length, { exactly: 0 }, ''),
  ]
}

const judged = (
  what: string,
  figure: number,
  must: Judgement['must'],
  unit: string,
  long = true,
): Judgement => ({
  what,
  figure,
  must,
  unit,
  verdict: long ? (holds(figure, must) ? 'met' : 'missed') : 'told',
})

const holds = (figure: number, must: Judgement['must']): boolean => {
  if ('atMost' in must) return figure <= must.atMost
  return 'atLeast' in must ? figure >= must.atLeast : figure === must.exactly
}

const thirds = (run: Measured, { from, to }: Stretch, q: number): readonly [number, number] => {
  const third = (to - from) / 3
  return [quantile(run.deliveries(from, from + third), q), quantile(run.deliveries(to - third, to), q)]
}

const refusedOf = ({ refused, rude, unsent }: Measured['endings']['steady']): number =>
  refused + rude + unsent

/** What a second of the steady load is: latency as before, within the bound for flatness, and nothing refused. */
const normal = (run: Measured): ((s: Seen) => boolean) => {
  const { from, to } = stretchOf(run.stretches, 'steady')
  const usual = run.deliveries(from, to)
  const p50 = quantile(usual, 0.5) * FLAT_P50.times + FLAT_P50.more
  const p99 = quantile(usual, 0.99) * FLAT_P99.times + FLAT_P99.more
  return (s) => s.refused === 0 && s.unsent === 0 && s.deliveredP50 <= p50 && s.deliveredP99 <= p99
}

/** Seconds from the end of the overload until the service was as before for three seconds; infinite: it was not again. */
export const recoveredAfter = (run: Measured): number => {
  const { from, to } = stretchOf(run.stretches, 'recovery')
  const after = run.seen.filter((s) => s.phase === 'recovery')
  const isNormal = normal(run)
  const enough = Math.min(NORMAL_FOR, (to - from) / 3)
  let since: number | undefined
  for (const s of after) {
    if (!isNormal(s)) since = undefined
    else if (s.at - (since ??= s.at) >= enough) return since - from
  }
  return Infinity
}

const takenIn = ({ counts }: Measured): number =>
  counts
    .filter(({ hop, what }) => what === 'in' && (hop === 'fanOut' || hop === 'put-asset'))
    .reduce((sum, { n }) => sum + n, 0)

const leftOf = ({ counts }: Measured): number =>
  counts.filter(({ what }) => what === 'dead' || what === 'waiting').reduce((sum, { n }) => sum + n, 0)
