import { describe, expect, test } from 'vitest'
import {
  byKind,
  createDestination,
  deadLetter,
  divert,
  failure,
  flow,
  isFailure,
  left,
  right,
  target,
  type Context,
  type Result,
  type Tagged,
  type Target,
} from '../../src/index.js'
import { testFlow } from '../../src/testing/index.js'
import { desk, diverted } from './support/desk.js'
import { Forced } from './support/failures.js'
import { given } from './support/given.js'
import { retries } from './support/retries.js'

const offices = createDestination({ name: 'offices', circuit: false })

/** A place whose reply is the text to go on with. */
type Place = Target<string, string, Forced> & {
  readonly got: { readonly text: string; readonly key: string }[]
}
const place = (name: string, answer: (text: string) => string | Forced = (text) => text): Place => {
  const got: { text: string; key: string }[] = []
  const made = target({
    name,
    destination: offices,
    effect: 'keyed',
    call(text: string, ctx) {
      got.push({ text, key: ctx.key })
      const reply = answer(text)
      const result: Result<Forced, string> = isFailure(reply) ? left(reply) : right(reply)
      return { result, seen: { as: 'ok' } }
    },
  })
  return Object.assign(made, { got })
}
const texts = (p: Place): readonly string[] => p.got.map((g) => g.text)

class NoPlace extends failure('NoPlace', 'permanent')<{ readonly place: string }> {}

describe('I dynamic router, as a recipe', () => {
  /** Calls a place once for this hop: its reply is remembered over retries and crashes. */
  const visit = async <A, B, E extends Tagged>(
    to: Target<A, B, E>,
    body: A,
    ctx: Context,
  ): Promise<Result<E, B>> => {
    let refused: E | undefined
    try {
      const reply = await ctx.once(to.name, async () => {
        const r = await to.run(body, ctx)
        if (r._tag === 'Right') return r.right
        refused = r.left
        throw new Error('not to be remembered')
      })
      return right(reply)
    } catch (thrown) {
      if (refused === undefined) throw thrown
      return left(refused)
    }
  }
  const router = (
    places: Readonly<Record<string, Place>>,
    next: (text: string, been: readonly string[]) => readonly string[],
  ) =>
    target({
      name: 'router',
      destination: offices,
      effect: 'keyed',
      async run(text: string, ctx): Promise<Result<Forced | NoPlace, string>> {
        const been: string[] = []
        for (let now = text; ;) {
          const there = next(now, been)
          if (there.length === 0) return right(now)
          for (const name of there) {
            const to = places[name]
            if (to === undefined || been.includes(name)) return left(new NoPlace({ place: name }))
            const r = await visit(to, now, ctx)
            if (r._tag === 'Left') return r
            now = r.right
            been.push(name)
          }
        }
      },
    })
  const route = [['a'], ['b', 'c'], ['foo'], ['result']]

  test('I1: the next places are asked for until there is none, with the body as it then is', async () => {
    const all = { a: place('a'), b: place('b'), c: place('c'), foo: place('foo', () => 'Bye World') }
    const result = place('result')
    const asked: string[] = []
    const next = (text: string, been: readonly string[]): readonly string[] => {
      asked.push(text)
      return route.find((r) => !been.includes(r[0]!)) ?? []
    }
    const f = flow('f')
      .input<string>()
      .to(router({ ...all, result }, next))
      .otherwise(deadLetter())
    await using t = testFlow(f)
    const r = await t.send('Hello World')
    expect([all.a, all.b, all.c, result].map(texts)).toEqual([
      ['Hello World'],
      ['Hello World'],
      ['Hello World'],
      ['Bye World'],
    ])
    expect(asked).toEqual([...Array<string>(3).fill('Hello World'), 'Bye World', 'Bye World'])
    expect(r.dead).toEqual([])
  })

  test('I1: a place that fails is retried without those before it, and they are not asked again after a crash either', async () => {
    let fails = 2
    const [a, b] = [place('a', () => 'changed by a'), place('b', () => (fails-- > 0 ? new Forced({}) : 'ok'))]
    const next = (_text: string, been: readonly string[]): readonly string[] =>
      been.length === 0 ? ['a'] : been.length === 1 ? ['b'] : []
    await using t = testFlow(flow('f').input<string>().to(router({ a, b }, next)).otherwise(retries(3)))
    await t.give('x')
    await t.run(1)
    await t.restart()
    const r = await t.settle()
    expect([texts(a), texts(b), r.dead]).toEqual([['x'], Array<string>(3).fill('changed by a'), []])
  })

  test('I1: a router that goes in a circle, or to nowhere, is a failure and no endless loop', async () => {
    const a = place('a')
    for (const [next, to] of [
      [() => ['a'], 'a'],
      [() => ['b'], 'b'],
    ] as const) {
      await using t = testFlow(flow('f').input<string>().to(router({ a }, next)).otherwise(byKind()))
      expect((await t.send('x')).dead).toMatchObject([{ error: { _tag: 'NoPlace', place: to } }])
    }
  })
})

describe('I routing slip, as a recipe', () => {
  interface Order {
    readonly id: string
    readonly slip: readonly string[]
  }
  interface Stop {
    readonly to: string
    readonly id: string
  }
  const routed = (places: Readonly<Record<string, Place>>, known = (_stop: Stop): boolean => true) => {
    const deliver = target({
      name: 'deliver',
      destination: offices,
      effect: 'keyed',
      async run({ to, id }: Stop, ctx) {
        const there = places[to]
        return there === undefined ? left(new NoPlace({ place: to })) : there.run(id, ctx)
      },
    })
    return flow('slip')
      .from(given<Order>(), { key: (o) => o.id })
      .split('stops', (o) => o.slip.map((to) => ({ to, id: o.id })).filter(known), deliver)
  }
  const block = deadLetter({ key: 'block' })

  test('I3: the places of the slip in its order, each with an idempotency key of its own; an empty slip is done', async () => {
    const seen: string[] = []
    const [a, b] = [place('a', (x) => (seen.push('a'), x)), place('b', (x) => (seen.push('b'), x))]
    await using t = testFlow(routed({ a, b }).otherwise(block))
    const none = await t.send({ id: '1', slip: [] })
    expect([none.pending, none.dead, seen]).toEqual([0, [], []])
    await t.send({ id: '2', slip: ['b', 'a', 'b'] })
    expect(seen).toEqual(['b', 'a', 'b'])
    expect(new Set([...a.got, ...b.got].map((g) => g.key)).size).toBe(3)
  })

  test('I3: a place that nobody knows is left out, where the splitting says so', async () => {
    const [a, b] = [place('a'), place('b')]
    const places = { a, b }
    await using t = testFlow(routed(places, (s) => s.to in places).otherwise(block))
    const r = await t.send({ id: '1', slip: ['a', 'nowhere', 'b'] })
    expect([texts(a), texts(b), r.dead]).toEqual([['1'], ['1'], []])
  })

  test('I4: the place that fails is retried with its pristine input; those before it are not repeated, those behind it wait', async () => {
    let fails = true
    const [a, b, c] = [place('a'), place('b', (x) => (fails ? new Forced({}) : x)), place('c')]
    await using t = testFlow(routed({ a, b, c }).otherwise(retries(3).orElse(block)))
    const r = await t.send({ id: '1', slip: ['a', 'b', 'c'] })
    expect([texts(a), texts(b), texts(c)]).toEqual([['1'], ['1', '1', '1', '1'], []])
    expect([r.dead.map((d) => d.body), r.pending]).toEqual([[{ to: 'b', id: '1' }], 1])
    fails = false
    const after = await t.replay(r.dead[0]!.id)
    expect([texts(a).length, texts(c), after.dead, after.pending]).toEqual([1, ['1'], [], 0])
  })

  test('I5: a place that nobody knows is a failure of its own, with a rule of its own', async () => {
    const error = desk('error')
    const a = place('a')
    await using t = testFlow(routed({ a }).on('NoPlace', divert(error.flow)).otherwise(block), {
      flows: [error.flow],
    })
    const r = await t.send({ id: '1', slip: ['a', 'nowhere'] })
    expect([texts(a), diverted(error.at), r.dead]).toEqual([
      ['1'],
      [[{ to: 'nowhere', id: '1' }, 'NoPlace']],
      [],
    ])
  })
})

describe('I loop, as a recipe', () => {
  class Endless extends failure('Endless', 'permanent')<{ readonly rounds: number }> {}
  interface Job {
    readonly text: string
    readonly rounds: number
  }
  const LIMIT = 100
  let ran: string[] = []
  const round = flow('round')
    .input<string>()
    .map('round', (text) => {
      ran.push(text)
      return text === 'AAA!' ? new Forced({}) : `${text}A`
    })
  const looped = (copy: boolean, until: (job: Job, nth: number, now: string) => boolean) =>
    flow('loop')
      .input<Job>()
      .map('rounds', async (job, ctx) => {
        let now = job.text
        for (let nth = 0; !until(job, nth, now); nth++) {
          if (nth === LIMIT) return new Endless({ rounds: nth })
          const r = await round.call(copy ? job.text : now, { signal: ctx.signal })
          if (r._tag === 'Left') return r.left
          now = r.right
        }
        return now
      })
  const times = (job: Job, nth: number): boolean => nth === job.rounds

  test('I6: as many rounds as are said, by the flow or by the message', async () => {
    ran = []
    await looped(false, (_job, nth) => nth === 8).run({ text: '', rounds: 0 })
    expect(ran).toHaveLength(8)
    ran = []
    expect(await looped(false, times).run({ text: '', rounds: 6 })).toBe('AAAAAA')
    expect(ran).toHaveLength(6)
  })

  test('I6: each round with a copy of the first body, or with what the one before gave, while a condition holds', async () => {
    ran = []
    await looped(true, times).run({ text: 'AB', rounds: 3 })
    expect(ran).toEqual(['AB', 'AB', 'AB'])
    ran = []
    const out = await looped(false, (_job, _nth, now) => now.length > 5).run({ text: 'A', rounds: 0 })
    expect([ran, out]).toEqual([['A', 'AA', 'AAA', 'AAAA', 'AAAAA'], 'AAAAAA'])
  })

  test('I6: a round that fails ends the loop with its failure; a count that is none ends it at the limit', async () => {
    ran = []
    await using t = testFlow(looped(false, times).otherwise(byKind({ transient: deadLetter() })))
    const failed = await t.send({ text: 'AAA!', rounds: 8 })
    expect([ran, failed.dead.map((d) => d.error._tag)]).toEqual([['AAA!'], ['Forced']])
    ran = []
    const endless = await t.send({ text: 'x', rounds: 'many' })
    expect([ran.length, endless.dead.at(-1)!.error._tag]).toEqual([LIMIT, 'Endless'])
  })

  test('I6: rounds that deliver are items of a split: each is retried alone, in their order', async () => {
    let fails = 2
    const to = place('to', (text) => (text === 'page 1' && fails-- > 0 ? new Forced({}) : text))
    const f = flow('pages')
      .from(given<{ id: string; pages: number }>(), { key: (b) => b.id })
      .split('pages', (b) => Array.from({ length: b.pages }, (_, i) => `page ${i}`), to)
      .otherwise(retries(3))
    await using t = testFlow(f)
    const r = await t.send({ id: 'a', pages: 3 })
    expect(texts(to)).toEqual(['page 0', 'page 1', 'page 1', 'page 1', 'page 2'])
    expect(r.dead).toEqual([])
  })
})
