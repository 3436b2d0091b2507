import { describe, expect, test } from 'vitest'
import { deadLetter, discard, flow, type Deployable } from '../../src/index.js'
import {
  correlation,
  type WaitOneOptions,
  type Correlation,
  type Replied,
} from '../../src/patterns/correlation.js'
import { testFlow, type FlowTest } from '../../src/testing/index.js'
import { balanced, counted } from '../semantics/counted.js'
import { Bad, failing, fine, inputs, type Order } from '../semantics/remote.js'
import { given } from '../cases/support/given.js'
import { desk, kept, type Ask, type Desk, type Kept, type Translation } from './await-reply-support.js'

const HOUR = 3_600_000
const DAY = 24 * HOUR
type Options = Partial<
  WaitOneOptions<Ask, Translation, Replied<Ask, Translation>, Replied<Ask, Translation>, never>
>

interface Scene {
  readonly t: FlowTest
  readonly end: ReturnType<typeof fine<Replied<Ask, Translation>>>
  readonly vendor: Desk
  readonly keeps: Kept
}

const asking = (translated: Correlation<Translation>, o: Options, end: Scene['end']): Deployable =>
  flow('ask')
    .from(given<Ask>(), { key: (a) => a.job })
    .through(translated.wait({ id: (b: Ask) => b.job, within: '3d', ...o }))
    .to(end)
    .otherwise(deadLetter())

const scene = (o: Options = {}, keep?: '0s' | '2d'): Scene => {
  const translated = correlation<Translation>('translation', keep === undefined ? {} : { keep })
  const end = fine<Replied<Ask, Translation>>('end')
  const vendor = desk(translated)
  const keeps = kept()
  const t = testFlow(asking(translated, o, end), { flows: [vendor.flow], journal: keeps.journal })
  return { t, end, vendor, keeps }
}

const minute = (t: FlowTest): Promise<unknown> => t.run(60_000)

describe('a reply that is awaited', () => {
  test('comes from another flow, and the message goes on with it and with its own body and key', async () => {
    const { t, end, vendor, keeps } = scene()
    await using _ = t
    await t.give({ job: 'a', n: 1 })
    await minute(t)
    expect(end.calls).toEqual([])
    await vendor.told.give({ job: 'a', text: 'salut' })
    await minute(t)
    expect(inputs(end)).toEqual([{ body: { job: 'a', n: 1 }, reply: { text: 'salut' } }])
    expect(vendor.were()).toEqual(['awaited'])
    const { pending, dead } = await t.settle()
    expect([pending, dead, keeps.names()]).toEqual([0, [], []])
    expect(balanced(await t.runtime.counts())).toBe(true)
  })

  test('is waited for as a pending entry that holds neither a slot nor its key', async () => {
    const { t, end, vendor } = scene()
    await using _ = t
    for (const n of [1, 2, 3]) await t.give({ job: 'a', n })
    for (const n of [4, 5]) await t.give({ job: 'b', n })
    await minute(t)
    expect(counted(await t.runtime.counts(), 'waiting', 'translation/wait')).toBe(5)
    expect(t.runtime.health().inFlight).toBe(0)
    await vendor.told.give({ job: 'a', text: 'x' })
    await minute(t)
    expect(inputs(end).map((c) => c.body.n)).toEqual([1, 2, 3])
  })

  test('is waited for over restarts, for days', async () => {
    const { t, end, vendor } = scene()
    await using _ = t
    await t.give({ job: 'a', n: 1 })
    await t.run(DAY)
    await t.restart()
    await t.run(DAY)
    await t.restart({ clean: true })
    await t.run(HOUR)
    await vendor.told.give({ job: 'a', text: 'late enough' })
    await t.restart()
    await minute(t)
    expect(inputs(end)).toMatchObject([{ reply: { text: 'late enough' } }])
  })

  test('is given to each message that waits for the same id', async () => {
    const { t, end, vendor, keeps } = scene()
    await using _ = t
    await t.give({ job: 'a', n: 1 })
    await t.run(HOUR)
    await t.give({ job: 'a', n: 2 })
    await minute(t)
    await vendor.told.give({ job: 'a', text: 'x' })
    await minute(t)
    expect(inputs(end).map((c) => c.body.n)).toEqual([1, 2])
    expect([(await t.settle()).pending, keeps.names()]).toEqual([0, []])
  })

  test('that came before the wait began is kept and taken', async () => {
    const { t, end, vendor, keeps } = scene()
    await using _ = t
    await t.run(0)
    await vendor.told.give({ job: 'a', text: 'early' })
    await t.run(HOUR)
    await t.restart()
    await t.give({ job: 'a', n: 1 })
    await minute(t)
    expect([vendor.were(), inputs(end)]).toMatchObject([['early'], [{ reply: { text: 'early' } }]])
    expect([(await t.settle()).pending, keeps.names()]).toEqual([0, []])
  })

  test('that came too early is kept no longer than `keep`, and counted as discarded', async () => {
    const { t, end, vendor, keeps } = scene({}, '2d')
    await using _ = t
    await t.run(0)
    await vendor.told.give({ job: 'a', text: 'early' })
    await t.run(2 * DAY + 1)
    expect(keeps.names()).toEqual([])
    expect(counted(await t.runtime.counts(), 'discarded', 'answer translation/forget')).toBe(1)
    await t.give({ job: 'a', n: 1 })
    await minute(t)
    expect(end.calls).toEqual([])
  })

  test('that comes again is a repeat: dropped, and counted as discarded', async () => {
    const { t, end, vendor } = scene()
    await using _ = t
    await t.give({ job: 'a', n: 1 })
    await minute(t)
    for (const text of ['first', 'second']) {
      await vendor.told.give({ job: 'a', text })
      await minute(t)
    }
    expect([vendor.were(), inputs(end).map((c) => c.reply.text)]).toEqual([['awaited', 'repeat'], ['first']])
    expect(counted(await t.runtime.counts(), 'discarded', 'answer translation')).toBe(1)
  })

  test('that is not accepted does not count: the wait goes on until one is', async () => {
    const { t, end, vendor } = scene({ accepts: (reply, body) => reply.of === body.n })
    await using _ = t
    await t.give({ job: 'a', n: 2 })
    await minute(t)
    await vendor.told.give({ job: 'a', text: 'of the old one', of: 1 })
    await t.run(HOUR)
    expect(end.calls).toEqual([])
    await vendor.told.give({ job: 'a', text: 'of this one', of: 2 })
    await minute(t)
    expect(inputs(end)).toMatchObject([{ reply: { text: 'of this one' } }])
  })
})

describe('a wait that ends without a reply', () => {
  test('fails when its time is over, with a failure that has a route', async () => {
    const { t, keeps } = scene()
    await using _ = t
    const r = await t.send({ job: 'a', n: 1 })
    expect(r.dead).toMatchObject([
      {
        hop: 'translation/wait',
        error: { _tag: 'AwaitExpired', correlation: 'translation', id: 'a', replies: 0 },
      },
    ])
    expect(r.dead[0]!.error['at']).toBe(Date.UTC(2026, 0) + 3 * DAY)
    expect([r.pending, keeps.names()]).toEqual([0, []])
  })

  test('can be discarded by its tag', async () => {
    const translated = correlation<Translation>('t')
    const f = flow('f')
      .input<Ask>()
      .through(translated.wait({ id: (b) => b.job, within: '1h' }))
      .onError({ AwaitExpired: discard('nobody'), StepFailed: deadLetter() })
    await using t = testFlow(f)
    const r = await t.send({ job: 'a', n: 1 })
    expect([r.dead, counted(await t.runtime.counts(), 'discarded', 't/wait')]).toEqual([[], 1])
  })

  test('goes on with what `expired` makes of it, and then has no such failure', async () => {
    const { t, end } = scene({ expired: (body) => ({ body, reply: { text: `none for ${body.job}` } }) })
    await using _ = t
    const r = await t.send({ job: 'a', n: 1 })
    expect([r.dead, inputs(end)]).toMatchObject([[], [{ reply: { text: 'none for a' } }]])
  })

  test('takes a reply that came late when it is replayed', async () => {
    const { t, end, vendor, keeps } = scene()
    await using _ = t
    await t.give({ job: 'a', n: 1 })
    const { dead } = await t.run(3 * DAY + 1)
    await vendor.told.give({ job: 'a', text: 'late' })
    await minute(t)
    expect([vendor.were(), end.calls.length]).toEqual([['late'], 0])
    const r = await t.replay(dead[0]!.id)
    expect([inputs(end), r.dead, r.pending]).toMatchObject([[{ reply: { text: 'late' } }], [], 0])
    expect(keeps.names()).toEqual([])
  })

  test('waits as long again when it is replayed and nothing has come', async () => {
    const { t, end, vendor } = scene()
    await using _ = t
    await t.give({ job: 'a', n: 1 })
    const { dead } = await t.run(3 * DAY + 1)
    await t.runtime.deadLetters.replay([dead[0]!.id])
    await t.run(2 * DAY)
    expect((await t.run(0)).dead).toEqual([])
    await vendor.told.give({ job: 'a', text: 'now' })
    await minute(t)
    expect(inputs(end)).toMatchObject([{ reply: { text: 'now' } }])
  })

  test('reminds somebody, again and again, and makes up for no reminder that was missed', async () => {
    const pager = fine<{ nth: number; id: string; body: Ask }>('pager')
    const { t, vendor, end } = scene({ remind: { after: '6h', every: '6h', to: pager } })
    await using _ = t
    await t.give({ job: 'a', n: 1 })
    await t.run(13 * HOUR)
    await t.restart({ clean: true })
    expect(pager.calls.map((c) => [c.input.nth, c.input.id, c.at - Date.UTC(2026, 0)])).toEqual([
      [1, 'a', 6 * HOUR],
      [2, 'a', 12 * HOUR],
    ])
    await t.stop()
    t.clock.advance()
    await t.clock.advanceBy(24 * HOUR)
    await t.run(0)
    await minute(t)
    expect(pager.calls.map((c) => c.input.nth)).toEqual([1, 2, 6])
    await vendor.told.give({ job: 'a', text: 'x' })
    await t.settle()
    expect([pager.calls.length, end.calls.length]).toEqual([3, 1])
  })

  test('reminds nobody a second time because an answer came that is not accepted', async () => {
    const pager = fine<{ nth: number }>('pager')
    const { t, vendor, end } = scene({
      accepts: (reply) => reply.of === 1,
      remind: { after: '6h', to: pager },
    })
    await using _ = t
    await t.give({ job: 'a', n: 1 })
    await t.run(7 * HOUR)
    await vendor.told.give({ job: 'a', text: 'of another', of: 2 })
    await t.run(HOUR)
    expect([vendor.were(), pager.calls.map((c) => c.input.nth), end.calls]).toEqual([['awaited'], [1], []])
  })

  test('is not ended by a reminder that fails: that is a dead letter of its own', async () => {
    const pager = failing('pager', 9, () => new Bad({}))
    const { t, vendor, end } = scene({ remind: { after: '6h', to: pager as never } })
    await using _ = t
    await t.give({ job: 'a', n: 1 })
    await t.run(DAY)
    expect((await t.run(0)).dead.map((d) => d.hop)).toEqual(['translation/remind'])
    await vendor.told.give({ job: 'a', text: 'x' })
    await minute(t)
    expect([pager.calls.length, end.calls.length]).toEqual([1, 1])
  })

  test('leaves nothing behind when a newer version supersedes it, or its deadline passes', async () => {
    const translated = correlation<Translation>('t')
    for (const accept of [
      { latest: { key: () => 'k', version: (o: Order) => o.n } },
      { deadline: '1h' },
    ] as const) {
      const keeps = kept()
      const f = flow('f')
        .from(given<Order>(), accept as { deadline: '1h' })
        .through(translated.wait({ id: (b) => String(b.n), within: '3d' }))
        .otherwise(deadLetter())
      await using t = testFlow(f, { journal: keeps.journal })
      await t.give({ n: 1 })
      await minute(t)
      await t.give({ n: 2 })
      const r = await t.settle()
      expect([r.pending, keeps.names(), balanced(await t.runtime.counts())]).toEqual([0, [], true])
    }
  })

  test('remembers nothing when `keep` is nothing', async () => {
    const { t, vendor, keeps } = scene({}, '0s')
    await using _ = t
    await t.give({ job: 'a', n: 1 })
    await minute(t)
    await vendor.told.give({ job: 'a', text: 'x' })
    const r = await t.run(1000)
    expect([r.pending, keeps.names()]).toEqual([0, []])
  })
})
