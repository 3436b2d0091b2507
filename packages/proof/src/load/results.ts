import type { Machine } from '../../../bench/src/harness/machine.ts'
import { SERVICE_FLAGS } from './crew.ts'
import { judge, stretchOf, type Judgement } from './judge.ts'
import { ASSET_EVERY, FILE_BYTES } from './kinds.ts'
import { quantile } from './quantile.ts'
import type { Endings } from './ledger.ts'
import type { Seen, Stretch } from './record.ts'
import { BACKLOG_SECONDS, type Measured } from './run.ts'

/** What is written to `load.json`. Times are milliseconds where a name does not say more, sizes MiB, rates a second. */
export interface Results {
  readonly machine: Machine
  readonly settings: {
    readonly journal: string
    /** Options of Node that the service had. */
    readonly node: readonly string[]
    /** Of a message in so many, which is an asset. */
    readonly assetEvery: number
    readonly fileBytes: number
    readonly maxPending: number
    readonly backlogSeconds: number
  }
  readonly maximum: number | undefined
  readonly rate: number
  readonly offered: number
  readonly judgements: readonly Judgement[]
  readonly figures: Readonly<Record<string, number>>
  readonly endings: Readonly<Record<'steady' | 'overload' | 'recovery' | 'all', Endings>>
  readonly stretches: readonly Stretch[]
  /** What was seen every second, a row each, in the order of the names. */
  readonly seen: {
    readonly names: readonly (keyof Seen)[]
    readonly rows: readonly (readonly (string | number)[])[]
  }
}

/** What a run says, judged. */
export const resultsOf = (run: Measured): Results => {
  const { machine, maximum, rate, offered, maxPending, endings, stretches, seen } = run
  return {
    machine,
    settings: {
      journal: 'sqlite, one process, worker thread, synchronous=FULL',
      node: SERVICE_FLAGS,
      assetEvery: ASSET_EVERY,
      fileBytes: FILE_BYTES,
      maxPending,
      backlogSeconds: BACKLOG_SECONDS,
    },
    maximum,
    rate,
    offered,
    judgements: judge(run),
    figures: figuresOf(run),
    endings,
    stretches,
    seen: columns(seen),
  }
}

const columns = (seen: readonly Seen[]): Results['seen'] => {
  const names = Object.keys(seen[0] ?? {}) as (keyof Seen)[]
  return { names, rows: seen.map((s) => names.map((name) => s[name])) }
}

const figuresOf = (run: Measured): Readonly<Record<string, number>> => {
  const steady = stretchOf(run.stretches, 'steady')
  const usual = run.deliveries(steady.from, steady.to)
  const calm = run.seen.filter((s) => s.phase === 'steady')
  const after = run.seen.filter((s) => s.phase === 'overload' || s.phase === 'recovery')
  const most = (all: readonly Seen[], of: (s: Seen) => number): number => Math.max(0, ...all.map(of))
  return {
    'messages delivered to all': run.complete,
    'delivered more than once': run.repeats,
    'latency p50, ms': quantile(usual, 0.5),
    'latency p99, ms': quantile(usual, 0.99),
    'idle loop delay p99, ms': run.idleP99,
    'loop delay p99, ms': run.loopP99,
    'RSS of the steady load, most, MiB': most(calm, (s) => s.rss),
    'RSS of the overload, most, MiB': most(after, (s) => s.rss),
    'entries waiting in overload, most': most(after, (s) => s.pending),
    'CPU of the service, cores': calm.reduce((sum, s) => sum + s.cpu, 0) / Math.max(1, calm.length),
    'journal at the end, MiB': run.seen.at(-1)?.file ?? Number.NaN,
  }
}
