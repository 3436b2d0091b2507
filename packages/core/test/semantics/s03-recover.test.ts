import { describe, expect, test } from 'vitest'
import {
  byKind,
  deadLetter,
  DecodeFailed,
  discard,
  flow,
  left,
  retry,
  right,
  type Source,
} from '../../src/index.js'
import { testFlow } from '../../src/testing/index.js'
import { Bad, Busy, Down, failing, fine, inputs, remote, type Order } from './remote.js'

const bad = (name: string) => failing<Bad>(name, Infinity, () => new Bad({}))

const picky: Source<Order> = {
  name: 'picky',
  single: false,
  decode: (raw) =>
    (raw as { n?: unknown }).n === undefined
      ? left(new DecodeFailed([{ path: ['n'], message: 'expected a number' }]))
      : right(raw as unknown as Order),
  start: () => ({ stop() {} }),
}

describe('S3 recover goes on after a failure of the steps above', () => {
  test('inside the hop, without an attempt more', async () => {
    const end = fine('end')
    const f = flow('f')
      .input<Order>()
      .map('check', (b) => (b.n < 0 ? new Bad({}) : b))
      .recover('Bad', () => ({ n: 0 }))
      .to(end)
      .otherwise(deadLetter())
    await using t = testFlow(f)
    await t.send({ n: -5 })
    expect(inputs(end)).toEqual([{ n: 0 }])
  })

  test('from an earlier hop: the steps between are left out, what follows gets the new body', async () => {
    const skipped = fine('skipped')
    const end = fine('end')
    const f = flow('f')
      .input<Order>()
      .to(bad('first'))
      .to(skipped)
      .recover('Bad', (e) => ({ n: e._tag.length }))
      .map('add', (b) => ({ n: b.n + 1 }))
      .to(end)
      .otherwise(deadLetter())
    await using t = testFlow(f)
    const r = await t.send({ n: 1 })
    expect(inputs(end)).toEqual([{ n: 4 }])
    expect([skipped.calls.length, r.dead.length, r.pending]).toEqual([0, 0, 0])
  })

  test('what follows a recovery is a hop: it is retried without recovering again', async () => {
    let recovered = 0
    const end = failing('end', 2)
    const f = flow('f')
      .input<Order>()
      .to(bad('first'))
      .to(fine('between'))
      .recover('Bad', () => ({ n: ++recovered }))
      .to(end)
      .otherwise(byKind({ transient: retry({ initial: '1s' }) }))
    await using t = testFlow(f)
    await t.send({ n: 1 })
    expect(inputs(end)).toEqual([{ n: 1 }, { n: 1 }, { n: 1 }])
  })

  test('a nearer on() of the tag decides before a recover further down', async () => {
    const end = fine('end')
    const f = flow('f')
      .input<Order>()
      .to(bad('first'))
      .on('Bad', discard('near'))
      .map('again', (b) => (b.n > 100 ? new Bad({}) : b))
      .recover('Bad', () => ({ n: 0 }))
      .to(end)
      .otherwise(deadLetter())
    await using t = testFlow(f)
    await t.send({ n: 1 })
    expect(end.calls).toEqual([])
    expect((await t.runtime.counts()).find((c) => c.what === 'discarded')?.n).toBe(1)
  })

  test('a recover covers the steps above only', async () => {
    const f = flow('f')
      .input<Order>()
      .map('check', (b) => (b.n < 0 ? new Bad({}) : b))
      .recover('Bad', () => ({ n: 0 }))
      .to(bad('end'))
      .otherwise(deadLetter())
    await using t = testFlow(f)
    const r = await t.send({ n: 1 })
    expect(r.dead.map((d) => d.hop)).toEqual(['end'])
  })

  test('a failure of a tag without recovery passes it by', async () => {
    const f = flow('f')
      .input<Order>()
      .map('check', (b) => (b.n < 0 ? new Bad({}) : b.n === 0 ? new Busy({}) : b))
      .recover('Bad', () => ({ n: 0 }))
      .otherwise(byKind({ transient: discard('busy') }))
    await using t = testFlow(f)
    await t.send({ n: 0 })
    expect((await t.runtime.counts()).find((c) => c.what === 'discarded')?.n).toBe(1)
  })

  test('a recover that gives a failure is judged by what stands below it', async () => {
    const f = flow('f')
      .input<Order>()
      .to(bad('first'))
      .to(fine('between'))
      .recover('Bad', () => new Busy({}))
      .on('Busy', discard('busy now'))
      .otherwise(deadLetter())
    await using t = testFlow(f)
    const r = await t.send({ n: 1 })
    expect(r.dead).toEqual([])
    expect((await t.runtime.counts()).find((c) => c.what === 'discarded')?.n).toBe(1)
  })

  test('a recover that throws is StepFailed, under its own name', async () => {
    const f = flow('f')
      .input<Order>()
      .to(bad('first'))
      .to(fine('between'))
      .recover('Bad', (): Order => {
        throw new Error('no way back')
      })
      .otherwise(deadLetter())
    await using t = testFlow(f)
    const r = await t.send({ n: 1 })
    expect(r.dead.map((d) => d.error)).toMatchObject([{ _tag: 'StepFailed', step: 'recover Bad' }])
  })

  test('a recovery below a fan-out answers for its branches, each by itself', async () => {
    const ok = fine('ok')
    const f = flow('f')
      .input<Order>()
      .fanOut({
        a: (s) =>
          s
            .to(bad('a'))
            .recover('Bad', () => ({ n: 9 }))
            .to(ok),
        b: fine('b'),
      })
      .otherwise(deadLetter())
    await using t = testFlow(f)
    const r = await t.send({ n: 1 })
    expect(inputs(ok)).toEqual([{ n: 9 }])
    expect(r.dead).toEqual([])
  })

  test('a recovery below a choice answers for its cases, and goes on below it', async () => {
    const end = fine('end')
    const f = flow('f')
      .input<Order>()
      .choose((c) =>
        c.when('one', (b) => b.n === 1, bad('a') as never).otherwise((s) => s.map('same', (b) => b)),
      )
      .recover('Bad' as never, () => ({ n: -1 }))
      .to(end as never)
      .otherwise(deadLetter())
    await using t = testFlow(f)
    const r = await t.sendAll([{ n: 1 }, { n: 2 }])
    expect(
      inputs(end)
        .map((b) => b.n)
        .toSorted((x, y) => x - y),
    ).toEqual([-1, 2])
    expect(r).toMatchObject({ dead: [], pending: 0 })
  })

  test('a recovery that ends the flow ends the message', async () => {
    const f = flow('f')
      .input<Order>()
      .to(bad('a'))
      .to(fine('b'))
      .recover('Bad', () => ({ n: 0 }))
      .otherwise(deadLetter())
    await using t = testFlow(f)
    expect(await t.send({ n: 1 })).toMatchObject({ dead: [], pending: 0 })
  })

  test('of two recoveries of one tag the nearer one is asked', async () => {
    const end = fine('end')
    const f = flow('f')
      .input<Order>()
      .to(bad('a'))
      .to(fine('b'))
      .recover('Bad', () => ({ n: 1 }))
      .map('again', (b) => (b.n > 100 ? new Bad({}) : b))
      .to(fine('c'))
      .recover('Bad', () => ({ n: 2 }))
      .to(end)
      .otherwise(deadLetter())
    await using t = testFlow(f)
    await t.send({ n: 0 })
    expect(inputs(end)).toEqual([{ n: 1 }])
  })

  test('what a recovery gives may not be storable: that is judged below it', async () => {
    const f = flow('f')
      .input<Order>()
      .to(bad('a'))
      .to(fine('b'))
      .recover('Bad', () => ({ n: 1n as unknown as number }))
      .to(fine('c'))
      .otherwise(deadLetter())
    await using t = testFlow(f)
    const r = await t.send({ n: 0 })
    expect(r.dead).toMatchObject([{ hop: 'a', error: { _tag: 'StepFailed' } }])
  })

  test('poison can be recovered, and what follows has its retries', async () => {
    const end = failing('end', 2)
    const f = flow('f')
      .from(picky)
      .recover('DecodeFailed', (e) => ({ n: e.issues.length }))
      .to(end)
      .otherwise(byKind({ transient: retry({ initial: '1s' }) }))
    await using t = testFlow(f)
    const r = await t.send({ nothing: true })
    expect(inputs(end)).toEqual([{ n: 1 }, { n: 1 }, { n: 1 }])
    expect([r.dead.length, r.pending]).toEqual([0, 0])
  })

  test('a deadline that has passed can be recovered: what goes on has none', async () => {
    const late = failing('late', 3)
    const f = flow('f')
      .from(picky, { deadline: '1h' })
      .to(remote<Down>('to', () => new Down({})))
      .recover('DeadlineExceeded', () => ({ n: -1 }))
      .to(late)
      .otherwise(byKind({ transient: retry({ initial: '10m', jitter: 'none' }) }))
    await using t = testFlow(f)
    const r = await t.send({ n: 1 })
    expect(inputs(late)).toEqual([{ n: -1 }, { n: -1 }, { n: -1 }, { n: -1 }])
    expect(r).toMatchObject({ dead: [], pending: 0 })
  })

  test('a message that is late below the recovery of a deadline does not go back there', async () => {
    const done = fine('done')
    const f = flow('f')
      .from(picky, { deadline: '1h' })
      .recover('DeadlineExceeded', () => ({ n: -1 }))
      .to(done)
      .to(remote<Down>('to', () => new Down({})))
      .otherwise(byKind())
    await using t = testFlow(f)
    const r = await t.send({ n: 1 })
    expect(done.calls).toHaveLength(1)
    expect(r.dead).toMatchObject([{ hop: 'to', error: { _tag: 'DeadlineExceeded' } }])
  })
})
