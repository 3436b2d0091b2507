import { describe, expect, it } from 'vitest'
import { judge, recoveredAfter } from '../src/load/judge.ts'
import { betweenMarkers } from '../src/load/between-markers.ts'
import { readOptions } from '../src/load/options.ts'
import { planOf } from '../src/load/plan.ts'
import type { Seen } from '../src/load/record.ts'
import { calmRun } from './support/calm-run.ts'
import type { Measured } from '../src/load/run.ts'

const missed = (run: Measured): readonly string[] =>
  judge(run).flatMap(({ what, verdict }) => (verdict === 'missed' ? [what] : []))

const changed = (f: (second: Seen) => object): Measured => {
  const run = calmRun()
  return { ...run, seen: run.seen.map((s) => ({ ...s, ...f(s) })) }
}

describe('the judge of a run under load', () => {
  it('finds nothing wrong with a calm one', () => {
    expect(judge(calmRun()).map(({ verdict }) => verdict)).toEqual(judge(calmRun()).map(() => 'met'))
  })

  it.each<[string, Measured]>([
    ['RSS, slope by Theil and Sen', changed((s) => ({ rss: 200 + (s.at / 60) * 2 }))],
    ['WAL, largest', changed((s) => ({ wal: s.at > 100 && s.at < 102 ? 70 : 30 }))],
    ['event loop delay, p99 less idle', { ...calmRun(), loopP99: 12 }],
    [
      'overload: RSS over that of the steady load',
      changed((s) => (s.phase === 'overload' ? { rss: 400 } : {})),
    ],
    ['accepted and not delivered to all', { ...calmRun(), missing: 1 }],
    ['books: accepted less taken in', { ...calmRun(), accepted: 1001 }],
    [
      'books: dead or waiting at the end',
      { ...calmRun(), counts: [...calmRun().counts, { flow: 'entries', hop: 'site', what: 'dead', n: 1 }] },
    ],
    ['delivered and never sent', { ...calmRun(), strange: 1 }],
    ['departures from the contract of VIP', { ...calmRun(), violations: ['a violation'] }],
  ])('notices: %s', (what, run) => {
    expect(missed(run)).toEqual([what])
  })

  it('notices latency that creeps up from the first third to the last', () => {
    const run = { ...calmRun(), deliveries: (from: number) => Float64Array.of(from > 300 ? 80 : 10) }
    expect(missed(run)).toEqual([
      'latency, p50, the last third less 1.5 x the first',
      'latency, p99, the last third less 2 x the first',
    ])
  })

  it('notices what the steady load was refused, and a 503 that does not say when to come again', () => {
    const { endings } = calmRun()
    const run = {
      ...calmRun(),
      endings: {
        ...endings,
        steady: { ...endings.steady, unsent: 3 },
        all: { ...endings.all, rude: 2, other: 1 },
      },
    }
    expect(missed(run)).toEqual([
      'steady load: not taken',
      '503 without Retry-After',
      'answered otherwise, or not at all',
    ])
  })

  it('tells the slope and the thirds of a short run, and judges the rest', () => {
    const short = calmRun(60)
    expect(judge(short).filter(({ verdict }) => verdict === 'told')).toHaveLength(3)
    expect(missed(short)).toEqual([])
  })
})

describe('recovery after overload', () => {
  const slowUntil = (seconds: number): Measured =>
    changed((s) => (s.phase === 'recovery' && s.at < 630 + seconds ? { deliveredP50: 900 } : {}))

  it('is the time until three seconds in a row were as before', () => {
    expect(recoveredAfter(slowUntil(20))).toBe(20)
  })

  it('begins anew when it becomes slow again', () => {
    const relapse = changed((s) =>
      s.phase === 'recovery' && s.at < 645 && s.at % 3 === 0 ? { refused: 4 } : {},
    )
    expect(recoveredAfter(relapse)).toBeGreaterThan(12)
  })

  it('is endless where that never came, and judged so', () => {
    expect(recoveredAfter(slowUntil(100))).toBe(Infinity)
    expect(missed(slowUntil(100))).toEqual(['recovery after overload'])
  })
})

describe('the table of the page of guarantees', () => {
  const page = 'before\n<!-- load:begin -->\nold\n<!-- load:end -->\nafter\n'

  it('is replaced between its markers, again and again', () => {
    const once = betweenMarkers(page, 'load', 'new')
    expect(once).toBe('before\n<!-- load:begin -->\nnew\n<!-- load:end -->\nafter\n')
    expect(betweenMarkers(once, 'load', 'new')).toBe(once)
  })

  it.each(['', 'only <!-- load:begin -->', '<!-- load:end --><!-- load:begin -->', page + page])(
    'is not put into a page without one place for it: %j',
    (other) => {
      expect(() => betweenMarkers(other, 'load', 'new')).toThrow('each once')
    },
  )
})

describe('the command line of soak load', () => {
  it('has defaults for everything', () => {
    expect(readOptions([])).toEqual({ minutes: 10, rate: undefined, out: undefined })
    expect(readOptions(['--rate', 'measured', '--minutes=0.5', '--out', 'x'])).toEqual({
      minutes: 0.5,
      rate: undefined,
      out: 'x',
    })
  })

  it.each([
    [['--minutes', '0'], '--minutes: expected a number above 0, got "0"'],
    [['--minutes', 'ten'], '--minutes: expected a number above 0, got "ten"'],
    [['--rate', ' '], '--rate: expected a number above 0, or "measured", got " "'],
    [['--rates', '5'], '--rates'],
  ])('refuses %j by name', (argv, message) => {
    expect(() => readOptions(argv)).toThrow(message)
  })

  it('plans ten minutes with two of warm-up, and a short run short in all its parts', () => {
    expect(planOf(10)).toMatchObject({ maximum: 30_000, warmUp: 120_000, steady: 600_000, overload: 30_000 })
    const { maximum, steady, overload, recovery } = planOf(0.02)
    expect(maximum + steady + overload + recovery).toBeLessThan(8000)
  })
})
