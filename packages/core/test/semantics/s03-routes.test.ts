import { describe, expect, test } from 'vitest'
import {
  byKind,
  deadLetter,
  discard,
  divert,
  flow,
  retry,
  when,
  type Deployable,
  type Failed,
  type Tagged,
} from '../../src/index.js'
import { testFlow } from '../../src/testing/index.js'
import { Bad, Busy, Cut, Down, fine, remote, type Order } from './remote.js'

const script = <E extends Tagged>(name: string, ...replies: readonly unknown[]) =>
  remote<E>(name, (_input, _ctx, nth) => replies[nth - 1] ?? {})

const count = async (f: Deployable, body: Order = { n: 1 }, flows: Deployable[] = []) => {
  await using t = testFlow(f, { flows })
  const r = await t.send(body)
  return { ...r, counts: await t.runtime.counts() }
}

const of = (counts: readonly { what: string; n: number }[], what: string): number =>
  counts.filter((c) => c.what === what).reduce((n, c) => n + c.n, 0)

describe('S3 the route is chosen anew for each attempt, by the tag of its failure, and decides alone', () => {
  test('429, then 503, then 400: each attempt follows the route of what it met', async () => {
    const to = script<Busy | Down | Bad>(
      'to',
      new Busy({}),
      new Down({}),
      new Busy({}),
      new Bad({ status: 400 }),
    )
    const f = flow('f')
      .input<Order>()
      .to(to)
      .onError({
        Busy: retry({ initial: '1h', factor: 1, max: '1h', jitter: 'none' }),
        Down: retry({ initial: '1s', factor: 1, jitter: 'none' }),
        Bad: deadLetter(),
      })
    const r = await count(f)
    const at = to.calls.map((c) => c.at - to.calls[0]!.at)
    expect(at).toEqual([0, 36e5, 36e5 + 1000, 72e5 + 1000])
    expect(r.dead.map((d) => (d.error as { _tag: string })._tag)).toEqual(['Bad'])
  })

  test('a route is asked about this occurrence: when() looks at the failure itself', async () => {
    const routes = {
      Bad: when((e: Bad) => e.status === 410, discard('gone'), deadLetter()),
    }
    const gone = await count(
      flow('f')
        .input<Order>()
        .to(script<Bad>('to', new Bad({ status: 410 })))
        .onError(routes),
    )
    const other = await count(
      flow('f')
        .input<Order>()
        .to(script<Bad>('to', new Bad({ status: 422 })))
        .onError(routes),
    )
    expect([of(gone.counts, 'discarded'), gone.dead.length]).toEqual([1, 0])
    expect([of(other.counts, 'discarded'), other.dead.length]).toEqual([0, 1])
  })

  test('cases are tried in order, and a test that throws does not hold', async () => {
    const routes = {
      Bad: {
        cases: [
          [
            (): boolean => {
              throw new Error('a broken test')
            },
            discard('never'),
          ],
          [(e: Bad) => e.status === 1, discard('one')],
          [() => true, deadLetter()],
        ] as const,
        orElse: discard('never'),
      },
    }
    const one = await count(
      flow('f')
        .input<Order>()
        .to(script<Bad>('to', new Bad({ status: 1 })))
        .onError(routes),
    )
    const two = await count(
      flow('f')
        .input<Order>()
        .to(script<Bad>('to', new Bad({ status: 2 })))
        .onError(routes),
    )
    expect([of(one.counts, 'discarded'), of(two.counts, 'dead')]).toEqual([1, 1])
  })

  test('on() covers the steps above it; a later step that brings the tag again has the route of the rest', async () => {
    const make = (first: unknown, second: unknown) =>
      flow('f')
        .input<Order>()
        .to(script<Bad>('a', first))
        .on('Bad', discard('from a'))
        .to(script<Bad>('b', second))
        .onError({ Bad: deadLetter() })
    const a = await count(make(new Bad({}), {}))
    const b = await count(make({}, new Bad({})))
    expect([of(a.counts, 'discarded'), a.dead.length]).toEqual([1, 0])
    expect([of(b.counts, 'discarded'), b.dead.length]).toEqual([0, 1])
  })

  test('of two on() of one tag, the nearest below the step decides', async () => {
    const make = (first: unknown, second: unknown) =>
      flow('f')
        .input<Order>()
        .to(script<Bad>('a', first))
        .on('Bad', discard('near a'))
        .to(script<Bad>('b', second))
        .on('Bad', deadLetter())
        .otherwise(byKind())
    expect(of((await count(make(new Bad({}), {}))).counts, 'discarded')).toBe(1)
    expect(of((await count(make({}, new Bad({})))).counts, 'dead')).toBe(1)
  })

  test('on() inside a branch wins over on() below the fan-out, which wins over the rest', async () => {
    const make = (a: Tagged, b: Tagged) =>
      flow('f')
        .input<Order>()
        .fanOut({
          a: (s) => s.to(script<Bad | Busy>('a', a)).on('Bad', discard('in the branch')),
          b: script<Bad | Busy>('b', b),
        })
        .on('Bad', deadLetter())
        .otherwise(discard('the rest'))
    const bad = await count(make(new Bad({}), new Bad({})))
    expect(
      bad.counts.filter((c) => c.n > 0 && c.what !== 'in' && c.hop !== 'fanOut').map((c) => [c.hop, c.what]),
    ).toEqual([
      ['a/a', 'discarded'],
      ['b', 'dead'],
    ])
    const busy = await count(make(new Busy({}), new Busy({})))
    expect(busy.dead).toEqual([])
    expect(of(busy.counts, 'discarded')).toBe(2)
  })

  test('the route of a branch says nothing about the steps before the fan-out', async () => {
    const f = flow('f')
      .input<Order>()
      .to(script<Bad>('first', new Bad({})))
      .fanOut({ a: (s) => s.to(script<Bad>('a')).on('Bad', discard('in the branch')) })
      .otherwise(deadLetter())
    const r = await count(f)
    expect(r.dead.map((d) => d.hop)).toEqual(['first'])
  })

  test('without a route of its own, a failure goes by the kind of this occurrence', async () => {
    const f = (to: ReturnType<typeof script<Tagged>>) => flow('f').input<Order>().to(to).otherwise(byKind())
    const down = script<Tagged>('to', new Down({}), new Down({}))
    expect((await count(f(down))).delivered).toHaveLength(1)
    expect(down.calls).toHaveLength(3)
    const bad = script<Tagged>('to', new Bad({}))
    expect((await count(f(bad))).dead).toHaveLength(1)
    expect(bad.calls).toHaveLength(1)
  })

  test('byKind takes overrides, and the kind is that of the occurrence', async () => {
    const to = script<Down | Bad>('to', new Down({}), new Bad({}))
    const f = flow('f')
      .input<Order>()
      .to(to)
      .otherwise(byKind({ transient: retry({ initial: '1s' }), permanent: discard('no use') }))
    const r = await count(f)
    expect([to.calls.length, of(r.counts, 'discarded'), r.dead.length]).toEqual([2, 1, 0])
  })

  test('divert gives what failed to another flow as a new message, in the same commit', async () => {
    const desk = remote<never, Failed>('desk', () => ({}))
    const repair = flow('repair').input<Failed>().to(desk).otherwise(deadLetter())
    const f = flow('f')
      .input<Order>()
      .to(script<Bad>('to', new Bad({ status: 9 })))
      .onError({ Bad: divert(repair) })
    const r = await count(f, { n: 7 }, [repair])
    expect(desk.calls[0]!.input).toMatchObject({
      body: { n: 7 },
      flow: 'f',
      hop: 'to',
      attempts: 1,
      error: { _tag: 'Bad', status: 9, attempt: 1 },
    })
    const root = desk.calls[0]!.key
    expect(root).not.toContain((r.accepted[0] as { id: string }).id)
    expect(r.counts.filter((c) => c.n > 0).map((c) => [c.flow, c.what, c.n])).toEqual([
      ['f', 'in', 1],
      ['f', 'diverted', 1],
      ['repair', 'in', 1],
      ['repair', 'delivered', 1],
    ])
  })

  test('a diverted message says what caused it, and keeps its key and correlation', async () => {
    const said: unknown[] = []
    const repair = flow('repair')
      .input<Failed>()
      .tap('look', (_b, ctx) => {
        const { correlationId, causationId, key, type } = ctx.message
        said.push({ correlationId, causationId, key, type })
      })
      .otherwise(deadLetter())
    const f = flow('f')
      .input<Order>()
      .to(script<Bad>('to', new Bad({})))
      .onError({ Bad: divert(repair) })
    await using t = testFlow(f, { flows: [repair] })
    const r = await t.send({ n: 1 }, { headers: { 'correlation-id': 'case-1' } })
    const root = (r.accepted[0] as { id: string }).id
    expect(said).toEqual([{ correlationId: 'case-1', causationId: root, key: undefined, type: 'diverted' }])
  })

  test('an ambiguous outcome of a keyed or idempotent target reaches the routes as transient: it is simply sent again', async () => {
    for (const effect of ['keyed', 'idempotent'] as const) {
      const to = remote<Cut>('to', (_i, _c, nth) => (nth === 1 ? new Cut({}) : {}), { effect })
      const f = flow('f')
        .input<Order>()
        .to(to)
        .otherwise(byKind({ unknown: discard('never asked') }))
      const r = await count(f)
      expect([effect, to.calls.length, r.delivered.length]).toEqual([effect, 2, 1])
      expect(new Set(to.calls.map((c) => c.key)).size).toBe(1)
    }
  })

  test('on() of a case inside a hop wins over a recover() of the same tag further down', async () => {
    const end = fine<{ n: number }>('end')
    const f = flow('f')
      .input<Order>()
      .map('first', (b) => (b.n === 0 ? new Bad({}) : b))
      .choose((c) =>
        c
          .when(
            'odd',
            (b) => b.n % 2 === 1,
            (s) => s.map('check', (b) => (b.n === 1 ? new Bad({}) : b)).on('Bad', discard('odd one')),
          )
          .otherwise((s) => s.map('pass', (b) => b)),
      )
      .recover('Bad', () => ({ n: -1 }))
      .to(end)
      .otherwise(deadLetter())
    await using t = testFlow(f)
    const r = await t.sendAll([{ n: 0 }, { n: 1 }, { n: 3 }])
    expect(r.delivered.map((d) => (d.input as { n: number }).n).toSorted((x, y) => x - y)).toEqual([-1, 3])
    expect(of(await t.runtime.counts(), 'discarded')).toBe(1)
  })
})
