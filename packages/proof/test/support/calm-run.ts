import type { Endings } from '../../src/load/ledger.ts'
import type { Phase, Seen } from '../../src/load/record.ts'
import type { Measured } from '../../src/load/run.ts'

const NONE: Endings = { accepted: 0, refused: 0, rude: 0, unanswered: 0, unsent: 0, other: 0 }

/** A second of a calm run: what everything is like at a time of it. */
const secondOf = (at: number, phase: Phase): Seen => ({
  at,
  phase,
  rss: phase === 'overload' ? 250 : 200,
  heap: 80,
  wal: 32,
  file: 10,
  pending: phase === 'overload' ? 900 : 3,
  inFlight: 2,
  loopP99: 3,
  loopMax: 6,
  cpu: 0.5,
  deliveredP50: phase === 'overload' ? 2000 : 10,
  deliveredP99: phase === 'overload' ? 4000 : 20,
  acceptedP50: 3,
  acceptedP99: 8,
  accepted: 100,
  refused: phase === 'overload' ? 900 : 0,
  unsent: 0,
  delivered: 200,
})

/** A run in which all is well: so many seconds of warm-up and steady load, 30 of overload, 60 of recovery. */
export const calmRun = (steady = 600): Measured => {
  const stretches = [
    { phase: 'warm-up', from: 0, to: steady / 5 },
    { phase: 'steady', from: steady / 5, to: steady },
    { phase: 'overload', from: steady, to: steady + 30 },
    { phase: 'recovery', from: steady + 30, to: steady + 90 },
  ] as const
  const seen = stretches.flatMap(({ phase, from, to }) =>
    Array.from({ length: to - from }, (_, i) => secondOf(from + i, phase)),
  )
  return {
    machine: { node: 'v24', platform: 'linux', cores: 2, processor: 'any', memoryGiB: 8, load: 0 },
    maximum: 143,
    rate: 100,
    offered: 1430,
    maxPending: 715,
    idleP99: 1.1,
    loopP99: 3,
    stretches,
    seen,
    deliveries: () => Float64Array.of(10, 20),
    endings: {
      steady: { ...NONE, accepted: 900 },
      overload: { ...NONE, accepted: 50, refused: 5000 },
      recovery: { ...NONE, accepted: 50 },
      all: { ...NONE, accepted: 1000, refused: 5000 },
    },
    accepted: 1000,
    complete: 1000,
    missing: 0,
    repeats: 0,
    strange: 0,
    counts: [
      { flow: 'entries', hop: 'fanOut', what: 'in', n: 950 },
      { flow: 'assets', hop: 'put-asset', what: 'in', n: 50 },
    ],
    violations: [],
    drained: 100,
  }
}
