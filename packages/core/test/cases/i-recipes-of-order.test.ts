import { describe, expect, test } from 'vitest'
import {
  byKind,
  createDestination,
  deadLetter,
  divert,
  failure,
  flow,
  read,
  retry,
  right,
  target,
  type Duration,
  type Failed,
} from '../../src/index.js'
import { testFlow } from '../../src/testing/index.js'
import { inputs } from '../semantics/remote.js'
import { given } from './support/given.js'
import { sink } from './support/sink.js'

interface Numbered {
  readonly seq: number
}

describe('G sampling, as a recipe', () => {
  const sampled = (dedupe: (b: Numbered) => string) => {
    const to = sink<Numbered>('to')
    return {
      to,
      flow: flow('f').from(given<Numbered>(), { dedupe, window: '1s' }).to(to).otherwise(byKind()),
    }
  }

  test('G17: one message a second: the first of each window is taken, the others are answered as it', async () => {
    const steady = sampled(() => 'sample')
    await using t = testFlow(steady.flow)
    for (let seq = 0; seq < 15; seq++) {
      await t.give({ seq })
      await t.run(100)
    }
    expect(inputs(steady.to)).toEqual([{ seq: 0 }, { seq: 10 }])
    const bursts = sampled(() => 'sample')
    await using b = testFlow(bursts.flow)
    await b.sendAll([0, 1, 2, 3, 4].map((seq) => ({ seq })))
    await b.run(1100)
    await b.sendAll([5, 6, 7, 8, 9].map((seq) => ({ seq })))
    expect(inputs(bursts.to)).toEqual([{ seq: 0 }, { seq: 5 }])
  })

  test('G17: every tenth message, by its own number: a restart in between changes nothing', async () => {
    const tenth = sampled((m) => String(Math.floor(m.seq / 10)))
    const feed = Array.from({ length: 100 }, (_, seq) => ({ seq }))
    await using t = testFlow(tenth.flow)
    await t.sendAll(feed.slice(0, 55))
    await t.restart()
    await t.sendAll(feed.slice(55))
    expect(inputs(tenth.to).map((m) => m.seq)).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80, 90])
  })
})

describe('G resequencer, as a recipe', () => {
  test('G10: the items of a batch go in the order of their numbers, batch after batch', async () => {
    const to = sink<Numbered>('to')
    const f = flow('batches')
      .from(given<readonly Numbered[]>(), { key: () => 'all' })
      .map('sort', (batch) => batch.toSorted((x, y) => x.seq - y.seq))
      .split('items', (batch) => batch, to)
      .otherwise(byKind())
    await using t = testFlow(f)
    await t.sendAll([
      [{ seq: 4 }, { seq: 1 }],
      [{ seq: 3 }, { seq: 2 }],
    ])
    expect(inputs(to).map((m) => m.seq)).toEqual([1, 4, 2, 3])
  })

  class Early extends failure('Early', 'transient')<Numbered> {}
  class Old extends failure('Old', 'permanent')<Numbered> {}
  class Unnumbered extends failure('Unnumbered', 'permanent')<object> {}

  /** A receiver that knows the last number it took, and a flow that gives it messages in turn. */
  const inTurn = (patience: Duration) => {
    const taken: number[] = []
    const book = target({
      name: 'book',
      destination: createDestination({ name: 'book' }),
      effect: 'keyed',
      call: (m: Numbered) => ({ result: right(taken.push(m.seq)), seen: { as: 'ok' } }),
    })
    const last = read({
      name: 'last',
      destination: createDestination({ name: 'position' }),
      call: (m: Numbered) => ({ result: right({ seq: m.seq, last: taken.at(-1) ?? 0 }), seen: { as: 'ok' } }),
    })
    const late = flow('late')
      .input<Failed>()
      .map('message', (f) => f.body as never as Numbered)
      .to(book)
      .otherwise(byKind())
    const ordered = flow('f')
      .input<Numbered>()
      .via(last)
      .map('in turn', (m) => {
        if (!Number.isInteger(m.seq)) return new Unnumbered({})
        if (m.seq <= m.last) return new Old({ seq: m.seq })
        return m.seq === m.last + 1 ? { seq: m.seq } : new Early({ seq: m.seq })
      })
      .to(book)
      .on('Early', retry({ delays: ['20ms'], jitter: 'none', upTo: patience }).orElse(divert(late)))
      .otherwise(deadLetter())
    return { taken, ordered, late }
  }

  test('G11: messages that come early wait until it is their turn', async () => {
    const { taken, ordered, late } = inTurn('100ms')
    await using t = testFlow(ordered, { flows: [late] })
    const r = await t.sendAll([4, 1, 3, 2].map((seq) => ({ seq })))
    expect([taken, r.dead]).toEqual([[1, 2, 3, 4], []])
  })

  test('G11: a hundred messages of two senders come out in order, also when the process crashes between', async () => {
    const { taken, ordered, late } = inTurn('5s')
    await using t = testFlow(ordered, { flows: [late] })
    const odd = Array.from({ length: 50 }, (_, i) => ({ seq: 2 * i + 1 }))
    const even = Array.from({ length: 50 }, (_, i) => ({ seq: 2 * i + 2 }))
    for (const [i, m] of odd.entries()) {
      await t.give(m)
      if (i === 20) await t.restart()
      await t.give(even[i]!)
    }
    const r = await t.settle()
    expect([taken, r.dead]).toEqual([Array.from({ length: 100 }, (_, i) => i + 1), []])
  })

  test('G12: a number that never comes is waited for only so long; one that comes after its turn is rejected', async () => {
    const { taken, ordered, late } = inTurn('100ms')
    await using t = testFlow(ordered, { flows: [late] })
    await t.sendAll([2, 3, 1, 5].map((seq) => ({ seq })))
    expect(taken).toEqual([1, 2, 3, 5])
    const r = await t.send({ seq: 4 })
    expect([taken.length, r.dead.map((d) => d.error)]).toMatchObject([4, [{ _tag: 'Old', seq: 4 }]])
  })

  test('G13: a message without a number is a failure of its own; the others come in order', async () => {
    const { taken, ordered, late } = inTurn('100ms')
    await using t = testFlow(ordered, { flows: [late] })
    const r = await t.sendAll([{ seq: 2 }, { text: 'none' }, { seq: 1 }])
    expect([taken, r.dead.map((d) => d.error._tag)]).toEqual([[1, 2], ['Unnumbered']])
  })
})
