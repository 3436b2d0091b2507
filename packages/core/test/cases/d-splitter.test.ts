import { describe, expect, test } from 'vitest'
import { deadLetter, flow, left, retry, right, type Message, type PartialFailure } from '../../src/index.js'
import type { Item } from '../../src/step/item.js'
import { testFlow } from '../../src/testing/index.js'
import { Bad, fine, inputs, remote } from '../semantics/remote.js'

// Ported from messaging-semantics.md, group D. "Kaboom" (K) is the item that throws.
const letters = (b: string): string[] => (b === '' ? [] : b.split(','))
const kaboom = (s: string): string => {
  if (s === 'K') throw new Error('Forced')
  return s
}
const names = 'James,Claus,Hadrian,Guillaume'
const start = () => flow('f').input<string>()
const collected = () => {
  const out: string[] = []
  return { out, add: (s: string) => void out.push(s) }
}

describe('D: the splitter', () => {
  test('D1: items in order know their index and size, and are messages of their own, in memory and durably', async () => {
    const said: [string, Item | undefined, string][] = []
    const look = (b: string, ctx: { readonly item?: Item | undefined; readonly message: Message }): void =>
      void said.push([b, ctx.item, ctx.message.id])
    const f = start().split('names', letters, (s) => s.tap('look', look).to(fine<string>('to')), {
      ordered: true,
    })
    await f.run(names)
    await using t = testFlow(f.otherwise(deadLetter()))
    await t.send(names)
    const expected = letters(names).map((n, index) => [n, { index, size: 4, last: index === 3 }])
    expect(said.map(([b, item]) => [b, item])).toEqual([...expected, ...expected])
    expect(new Set(said.map(([, , id]) => id)).size).toBe(8)
  })

  test('D3: concurrent items come in any order, none twice, and each index still tells its name', async () => {
    const said: [string, number][] = []
    const f = start().gatherEach(
      'names',
      letters,
      (s) =>
        s
          .delay('a while', '1ms')
          .tap('look', (b, ctx) => void said.push([b, ctx.item!.index]))
          .map('same', (b) => b),
      { settle: 'all' },
    )
    const five = `${names},Willem`
    expect(await f.run(five)).toEqual(letters(five))
    expect(said.toSorted((a, b) => a[1] - b[1])).toEqual(letters(five).map((n, i) => [n, i]))
  })

  test('D4: one of five concurrent items throws: four results, one failure, and the whole carries it', async () => {
    const c = collected()
    const f = start().split('names', letters, (s) => s.map('boom', kaboom).tap('result', c.add))
    const r = await f.call('A,B,C,D,K')
    expect(c.out.toSorted()).toEqual(['A', 'B', 'C', 'D'])
    expect(r).toMatchObject({
      left: { _tag: 'PartialFailure', failed: [{ branch: '4', error: { step: 'boom' } }] },
    })
  })

  test('D5: stop on failure: what comes behind the first failure is not begun, and the failure tells the index', async () => {
    const c = collected()
    const f = start().split('names', letters, (s) => s.map('boom', kaboom).tap('split', c.add), {
      onFailure: 'stop',
    })
    const r = await f.call('H,K,B')
    expect(c.out).toEqual(['H'])
    expect(r).toMatchObject({ left: { failed: [{ branch: '1', error: { cause: { message: 'Forced' } } }] } })
  })

  test('D6, and L2: by default all are tried, and the whole fails with every failure instead of one', async () => {
    const c = collected()
    const f = start().split('names', letters, (s) => s.map('boom', kaboom).tap('split', c.add))
    const r = await f.call('H,K,B,K,Hi')
    expect(c.out).toEqual(['H', 'B', 'Hi'])
    expect((r as { left: PartialFailure }).left.failed.map((x) => x.branch)).toEqual(['1', '3'])
  })

  test('D7: two at a time with stop: the failing one never gets to the sink, and the failure tells its index', async () => {
    const c = collected()
    const f = start().split(
      'names',
      letters,
      (s) => s.delay('a while', '1ms').map('boom', kaboom).tap('split', c.add),
      { onFailure: 'stop', concurrency: 2 },
    )
    const r = await f.call('H,G,K,B')
    expect(c.out).not.toContain('K')
    expect(r).toMatchObject({ left: { failed: [{ branch: '2', error: { _tag: 'StepFailed' } }] } })
  })

  test.each([
    ['first', 'K,H,B', []],
    ['in the middle', 'H,K,B', ['H']],
    ['last', 'H,B,K', ['H', 'B']],
  ])('D8: stop with a recovery behind it: the caller gets its reply, K %s', async (_where, body, sink) => {
    const c = collected()
    const f = start()
      .choose((x) =>
        x
          .when(
            'split',
            () => true,
            (s) =>
              s.split('names', letters, (i) => i.map('boom', kaboom).tap('split', c.add), {
                onFailure: 'stop',
              }),
          )
          .otherwise((s) => s.map('none', () => ({ sent: true as const }))),
      )
      .map('done', () => 'all sent')
    const r = await f.call(body)
    expect([c.out, r._tag]).toEqual([sink, 'Left'])
    const handled = start()
      .gatherEach('names', letters, (i) => i.map('boom', kaboom), { settle: 'all' })
      .recover('PartialFailure', () => 'Damn Forced')
    expect(await handled.call(body)).toEqual(right('Damn Forced'))
  })

  test('D10: streamed: a before what may throw gets all, b behind it the rest; with stop nothing more is taken', async () => {
    const run = async (onFailure: 'go on' | 'stop') => {
      const [a, b, result] = [collected(), collected(), collected()]
      async function* stream(body: string) {
        yield* letters(body)
      }
      const f = start()
        .gatherEach('names', stream, (s) => s.map('same', (i) => i), { settle: 'all' })
        .tap('streams too', () => {})
        .split(
          'again',
          (all) => all,
          (s) => s.tap('a', a.add).map('boom', kaboom).tap('b', b.add),
          { onFailure },
        )
      const r = await f.call('A,B,K,D,E')
      if (r._tag === 'Right') result.add('')
      return [a.out, b.out, result.out, r._tag]
    }
    expect(await run('go on')).toEqual([['A', 'B', 'K', 'D', 'E'], ['A', 'B', 'D', 'E'], [], 'Left'])
    expect(await run('stop')).toEqual([['A', 'B', 'K'], ['A', 'B'], [], 'Left'])
  })

  test('D12, departure: durably an item is a message of its own: its dead letter is the item, four calls; the rest waits', async () => {
    const line = remote<Bad, string>('line', (b) => (b === 'Donkey' ? new Bad({}) : {}))
    const f = start()
      .split('animals', letters, line, { onFailure: 'stop' })
      .otherwise(retry({ attempts: 4, initial: '1ms' }).orElse(deadLetter()))
    await using t = testFlow(f)
    const r = await t.send('Tiger,Donkey,Camel')
    expect(inputs(line)).toEqual(['Tiger', 'Donkey', 'Donkey', 'Donkey', 'Donkey'])
    expect([r.dead.map((d) => [d.body, d.attempts]), r.pending]).toEqual([[['Donkey', 4]], 1])
  })

  test('D13: failures stay in the result where that is asked for: the whole goes on, exactly one failed', async () => {
    const c = collected()
    const f = start()
      .gatherEach('names', letters, (s) => s.map('boom', kaboom).tap('line', c.add), { settle: 'bestEffort' })
      .map('whole', (all, ctx) => ({
        body: ctx.message.body,
        failed: all.filter((r) => r._tag === 'Left').length,
      }))
    expect(await f.run('Hello,K,World')).toEqual({ body: 'Hello,K,World', failed: 1 })
    expect(c.out).toEqual(['Hello', 'World'])
  })

  test('D14: a splitting function that throws is StepFailed of the split, and no item is begun', async () => {
    const c = collected()
    const broken = (): string[] => {
      throw new Error('no expression')
    }
    const f = start().split('names', broken, (s) => s.tap('result', c.add))
    expect(await f.call('x')).toMatchObject({ left: { _tag: 'StepFailed', step: 'names' } })
    await using t = testFlow(f.otherwise(deadLetter()))
    expect([(await t.send('x')).dead.length, c.out]).toEqual([1, []])
  })

  test.each([
    ['null', () => null],
    ['an empty list', () => []],
    ['an empty stream', async function* () {}],
  ])('D15: %s splits into nothing, which is no failure', async (_what, each) => {
    const c = collected()
    const f = start().split('names', each as () => string[], (s) => s.tap('split', c.add))
    expect([await f.call(''), c.out]).toEqual([right({ sent: true }), []])
    const joined = start().gatherEach('names', each as () => string[], (s) => s.map('m', (i) => i), {
      settle: 'all',
    })
    expect(await joined.call('')).toEqual(right([]))
  })

  test('D16: three items have three ids, none of them the parent’s, whose id correlates them all', async () => {
    const ids: { id: string; correlationId: string; causationId: string | undefined }[] = []
    let parent = ''
    const f = start()
      .tap('parent', (_b, ctx) => void (parent = ctx.message.id))
      .split('names', letters, (s) =>
        s
          .tap('ids', (_b, ctx) => {
            const { id, correlationId, causationId } = ctx.message
            ids.push({ id, correlationId, causationId })
          })
          .to(fine<string>('to')),
      )
    const check = (): void => {
      expect(new Set([parent, ...ids.map((i) => i.id)]).size).toBe(4)
      expect(ids.map((i) => [i.correlationId, i.causationId])).toEqual(Array(3).fill([parent, parent]))
      ids.length = 0
    }
    await f.run('A,B,C')
    check()
    await using t = testFlow(f.otherwise(deadLetter()))
    await t.send('A,B,C')
    check()
  })

  test('D17: a recovery around the split catches what its items fail with, and holds the whole body', async () => {
    const c = collected()
    const f = start()
      .gatherEach(
        'animals',
        letters,
        (s) => s.map('boom', (b) => (b === 'Donkey' ? new Bad({}) : b)).tap('line', c.add),
        {
          settle: 'all',
        },
      )
      .recover('PartialFailure', (_e, ctx) => ctx.message.body)
    expect(await f.call('Tiger,Camel,Donkey')).toEqual(right('Tiger,Camel,Donkey'))
    expect(c.out).toEqual(['Tiger', 'Camel'])
  })

  test('D18: an item that recovers goes on, and the join has all of them in their order', async () => {
    const error = collected()
    const f = start()
      .gatherEach(
        'names',
        letters,
        (s) =>
          s
            .map('bar fails', (b) => (b === 'bar' ? new Bad({}) : b))
            .recover('Bad', () => (error.add('bar'), 'bar')),
        { settle: 'all' },
      )
      .map('join', (all) => all.join('='))
    expect([await f.run('foo,bar'), await f.run('bar,foo'), error.out]).toEqual([
      'foo=bar',
      'bar=foo',
      ['bar', 'bar'],
    ])
  })

  test('D20: a failed item is judged once, by its own route: the parent is not failed for it a second time', async () => {
    const a = fine<unknown>('a')
    const b = remote<Bad, string>('b', (s) => (s === 'Donkey' ? new Bad({}) : {}))
    const f = start()
      .split('animals', letters, b, { onFailure: 'stop' })
      .onError({ Bad: deadLetter().alert(a), StepFailed: deadLetter() })
    await using t = testFlow(f)
    const r = await t.send('Camel,Donkey')
    expect([a.calls.length, b.calls.length, r.dead.map((d) => d.body)]).toEqual([1, 2, ['Donkey']])
  })

  test('D21: what prepares each item may throw too: with stop the items before it are done, the caller gets the failure', async () => {
    const c = collected()
    const prepare = (s: string): string => (s === 'C' ? kaboom('K') : s)
    const f = start().split('names', letters, (s) => s.map('prepare', prepare).tap('a', c.add), {
      onFailure: 'stop',
    })
    const r = await f.call('A,B,C,D')
    expect([c.out, r]).toMatchObject([
      ['A', 'B'],
      left({ failed: [{ branch: '2', error: { step: 'prepare' } }] }),
    ])
  })
})
