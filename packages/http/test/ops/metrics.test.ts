import parse from 'parse-prometheus-text-format'
import { describe, expect, test } from 'vitest'
import { exposition } from '../../src/ops/metrics/exposition.js'
import { BOUNDS, Histogram } from '../../src/ops/metrics/histogram.js'
import type { LoopDelay, ProcessFacts } from '../../src/ops/index.js'
import { manualClock } from '../support/manual-clock.js'
import { Busy, body, left, operated, Refused, right, type Operated, SOON } from './operated.js'

interface Metric {
  readonly value?: string
  readonly labels?: Readonly<Record<string, string>>
}
type Family = {
  readonly name: string
  readonly help: string
  readonly type: string
  readonly metrics: readonly Metric[]
}

const parsed = async (o: Operated): Promise<ReadonlyMap<string, Family>> => {
  const answer = await o.get('/ops/metrics')
  expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
  const text = await answer.text()
  // The reader throws the labels of histograms away, so it is given their lines one by one.
  const families = parse(
    text.replaceAll(/^# (TYPE|HELP) \S*duration_seconds .*\n/gm, ''),
  ) as readonly Family[]
  return new Map(families.map((f) => [f.name, f]))
}

const value = (
  families: ReadonlyMap<string, Family>,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined => {
  const found = families
    .get(name)
    ?.metrics.filter((m) => Object.entries(labels).every(([k, v]) => m.labels?.[k] === v))
  expect(found?.length ?? 0).toBeLessThan(2)
  return found?.[0]?.value === undefined ? undefined : Number(found[0].value)
}

const PUT = { flow: 'publish', hop: 'put' }

describe('metrics', () => {
  test('count alarms of drift by source and by what it is, and name nothing of a message', async () => {
    await using o = await operated()
    // 201 messages teach it what an order looks like.
    for (let i = 0; i <= 200; i++) await o.give({ id: `o-${i}`, n: i })
    await o.give({ id: 'a', n: 1, hunter2: 'x' }, { id: 'b', n: 1, another: 'x' })
    await o.settled()
    expect(
      value(await parsed(o), 'xconnector_drift_alarms_total', { source: 'orders', what: 'unknown' }),
    ).toBe(2)
    expect(await (await o.get('/ops/metrics')).text()).not.toContain('hunter2')
    const { drift } = await body<{ drift: unknown }>(o.get('/ops/status'))
    expect(drift).toMatchObject([
      { source: 'orders', what: 'unknown', path: 'hunter2', count: 1 },
      { source: 'orders', what: 'unknown', path: 'another', count: 1 },
    ])
  })

  test('count exactly what happened, under load, as the journal does', async () => {
    await using o = await operated()
    const n = 1000
    const tries = new Map<string, number>()
    // Of ten: one refused, two that come the second time.
    o.answer = ({ id, n: i }) => {
      const nth = (tries.get(id) ?? 0) + 1
      tries.set(id, nth)
      if (i % 10 === 0) return left(new Refused({ because: 'x' }))
      return i % 10 < 3 && nth === 1 ? left(new Busy({ because: 'y' })) : right(undefined)
    }
    await Promise.all(
      Array.from({ length: n / 50 }, (_, page) =>
        o.give(...Array.from({ length: 50 }, (_, i) => ({ id: `o-${page * 50 + i}`, n: page * 50 + i }))),
      ),
    )
    await o.give({ id: 7 })
    await o.settled()
    const m = await parsed(o)
    const counts = await o.runtime.counts()
    for (const { flow, hop, what, n: counted } of counts) {
      const told =
        what === 'in'
          ? value(m, 'xconnector_entries_written_total', { flow, hop })
          : what === 'dead' || what === 'waiting'
            ? value(m, `xconnector_entries_${what}`, { flow, hop })
            : value(m, 'xconnector_entries_total', { flow, hop, outcome: what })
      expect([hop, what, told ?? 0]).toEqual([hop, what, counted])
    }
    expect(await (await o.get('/ops/metrics')).text()).toMatch(
      /^# TYPE xconnector_attempt_duration_seconds histogram$/m,
    )
    expect(value(m, 'xconnector_accepted_total', { flow: 'publish', outcome: 'accepted' })).toBe(n)
    expect(value(m, 'xconnector_accepted_total', { flow: 'publish', outcome: 'dead' })).toBe(1)
    expect(value(m, 'xconnector_attempts_total', { ...PUT, outcome: 'done' })).toBe(0.9 * n)
    expect(value(m, 'xconnector_attempts_total', { ...PUT, outcome: 'retried' })).toBe(0.2 * n)
    expect(value(m, 'xconnector_attempts_total', { ...PUT, outcome: 'dead' })).toBe(0.1 * n)
    expect(value(m, 'xconnector_failures_total', { ...PUT, tag: 'Refused' })).toBe(0.1 * n)
    expect(value(m, 'xconnector_failures_total', { ...PUT, tag: 'Busy' })).toBe(0.2 * n)
    // Poison is dead without an attempt.
    const CHECKED = { flow: 'publish', hop: 'checked' }
    expect(value(m, 'xconnector_failures_total', { ...CHECKED, tag: 'DecodeFailed' })).toBe(1)
    expect(value(m, 'xconnector_attempts_total', { ...CHECKED, outcome: 'dead' })).toBe(0)
    expect(value(m, 'xconnector_dead_letters_total', CHECKED)).toBe(1)
    expect(value(m, 'xconnector_dead_letters_total', PUT)).toBe(0.1 * n)
    const duration = (part: string, labels: object = {}): number | undefined =>
      value(m, `xconnector_attempt_duration_seconds_${part}`, { ...PUT, ...labels })
    expect([duration('count'), duration('bucket', { le: '+Inf' })]).toEqual([1.2 * n, 1.2 * n])
    const buckets = BOUNDS.map((le) => duration('bucket', { le: String(le) })!)
    expect([...buckets].sort((x, y) => x - y)).toEqual(buckets)
    expect(duration('sum')).toBeGreaterThanOrEqual(0)
  })

  test('tell what waits, how long the oldest has, what is in flight, and that all is well', async () => {
    await using o = await operated()
    const quiet = await parsed(o)
    expect(value(quiet, 'xconnector_entries_oldest_waiting_seconds', PUT)).toBe(0)
    expect(value(quiet, 'xconnector_ready')).toBe(1)
    expect(value(quiet, 'xconnector_journal_up')).toBe(1)
    expect(value(quiet, 'xconnector_journal_troubles_total')).toBe(0)
    // From the start, so that the first one is a rise.
    expect(value(quiet, 'xconnector_dead_letters_total', PUT)).toBe(0)
    expect(value(quiet, 'xconnector_attempts_total', { ...PUT, outcome: 'dead' })).toBe(0)
    expect(value(quiet, 'process_start_time_seconds')).toBeCloseTo(performance.timeOrigin / 1000, 0)
    let go = (): void => {}
    const gate = new Promise<void>((resolve) => (go = resolve))
    o.answer = () => gate.then(() => right(undefined))
    await o.give({ id: 'a', n: 1 })
    await expect.poll(() => o.runtime.health().inFlight, SOON).toBe(1)
    // A status is up to a second old.
    await o.act('/ops/erase', { key: 'none' })
    const busy = await parsed(o)
    expect(value(busy, 'xconnector_attempts_in_flight')).toBe(1)
    expect(value(busy, 'xconnector_entries_waiting', PUT)).toBe(1)
    expect(value(busy, 'xconnector_entries_pending')).toBe(1)
    expect(value(busy, 'xconnector_entries_oldest_waiting_seconds', PUT)).toBeGreaterThanOrEqual(0)
    go()
    await o.settled()
  })

  test('tell which destinations are parked, and for how long they have been', async () => {
    const clock = manualClock(Date.now())
    await using o = await operated({ ops: { clock } })
    // As a runtime tells it.
    const tell = (type: 'parked' | 'opened', at: number): void =>
      void o.runtime.events.emit(type, { destination: 'site', at, until: at + 60_000 })
    const start = clock.now()
    tell('parked', start)
    tell('parked', start + 1000)
    tell('opened', start + 5000)
    tell('parked', start + 10_000)
    clock.advance(12_500)
    const m = await parsed(o)
    expect(value(m, 'xconnector_destination_parked', { destination: 'site' })).toBe(0)
    expect(value(m, 'xconnector_destination_parked_seconds_total', { destination: 'site' })).toBe(7.5)
  })

  test('tell what is paused', async () => {
    await using o = await operated()
    await o.act('/ops/pause', PUT)
    await o.act('/ops/pause', { destination: 'site' })
    await o.act('/ops/pause', { intake: 'publish' })
    const m = await parsed(o)
    expect(value(m, 'xconnector_paused', { kind: 'hop', ...PUT })).toBe(1)
    expect(value(m, 'xconnector_paused', { kind: 'destination', destination: 'site' })).toBe(1)
    expect(value(m, 'xconnector_paused', { kind: 'intake', flow: 'publish' })).toBe(1)
  })

  test('and livez tell how late the event loop is, over the last ten seconds', async () => {
    const clock = manualClock()
    let p50 = 0.002
    let watching = 0
    const facts: ProcessFacts = {
      started: 1,
      watchLoop() {
        watching++
        return {
          take: (): LoopDelay => ({ min: 0, mean: p50, p50, p90: p50, p99: 0.5, max: 3 }),
          stop: () => void watching--,
        }
      },
    }
    const o = await operated({ ops: { clock, facts, maxLag: '300ms' } })
    const live = async (): Promise<unknown> => {
      const answer = await o.get('/ops/livez')
      return [answer.status, (await body(answer))['status']]
    }
    expect(await live()).toEqual([200, 'ok'])
    expect((await parsed(o)).has('nodejs_eventloop_delay_p50_seconds')).toBe(false)
    clock.advance(10_000)
    expect(await live()).toEqual([200, 'ok'])
    expect(value(await parsed(o), 'nodejs_eventloop_delay_p99_seconds')).toBe(0.5)
    p50 = 0.4
    clock.advance(10_000)
    expect(await live()).toEqual([503, 'late'])
    p50 = 0.1
    clock.advance(10_000)
    expect(await live()).toEqual([200, 'ok'])
    await o[Symbol.asyncDispose]()
    expect([watching, clock.pending]).toEqual([0, 0])
  })

  test('name no more tags of a hop than a hundred', async () => {
    await using o = await operated()
    for (let i = 0; i < 150; i++) {
      const error = { _tag: `T${i % 120}`, kind: 'permanent', message: '' } as const
      o.runtime.events.emit('dead', { ...PUT, id: 'x', at: 0, attempt: 1, ms: 1, error })
    }
    const tags = (await parsed(o)).get('xconnector_failures_total')!.metrics
    expect(tags.length).toBe(101)
    expect(tags.reduce((n, t) => n + Number(t.value), 0)).toBe(150)
    expect(tags.find((t) => t.labels!['tag'] === 'other')?.value).toBe('20')
  })

  test('are no more once it is closed', async () => {
    await using o = await operated()
    const before = o.runtime.events.listenerCount('done')
    o.ops.close()
    expect([
      before,
      o.runtime.events.listenerCount('done'),
      o.runtime.events.listenerCount('stopping'),
    ]).toEqual([1, 0, 0])
  })
})

describe('the text format', () => {
  test('carries any label and help over, as an independent reader reads them', () => {
    const labels = { flow: 'a\\b"c\nd', hop: 'é{}=,ü "', none: undefined }
    const text = exposition([
      { name: 'a_total', type: 'counter', help: 'one\\two\nthree', samples: [{ labels, value: 1e21 }] },
      {
        name: 'b',
        type: 'gauge',
        help: 'x',
        samples: [
          { value: Infinity },
          { labels: { k: 'v' }, value: -Infinity },
          { labels: { k: 'n' }, value: NaN },
        ],
      },
      { name: 'c', type: 'gauge', help: 'without samples', samples: [] },
    ])
    const [a, b, c] = parse(text) as readonly Family[]
    expect(a!.metrics).toEqual([{ labels: { flow: labels.flow, hop: labels.hop }, value: '1e+21' }])
    expect(b!.metrics.map((m) => m.value)).toEqual(['+Inf', '-Inf', 'NaN'])
    expect(c).toBeUndefined()
    expect(text.split('\n')[0]).toBe('# HELP a_total one\\\\two\\nthree')
    expect(text.endsWith('\n')).toBe(true)
    expect(exposition([])).toBe('')
  })

  test('a value on a bound falls into the bucket of that bound', () => {
    const h = new Histogram()
    for (const v of [0, 0.005, 0.0051, 10, 11]) h.observe(v)
    expect(h.buckets).toEqual([2, ...Array.from({ length: 12 }, () => 3), 4, 5])
    expect(h.sum).toBeCloseTo(21.0101)
  })
})
