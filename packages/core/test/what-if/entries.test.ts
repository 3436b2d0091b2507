import { describe, expect, test } from 'vitest'
import {
  byKind,
  DecodeFailed,
  deadLetter,
  failure,
  flow,
  left,
  memoryJournal,
  memoryStore,
  right,
  type Deployable,
  type Journal,
  type Source,
} from '../../src/index.js'
import { testFlow } from '../../src/testing/index.js'
import { whatIf } from '../../src/what-if/index.js'
import { untouched } from './remotes.js'

interface Order {
  readonly n: number
  readonly parts?: readonly string[]
}
class Odd extends failure('Odd', 'permanent')<object> {}

const hook: Source<Order> = {
  name: 'hook',
  single: false,
  decode: (raw) =>
    typeof (raw as { n?: unknown }).n === 'number'
      ? right(raw as unknown as Order)
      : left(new DecodeFailed([{ path: ['n'], message: 'expected a number' }])),
  start: () => ({ stop() {} }),
}
const book = untouched<object>('book')
const ship = untouched<object>('ship')

const first = (version = 1): Deployable =>
  flow('orders', { version })
    .from(hook)
    .to(book.with((o: Order) => ({ n: o.n })))
    .map('shipped', (o) => ({ n: o.n, by: 'post' }))
    .to(ship)
    .otherwise(deadLetter())

/** Dead letters of a flow whose targets fail as told, with the journal that they are in. */
const deadOf = async (f: Deployable, raws: readonly unknown[], fails: readonly string[]) => {
  let journal: Journal | undefined
  const store = memoryStore()
  const replace = Object.fromEntries(
    ['book', 'ship'].map((name) => [name, () => (fails.includes(name) ? new Odd({}) : undefined)]),
  )
  const t = testFlow(f, { replace, journal: (clock) => (journal = memoryJournal({ clock, store })) })
  await t.sendAll(raws, { type: 'order', headers: { 'correlation-id': 'c1' } })
  return { t, journal: journal!, letters: await t.runtime.deadLetters.list() }
}

describe('a dead letter', () => {
  test('starts at its hop, with its own input and key, and makes no call of the hops before', async () => {
    const { t, letters } = await deadOf(first(), [{ n: 1 }, { n: 2 }], ['ship'])
    const quicker = flow('orders')
      .from(hook)
      .to(book.with((o: Order) => ({ number: o.n })))
      .map('shipped', (o) => ({ n: o.n, by: 'post' }))
      .to(ship.with((o) => ({ ...o, fast: true })))
      .otherwise(deadLetter())
    const r = await whatIf(first(), { entries: letters, against: quicker })
    expect(r.groups).toMatchObject([
      { as: 'changed', target: 'ship', path: 'fast', after: true, messages: 2 },
    ])
    expect(r.differences[0]).toMatchObject({ id: letters[0]!.id, index: 0 })
    const [call] = r.differences[0]!.calls
    expect(call).toMatchObject({ as: 'changed', before: { key: letters[0]!.id } })
    await t.stop()
  })
  test('of a hop that has another name, and a body of an older version, is brought up', async () => {
    const { t, letters } = await deadOf(first(), [{ n: 1 }], ['ship'])
    const renamed = flow('orders', {
      version: 2,
      renamed: { ship: 'send' },
      upcast: { 1: (body) => ({ ...(body as Order), currency: 'EUR' }) },
    })
      .from(hook)
      .to(book.with((o: Order) => ({ n: o.n })))
      .map('shipped', (o) => ({ ...o, by: 'post' }))
      .to(ship, { name: 'send' })
      .otherwise(deadLetter())
    const r = await whatIf(first(), { entries: letters, against: renamed })
    expect(r.groups).toMatchObject([{ target: 'ship', path: 'currency', after: 'EUR', messages: 1 }])
    await t.stop()
  })
  test('of a hop that the other version does not have is an orphan there', async () => {
    const { t, letters } = await deadOf(first(), [{ n: 1 }], ['ship'])
    const shorter = flow('orders').from(hook).to(book).otherwise(deadLetter())
    const r = await whatIf(first(), { entries: letters, against: shorter })
    expect(r.differences[0]!.ends).toEqual({ before: [], after: [{ as: 'orphan', hop: 'ship' }] })
    await t.stop()
  })
  test('of poison is decoded again: one that the other version can read is delivered there', async () => {
    const { t, letters } = await deadOf(first(), [{ n: '7' }], [])
    const lenient = { ...hook, decode: (raw: unknown) => right({ n: Number((raw as { n: unknown }).n) }) }
    const after = flow('orders').from(lenient).to(book).otherwise(deadLetter())
    const r = await whatIf(first(), { entries: letters, against: after })
    expect(r.groups.map((g) => [g.as, g.before, g.after])).toEqual([
      ['only after', undefined, { n: 7 }],
      ['ends', 'dead (DecodeFailed)', 'delivered'],
    ])
    await t.stop()
  })
  test('of a split item is that item', async () => {
    const parts = (f: (p: string, i: number | undefined) => object): Deployable =>
      flow('orders')
        .from(hook)
        .split(
          'part',
          (o) => o.parts ?? [],
          (s) =>
            s
              .to(book.with((p: string, ctx) => f(p, ctx.item?.index)))
              .to(ship.with((p: string, ctx) => f(p, ctx.item?.index))),
        )
        .otherwise(deadLetter())
    const before = parts((p, i) => ({ p, i }))
    const { t, letters } = await deadOf(before, [{ n: 1, parts: ['a', 'b', 'c'] }], ['book'])
    const r = await whatIf(before, { entries: letters, against: parts((p, i) => ({ p, i, more: 1 })) })
    expect(r.calls).toEqual({ same: 0, changed: 6, onlyBefore: 0, onlyAfter: 0 })
    expect(
      r.differences.map((d) => d.calls.map((c) => (c.as === 'changed' ? c.before.sends : undefined))),
    ).toEqual(
      ['a', 'b', 'c'].map((p, i) => [
        { p, i },
        { p, i },
      ]),
    )
    await t.stop()
  })
  test('in its report says its type, and its message can be run from the start', async () => {
    const { t, letters } = await deadOf(first(), [{ n: 1 }], ['ship'])
    const report = (await t.runtime.deadLetters.show(letters[0]!.id))!
    const typed = flow('orders')
      .from(hook)
      .to(book.with((o: Order) => ({ n: o.n })))
      .map('shipped', (o) => ({ n: o.n, by: 'post' }))
      .to(ship.with((o, ctx) => ({ ...o, type: ctx.message.type })))
      .otherwise(deadLetter())
    const r = await whatIf(first(), { entries: [report, report.message], against: typed })
    expect(r.groups).toMatchObject([{ path: 'type', after: 'order', messages: 2, uniform: true }])
    expect(r.calls.same).toBe(1)
    await t.stop()
  })
})

test('entries of a journal are run as they were stored, those of other flows are left out', async () => {
  const { t, journal, letters } = await deadOf(first(), [{ n: 1 }], ['ship'])
  const found = await journal.admin.find({ limit: 100 })
  const headed = flow('orders')
    .from(hook)
    .to(book.with((o: Order) => ({ n: o.n })))
    .map('shipped', (o) => ({ n: o.n, by: 'post' }))
    .to(ship.with((o, ctx) => ({ ...o, of: ctx.message.correlationId })))
    .otherwise(deadLetter())
  const r = await whatIf(first(), {
    entries: [
      ...found,
      { ...letters[0]!, flow: 'others' },
      { ...letters[0]!, hop: 'alert pager' },
      { id: 'x' },
      7 as never,
    ],
    against: headed,
  })
  expect(r.groups).toMatchObject([{ path: 'of', after: 'c1', messages: found.length }])
  expect(r.skipped).toEqual({
    'of flow "others"': 1,
    'an alert that could not be delivered': 1,
    'without its raw input, which the journal keeps no more': 1,
    'not an entry, but number': 1,
  })
  await t.stop()
})

test('messages come at the time of the first, and see their own', async () => {
  const f = (of: 'clock' | 'message'): Deployable =>
    flow('orders')
      .from(hook)
      .to(book.with((_: Order, ctx) => ({ at: of === 'clock' ? ctx.clock.now() : ctx.message.time })))
      .otherwise(byKind())
  const time = Date.UTC(2024, 1, 29)
  const entries = [
    { raw: { n: 1 }, time },
    { raw: { n: 2 }, time: time + 1000 },
  ]
  const r = await whatIf(f('clock'), { entries, against: f('message') })
  expect(r.groups).toMatchObject([{ path: 'at', before: time, after: time + 1000, messages: 1 }])
})
