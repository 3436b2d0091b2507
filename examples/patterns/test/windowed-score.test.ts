import { seededRandom } from '@xconnector/core'
import { testFlow, type FlowTest } from '@xconnector/core/testing'
import { signStandardWebhook } from '@xconnector/http'
import { http, HttpResponse } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { hooks, windowedScore } from '../windowed-score/flow.ts'
import { runUntil } from './run-until.ts'
import { priorities, type Priorities } from './priorities.ts'

const config = {
  SIGNALS_SECRET: 'whsec_c2lnbmFscyBzaWduYWxzIHNpZ25hbHMgc2lnbmFscw==',
  PRIORITIES_URL: 'https://priorities.test',
  PRIORITIES_TOKEN: 'priorities-token',
  PAGER_URL: 'https://pager.test',
}
const MINUTE = 60_000
const HOUR = 60 * MINUTE

const apis = setupServer(
  http.post('https://pager.test/alerts', () => new HttpResponse(null, { status: 204 })),
)
let system: Priorities
beforeAll(() => apis.listen({ onUnhandledFrame: 'error' }))
beforeEach(() => {
  system = priorities()
  apis.resetHandlers(
    system.handler,
    http.post('https://pager.test/alerts', () => new HttpResponse()),
  )
})
afterAll(() => apis.close())

type Kind = 'traffic' | 'conversion' | 'support' | 'commerce'
interface Signal {
  readonly id: string
  readonly kind: Kind
  readonly entry: string
  readonly at: string
  readonly count: number
}

/** The first full hour of a test. */
const hourOf = (t: FlowTest): number => Math.ceil(t.clock.now() / HOUR) * HOUR
const signal = (id: string, at: number, kind: Kind = 'traffic', count = 1, entry = 'e1'): Signal => ({
  id,
  kind,
  entry,
  at: new Date(at).toISOString(),
  count,
})
const nameOf = (hour: number): string => new Date(hour).toISOString().slice(0, 13)
const discarded = async (t: FlowTest): Promise<number> =>
  (await t.runtime.counts()).reduce(
    (n, c) => n + (c.hop === 'signals/item/hours' && c.what === 'discarded' ? c.n : 0),
    0,
  )

test('the signals of an hour make one score, five minutes after its end; those of another hour another', async () => {
  await using t = testFlow(windowedScore, { config })
  const hour = hourOf(t)
  await t.give({
    signals: [
      signal('1', hour + 59 * MINUTE, 'support', 5),
      signal('1', hour + MINUTE, 'traffic', 40),
      signal('2', hour + 2 * MINUTE, 'conversion', 1),
      signal('3', hour + HOUR, 'commerce', 2),
    ],
  })
  await t.run(hour - t.clock.now() + HOUR + 5 * MINUTE - 1)
  expect(system.puts).toEqual([])
  await runUntil(t, 'the first hour is put', () => system.puts.length > 0)
  const first = { entry: 'e1', hour: nameOf(hour), score: 310, level: 'high', signals: 3, revision: 0 }
  expect(system.puts).toEqual([first])
  await t.settle()
  expect(system.puts[1]).toEqual({
    ...first,
    hour: nameOf(hour + HOUR),
    score: 20,
    level: 'low',
    signals: 1,
  })
})

test('a late signal scores its hour anew; one that comes again does not', async () => {
  await using t = testFlow(windowedScore, { config })
  const hour = hourOf(t)
  const support = signal('2', hour + 2 * MINUTE, 'support', 1)
  await t.give({ signals: [signal('1', hour + MINUTE)] })
  await t.run(hour - t.clock.now() + HOUR + 5 * MINUTE - 1)
  await runUntil(t, 'it is put', () => system.puts.length === 1)
  await t.run(10 * HOUR)
  await t.give({ signals: [support] })
  await runUntil(t, 'it is put again', () => system.puts.length === 2)
  await t.send({ signals: [support, signal('1', hour + MINUTE)] })
  expect(system.puts.map((p) => [p.score, p.signals, p.revision])).toEqual([
    [1, 1, 0],
    [51, 2, 1],
  ])
  expect(await discarded(t)).toBe(2)
})

test('a signal of an hour that is over for good is refused, counted, and changes nothing', async () => {
  await using t = testFlow(windowedScore, { config })
  const hour = hourOf(t)
  await t.send({ signals: [signal('1', hour + MINUTE)] })
  expect(t.clock.now()).toBeGreaterThanOrEqual(hour + HOUR + 5 * MINUTE + 48 * HOUR)
  const late = await t.send({ signals: [signal('2', hour + 2 * MINUTE), signal('3', hour + 49 * HOUR)] })
  expect(system.puts.map((p) => [p.hour, p.signals])).toEqual([
    [nameOf(hour), 1],
    [nameOf(hour + 49 * HOUR), 1],
  ])
  expect([await discarded(t), late.dead.length, late.pending]).toEqual([1, 0, 0])
})

test('whatever order signals come in, however often, in whatever batches, over crashes: one final score', async () => {
  for (let seed = 1; seed <= 8; seed++) {
    beforeSeed()
    const random = seededRandom(seed)
    const below = (n: number): number => Math.floor(random.next() * n)
    await using t = testFlow(windowedScore, { config, seed })
    const hour = hourOf(t)
    const kinds = ['traffic', 'conversion', 'support', 'commerce'] as const
    const all = Array.from({ length: 18 }, (_, i) =>
      signal(String(i), hour + below(180) * MINUTE, kinds[below(4)], 1 + below(9), `e${below(2)}`),
    )
    const told = [...all, ...all.filter(() => below(3) === 0)]
      .map((s) => [random.next(), s] as const)
      .toSorted((a, b) => a[0] - b[0])
      .map(([, s]) => s)
    // From before the hours begin until well after they are over.
    await t.run(below(hour - t.clock.now() + 2 * HOUR))
    for (let at = 0; at < told.length;) {
      const some = told.slice(at, (at += 1 + below(5)))
      const ahead = Math.max(...some.map((s) => Date.parse(s.at))) - t.clock.now() - HOUR
      if (ahead > 0) await t.run(ahead)
      await t.give({ signals: some })
      await t.run(below(40 * MINUTE))
      if (below(4) === 0) await t.restart()
    }
    const { dead, pending } = await t.settle()
    expect([dead, pending]).toEqual([[], 0])
    expect(finals(), `seed ${seed}`).toEqual(expected(all))
  }
})

const beforeSeed = (): void => {
  system = priorities()
  apis.resetHandlers(system.handler)
}
const finals = (): Readonly<Record<string, readonly number[]>> =>
  Object.fromEntries([...system.kept].map(([place, p]) => [place, [p.score, p.signals]]))
const POINTS = { traffic: 1, conversion: 20, support: 50, commerce: 10 }
const expected = (all: readonly Signal[]): Readonly<Record<string, readonly number[]>> => {
  const scores: Record<string, [number, number]> = {}
  for (const { entry, at, kind, count } of all) {
    const score = (scores[`${entry} ${at.slice(0, 13)}`] ??= [0, 0])
    score[0] += POINTS[kind] * count
    score[1]++
  }
  return scores
}

test('one signal that is malformed, or of the future, is put aside alone, and somebody is told', async () => {
  await using t = testFlow(windowedScore, { config })
  const hour = hourOf(t)
  const { dead, alerts, pending } = await t.send({
    signals: [
      signal('1', hour),
      { ...signal('2', hour), kind: 'weather' },
      'no signal at all',
      signal('4', hour + 30 * 24 * HOUR),
      signal('5', hour),
    ],
  })
  expect(dead.map((d) => d.error._tag).toSorted()).toEqual(['DecodeFailed', 'DecodeFailed', 'FromTheFuture'])
  expect(alerts.length).toBeGreaterThan(0)
  expect([system.puts.map((p) => p.signals), pending]).toEqual([[2], 0])
})

test('the system down for an hour: every score gets there, none twice, in the order of revisions', async () => {
  await using t = testFlow(windowedScore, { config })
  const hour = hourOf(t)
  system.down = true
  await t.give({ signals: [signal('1', hour, 'support'), signal('2', hour, 'traffic', 3, 'e2')] })
  await t.run(hour - t.clock.now() + HOUR + 10 * MINUTE)
  await t.give({ signals: [signal('3', hour, 'support')] })
  await t.run(HOUR)
  expect(system.puts).toEqual([])
  system.down = false
  const { dead, pending } = await t.settle()
  expect(finals()).toEqual({ [`e1 ${nameOf(hour)}`]: [100, 2], [`e2 ${nameOf(hour)}`]: [3, 1] })
  const ofOne = system.puts.filter((p) => p.entry === 'e1').map((p) => p.revision)
  expect([ofOne, dead, pending]).toEqual([[0, 1], [], 0])
})

test('an old score that is sent again after a newer one is refused by the system, and dropped', async () => {
  await using t = testFlow(windowedScore, { config })
  const hour = hourOf(t)
  let refusals = 0
  const place = 'https://priorities.test/entries/:entry/hours/:hour/priority'
  apis.use(http.put(place, () => (refusals++ === 0 ? new HttpResponse(null, { status: 422 }) : undefined)))
  await t.give({ signals: [signal('1', hour)] })
  await t.run(hour - t.clock.now() + HOUR + 5 * MINUTE - 1)
  await runUntil(t, 'it is refused', () => refusals > 0)
  await t.give({ signals: [signal('2', hour)] })
  const { dead } = await t.settle()
  expect(dead.map((d) => [d.hop, d.error._tag])).toEqual([['signals/item/put-priority', 'Rejected']])
  const after = await t.replay(dead[0]!.id)
  expect([after.dead, after.pending, system.puts.map((p) => p.revision)]).toEqual([[], 0, [1]])
})

test('a webhook is taken with its signature, sent twice scored once, and refused when it is forged', async () => {
  await using t = testFlow(windowedScore, { config, ingress: hooks })
  const hour = hourOf(t)
  const body = JSON.stringify({ signals: [signal('1', hour, 'commerce', 3)] })
  const request = (text: string): Request =>
    new Request('https://us.test/hooks/signals', {
      method: 'POST',
      body: text,
      headers: {
        'content-type': 'application/json',
        ...signStandardWebhook({
          secret: config.SIGNALS_SECRET,
          id: 'msg_1',
          timestamp: Math.floor(t.clock.now() / 1000),
          body,
        }),
      },
    })
  const forged = await t.deliver(request(body.replace('3', '4')))
  const first = await t.deliver(request(body))
  const again = await t.deliver(request(body))
  expect([forged, first, again].map((r) => r.response.status)).toEqual([401, 202, 202])
  expect(system.puts.map((p) => p.score)).toEqual([30])
})
